import { escaped } from '../wire/words.ts';

/** Bytes, text that stands for them (Latin-1), or a regular expression that such text starts with. */
export type BytePattern = string | Uint8Array | RegExp;

/** How the beginning of what came fits: so many bytes of it, not yet, or not at all. */
export type Fit = number | 'not yet' | 'not';

export function fits(pattern: BytePattern, text: string): Fit {
  if (pattern instanceof RegExp) return fitsExpression(pattern, text);
  const wanted = textOf(pattern);
  if (text.startsWith(wanted)) return wanted.length;
  return wanted.startsWith(text) ? 'not yet' : 'not';
}

/** More may always come that it would match; whether it ever does is seen at the end. */
function fitsExpression(pattern: RegExp, text: string): Fit {
  const found = new RegExp(`^(?:${pattern.source})`, pattern.flags.replaceAll(/[gy]/g, '')).exec(text)?.[0];
  return found === undefined || found.length === 0 ? 'not yet' : found.length;
}

export function textOf(bytes: string | Uint8Array): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
}

export function patternText(pattern: BytePattern): string {
  return pattern instanceof RegExp ? String(pattern) : `"${escaped(pattern)}"`;
}
