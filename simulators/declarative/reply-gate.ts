/** When replies leave, as a test wants it: at once, late, or never. */
export class ReplyGate {
  #isMute = false;
  #answersLeft = Infinity;
  readonly #delays: number[] = [];

  /** Answers `after` more messages; from then on none, though it still obeys. */
  mute(after = 0): void {
    this.#isMute = true;
    this.#answersLeft = after;
  }

  /** Whether not a word leaves it. */
  get isMute(): boolean {
    return this.#isMute && this.#answersLeft <= 0;
  }

  unmute(): void {
    this.#isMute = false;
    this.#answersLeft = Infinity;
  }

  /** Holds the next reply back for so long. Called several times, it holds back as many replies, in order. */
  delayNext(ms: number): void {
    this.#delays.push(ms);
  }

  /** How long the next reply is held back; undefined if it is never sent. */
  next(): number | undefined {
    if (this.#isMute && this.#answersLeft-- <= 0) return undefined;
    return this.#delays.shift() ?? 0;
  }
}
