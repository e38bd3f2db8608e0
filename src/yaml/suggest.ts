/** The known word that a mistyped one is closest to, if it is close enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const most = Math.min(3, Math.floor(word.length / 3) + 1);
  let best: string | undefined;
  let least = most + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > most) continue;
    const steps = distance(word.toLowerCase(), candidate.toLowerCase());
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

/** `; did you mean "x"?` or, if nothing is near, what there is; for the end of a message. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `; did you mean ${JSON.stringify(near)}?`;
  if (known.length === 0) return '; there are none';
  return `; known: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}`;
}

/** Edits from one word to the other, two swapped letters counting as one (optimal string alignment). */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      next.push(
        Math.min(
          cell(last, column) + 1,
          cell(next, column - 1) + 1,
          cell(last, column - 1) + (same ? 0 : 1),
          swapped ? cell(before, column - 2) + 1 : Infinity,
        ),
      );
    }
    [before, last] = [last, next];
  }
  return cell(last, to.length);
}

function cell(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
