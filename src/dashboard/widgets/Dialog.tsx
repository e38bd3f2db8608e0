import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { createPortal } from 'react-dom';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * A dialog over the page. The browser's own modal dialogs make everything else inert, Stop included; this one makes only the
 * page below it so, and keeps out of Stop's way.
 */
export function Dialog({ title, onClose, children }: Props) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const page = document.getElementById('page');
    page?.setAttribute('inert', '');
    box.current?.focus();
    return () => {
      page?.removeAttribute('inert');
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
  };
  return createPortal(
    // Keys come from what is in it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="backdrop" onKeyDown={onKeyDown}>
      <div className="dialog panel" role="dialog" aria-labelledby={id} tabIndex={-1} ref={box}>
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" aria-label="Close" onClick={onClose}>
            ✕
          </button>
        </header>
        {children}
      </div>
    </div>,
    document.body,
  );
}
