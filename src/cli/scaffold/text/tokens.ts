/** A piece of a text: as it stands, or a number that might be another one. */
export type Token = { readonly kind: 'text' | 'number'; readonly text: string };

const number = /[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d{1,3})?/g;

/**
 * Cuts a text into its numbers and what stands between. Digits that are part of a word (`VSET1`, `CH2`) are no number, a
 * decimal always is one; among bytes that are no text there are none.
 */
export function tokens(text: string): readonly Token[] {
  if (/[^\t\x20-\x7e]/.test(text)) return [{ kind: 'text', text }];
  const found: Token[] = [];
  let from = 0;
  for (const match of text.matchAll(number)) {
    const { index, 0: digits } = match;
    if (isPartOfWord(text, index, digits)) continue;
    if (index > from) found.push({ kind: 'text', text: text.slice(from, index) });
    found.push({ kind: 'number', text: digits });
    from = index + digits.length;
  }
  if (from < text.length) found.push({ kind: 'text', text: text.slice(from) });
  return found;
}

function isPartOfWord(text: string, index: number, digits: string): boolean {
  return /[A-Za-z_]/.test(text[index - 1] ?? '') && !digits.includes('.');
}

/** The same for all texts that differ in their numbers only. */
export function shapeOf(text: string): string {
  return tokens(text)
    .map((token) => (token.kind === 'number' ? '\0' : token.text))
    .join('');
}
