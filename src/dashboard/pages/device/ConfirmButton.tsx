import { type ReactNode, useRef, useState } from 'react';

interface Props {
  readonly children: ReactNode;
  /** What it will do, as a question. */
  readonly question: string;
  readonly yes: string;
  readonly onYes: () => void;
}

/** Asks once more, in place. */
export function ConfirmButton({ children, question, yes, onYes }: Props) {
  const [asking, setAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const end = (): void => {
    setAsking(false);
    // The button that had the focus is gone.
    requestAnimationFrame(() => first.current?.focus());
  };
  if (!asking) {
    return (
      <button type="button" className="quiet" ref={first} onClick={() => setAsking(true)}>
        {children}
      </button>
    );
  }
  return (
    <span className="confirm" role="group" aria-label={question} onKeyDown={({ key }) => key === 'Escape' && end()}>
      <span>{question}</span>
      <button
        type="button"
        className="danger"
        autoFocus
        onClick={() => {
          onYes();
          end();
        }}
      >
        {yes}
      </button>
      <button type="button" className="quiet" onClick={end}>
        No
      </button>
    </span>
  );
}
