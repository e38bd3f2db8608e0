import type { ComponentProps, MouseEvent } from 'react';
import { useDenied } from './Permit.tsx';
import { askAgain } from './refusals.ts';

interface Props extends ComponentProps<'button'> {
  readonly type: 'button' | 'submit';
  /** The id of the text that says why it does nothing now, whoever presses it. */
  readonly lockedBy?: string | undefined;
}

/**
 * A button that does nothing where a `Permit` around it says that a scope is missing. It keeps the focus, and its
 * description says what is missing. Pressed all the same it asks whether that is still so.
 */
export function Button({ lockedBy, disabled, onClick, ...rest }: Props) {
  const denied = useDenied();
  const because = denied?.textId ?? lockedBy;
  // The type is one of the two.
  // oxlint-disable-next-line react/button-has-type
  if (because === undefined) return <button {...rest} disabled={disabled} onClick={onClick} />;
  const refuse = (event: MouseEvent): void => {
    // Nor does a form send what the Return key sends through its button.
    event.preventDefault();
    if (denied !== undefined) askAgain();
  };
  const title = denied === undefined ? rest.title : `Needs ${denied.missing}`;
  return (
    // oxlint-disable-next-line react/button-has-type
    <button {...rest} title={title} aria-disabled="true" aria-describedby={because} onClick={refuse} />
  );
}
