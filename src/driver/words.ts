const longestWord = 100;
const longestText = 300;

/** A name, an identifier or a unit as a device gave it; undefined for what cannot be one. */
export function word(value: unknown, longest = longestWord): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= longest && isPlain(value) ? value : undefined;
}

/** A device's words for people, cut where they are long; undefined where there are none. */
export function words(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const text = value.length > longestText ? `${value.slice(0, longestText)}…` : value;
  return text.replaceAll(/\p{C}+/gu, ' ');
}

/** `__proto__` as a key of an object is none. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text) && text !== '__proto__';
}
