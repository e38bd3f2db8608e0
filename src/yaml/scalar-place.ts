import type { Scalar } from 'yaml';

/**
 * Where in the file the character with this index of a scalar's text stands: exact for texts on one line, and for the
 * others as good as their characters, one after the other, can be found again between what YAML adds to them.
 */
export function offsetWithin({ value, range, type }: Scalar, text: string, index: number): number | undefined {
  if (typeof value !== 'string' || range === undefined || range === null) return undefined;
  const [start, end] = range;
  // The first line of a block scalar says only how it is to be read.
  let at = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED' ? text.indexOf('\n', start) : start;
  if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') at++;
  for (const character of value.slice(0, index)) at = skipTo(text, at, end, character) + character.length;
  const next = value[index];
  return next === undefined ? at : skipTo(text, at, end, next);
}

/** The next place of a character; line ends and spaces may be others in the file than in the text. */
function skipTo(text: string, from: number, end: number, character: string): number {
  const found = /\s/.test(character) ? from : text.indexOf(character, from);
  return found < 0 || found >= end ? from : found;
}
