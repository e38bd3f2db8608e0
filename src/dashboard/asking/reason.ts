import { BellcrankProblem, Unreachable } from '../../client/index.ts';

/** What went wrong, for the person at the page. */
export function reasonOf(error: unknown): string {
  if (error instanceof BellcrankProblem) return error.detail;
  if (!(error instanceof Unreachable)) return error instanceof Error ? error.message : String(error);
  const sent = error.sent === 'no' ? 'Nothing was done.' : 'Whether anything was done is not known.';
  return `The service does not answer. ${sent}`;
}

/** Whether the next question may be answered: nobody did, or not just now. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof BellcrankProblem) || error.status >= 500 || error.status === 429;
}

/** The same, unless all that is wrong is said at the fields of these JSON pointers. */
export function besides(error: unknown, pointers: readonly string[]): unknown {
  if (!(error instanceof BellcrankProblem) || error.errors.length === 0) return error;
  const isMarked = ({ pointer }: { readonly pointer: string }): boolean =>
    pointers.some((each) => pointer === each || pointer.startsWith(`${each}/`));
  return error.errors.every(isMarked) ? undefined : error;
}

/** What is wrong with one part of what was sent: that which its JSON pointer begins with. */
export function errorsAt(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof BellcrankProblem)) return undefined;
  const found = error.errors.filter((each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`));
  const texts = found.map((each) => {
    const rest = each.pointer.slice(pointer.length + 1);
    return rest === '' ? each.detail : `${rest} ${each.detail}`;
  });
  return texts.length === 0 ? undefined : texts.join('; ');
}
