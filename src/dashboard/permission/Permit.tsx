import type { ReactNode } from 'react';
import './permit.css';

interface Props {
  /** The scope that is missing; undefined if none is. */
  readonly missing: string | undefined;
  readonly children: ReactNode;
}

/** Controls that somebody may not use are shown, do nothing, and say what is missing. */
export function Permit({ missing, children }: Props) {
  if (missing === undefined) return children;
  return (
    <fieldset className="permit" disabled>
      {children}
      <span className="needs">
        Needs <code>{missing}</code>
      </span>
    </fieldset>
  );
}
