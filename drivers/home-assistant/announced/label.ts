const maxLength = 120;

// oxlint-disable-next-line no-control-regex -- They are what it looks for.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text, or a number as one, that people may be shown: no control characters, not long, not empty. */
export function label(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).slice(0, maxLength).replaceAll(unprintable, ' ').trim();
  return text === '' || !text.isWellFormed() ? undefined : text;
}
