/** Characters that fill two cells of a terminal (Unicode UAX #11, W and F, by blocks), and those that fill none. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const plain = /^[\x20-\x7e]*$/;

let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter('en');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How many cells of a terminal a text fills. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + cellsOf(grapheme), 0);
}

function cellsOf(grapheme: string): number {
  if (/^\p{Mark}/u.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

/** A text in no more than so many cells; what is cut ends with an ellipsis. */
export function fitted(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  let [kept, used] = ['', 0];
  for (const grapheme of graphemes(text)) {
    used += cellsOf(grapheme);
    if (used > cells - 1) break;
    kept += grapheme;
  }
  return `${kept}…`;
}
