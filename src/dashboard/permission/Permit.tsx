import { createContext, type ReactNode, use, useId, useMemo } from 'react';
import './permit.css';

interface Props {
  /** The scope that is missing; undefined if none is. */
  readonly missing: string | undefined;
  /** What one cannot do without, where that stands on a line of its own, before them: `Adopting`. */
  readonly above?: string;
  readonly children: ReactNode;
}

/** What is missing, and the id of the text that says so. */
interface Denied {
  readonly missing: string;
  readonly textId: string;
}

const DeniedContext = createContext<Denied | undefined>(undefined);

/** Controls that somebody may not use (`Button`) are shown, can be reached, do nothing, and say what is missing. */
export function Permit({ missing, above, children }: Props) {
  const textId = useId();
  const denied = useMemo(() => (missing === undefined ? undefined : { missing, textId }), [missing, textId]);
  const needs = missing !== undefined && (
    <span className={above === undefined ? 'needs' : 'needs above'} id={textId}>
      {above === undefined ? 'Needs' : `${above} needs`} <code>{missing}</code>
    </span>
  );
  return (
    <DeniedContext value={denied}>
      {above !== undefined && needs}
      {children}
      {above === undefined && needs}
    </DeniedContext>
  );
}

/** What whoever looks lacks for the controls here; undefined if nothing. */
export function useDenied(): Denied | undefined {
  return use(DeniedContext);
}
