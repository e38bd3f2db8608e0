/** Some milliseconds of work, as a rule. */
const some = 50;

/**
 * Tells each of them something, some in each turn of the event loop and the first ones at once: what ten thousand have to
 * hear keeps nobody else waiting for long.
 */
export async function inTurn<T>(all: readonly T[], tell: (one: T) => unknown, perTurn = some): Promise<void> {
  for (let from = 0; from < all.length; from += perTurn) {
    if (from > 0) await new Promise<void>((resolve) => setImmediate(resolve));
    for (const one of all.slice(from, from + perTurn)) tell(one);
  }
}
