/** What stands for a device's own words; JSON has no such characters in it but as escapes. */
const marks = ['\u0001', '\u0002', '\u0003', '\u0004'] as const;
/** As JSON writes them. */
const escapes = marks.map((mark) => JSON.stringify(mark).slice(1, -1));

export const mostMarks = marks.length;

/** The device's own words in place of their marks. */
export function filled(text: string, words: readonly string[]): string {
  return words.reduce((whole, word, at) => whole.replaceAll(marks[at] ?? '', () => word), text);
}

/** Marks in place of the device's own words. */
export function marked(text: string, words: readonly string[]): string {
  return longestFirst(words).reduce((whole, [at, word]) => whole.replaceAll(word, () => marks[at] ?? ''), text);
}

export function hasMarks(text: string): boolean {
  return marks.some((mark) => text.includes(mark)) || escapes.some((escape) => text.includes(escape));
}

/** As `filled`, for JSON that stands there byte by byte (Latin-1). */
export function filledJson(json: string, words: readonly string[]): string {
  return words.reduce((whole, word, at) => whole.replaceAll(escapes[at] ?? '', () => bytesOf(word)), json);
}

/** As `marked`, for JSON that stands there byte by byte; undefined where it would not come out again as it was. */
export function markedJson(json: string, words: readonly string[]): string | undefined {
  if (hasMarks(json)) return undefined;
  const put = (whole: string, [at, word]: Place): string => whole.replaceAll(bytesOf(word), () => escapes[at] ?? '');
  const text = longestFirst(words).reduce(put, json);
  return filledJson(text, words) === json ? text : undefined;
}

type Place = readonly [at: number, word: string];

/** One may stand in another: an address in an identifier. */
function longestFirst(words: readonly string[]): readonly Place[] {
  return words.length < 2 ? [...words.entries()] : [...words.entries()].toSorted(([, a], [, b]) => b.length - a.length);
}

/** A text as it stands in JSON, a character for each byte. */
function bytesOf(text: string): string {
  return Buffer.from(JSON.stringify(text).slice(1, -1)).toString('latin1');
}
