/** A command line as far as the cursor: the words before the one that is being written, and what there is of that. */
export interface Line {
  readonly before: readonly string[];
  readonly current: string;
}

/** Cut as a POSIX shell does, at blanks outside of quotes; a quote that is still open belongs to what is being written. */
export function lineOf(text: string): Line {
  const words: string[] = [];
  let word: string | undefined;
  const piece = /\\(.)|'([^']*)(?:'|$)|"((?:\\.|[^"\\])*)(?:"|$)|(\s+)|([^\s\\'"]+)|(\\)$/gs;
  for (const [, escaped, single, double, blank, plain] of text.matchAll(piece)) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${escaped ?? single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? plain ?? ''}`;
  }
  return { before: words, current: word ?? '' };
}
