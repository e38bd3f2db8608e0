/** A part of time, by a clock that all threads share, ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whoever keeps everybody waiting for so long may cost a reply: the shortest time-out is twice that. */
export const standstillMs = 150;

export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** When something that everybody needs stood still. */
export class Standstills {
  readonly #spans: Span[] = [];

  add(span: Span): void {
    this.#spans.push(span);
  }

  overlap(other: Span): boolean {
    return this.#spans.some(({ from, to }) => from < other.to && other.from < to);
  }
}
