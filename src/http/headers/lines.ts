/** A header as parsers take it: one line, several, or none. */
export type HeaderValue = string | readonly string[] | undefined;

const none: readonly string[] = [];

/**
 * The lines of one header as they came, from `rawHeaders` (name, value, name, value …). Node joins lines of a header
 * that it does not know with commas, which hides that one was sent twice: `"a` and `b"` would become the string `"a, b"`.
 */
export function headerLines(rawHeaders: readonly string[], name: string): readonly string[] {
  let lines: string[] | undefined;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const key = rawHeaders[at] ?? '';
    if (key.length === name.length && key.toLowerCase() === name) (lines ??= []).push(rawHeaders[at + 1] ?? '');
  }
  return lines ?? none;
}

/** The one line of a header that may be sent once; undefined if there is none, `several` if there are more. */
export function singleLine(value: HeaderValue, several: () => Error): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (value.length > 1) throw several();
  return value[0];
}
