const longestWord = 100;
const longestText = 300;

/** A name, an identifier or a unit as somebody else gave it; undefined for what cannot be one. */
export function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= longestWord && isPrintable(value)
    ? value
    : undefined;
}

/** Words for people, cut where they are long. */
export function words(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const text = value.length > longestText ? `${value.slice(0, longestText)}…` : value;
  return text.replaceAll(/\p{C}+/gu, ' ');
}

function isPrintable(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text) && text !== '__proto__';
}
