/** Requests whose late responses are remembered; older ones are forgotten. */
const most = 16;

/** Responses that may still come, by the id that tells them beyond doubt. */
export class LateReplies {
  readonly #expected = new Map<number, (frame: Uint8Array) => void>();

  expect(id: number, take: (frame: Uint8Array) => void): void {
    this.#expected.set(id, take);
    const [oldest] = this.#expected.keys();
    if (this.#expected.size > most && oldest !== undefined) this.#expected.delete(oldest);
  }

  /** False if nobody waits for it. */
  take(id: number, frame: Uint8Array): boolean {
    const take = this.#expected.get(id);
    this.#expected.delete(id);
    take?.(frame);
    return take !== undefined;
  }
}
