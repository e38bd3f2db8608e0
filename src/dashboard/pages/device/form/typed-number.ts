import { getDecimalSeparator } from '@rjsf/utils';
import { isRounded } from './rounded.ts';

const decimal = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** The number that somebody has typed; what is none yet, or none at all, stays the text that it is, which is no number to the schema. */
export function typedNumber(text: string | undefined): number | string | undefined {
  // The page writes a minus sign, where a keyboard has a hyphen.
  const plain = text?.replace(getDecimalSeparator(), '.').replaceAll('−', '-') ?? '';
  return decimal.test(plain) && !isRounded(plain) ? Number(plain) : text;
}

/** What stands in the field: what was typed as long as it is what is known, be it `-0`, `1e-1` or `0.0000001`. */
export function shownNumber(typed: string | undefined, known: unknown): string | undefined {
  if (typed !== undefined && typedNumber(typed) === known) return typed;
  return typeof known === 'string' || known === undefined ? known : JSON.stringify(known);
}
