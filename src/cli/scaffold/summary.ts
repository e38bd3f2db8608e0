import { printable } from '../../errors.ts';
import type { Recording } from '../../recording/index.ts';

/** What every draft begins with. */
export function headOf({ header }: Recording, model: string): { readonly model: string; readonly summary: string } {
  const of = header.device === undefined ? '' : ` of ${printable(header.device).slice(0, 200)}`;
  return { model, summary: `Drafted from a recording${of}` };
}

/** Where whoever reads an example finds what it says. */
export const manual = 'recorded';
