/** GSV of one talker and signal that are kept; a receiver has a dozen. */
const maxGroups = 64;

interface Group {
  readonly talker: string;
  readonly count: number;
  readonly at: number;
}

/** Adds up the satellites in view: each talker tells its own system's, a newer receiver once for each signal. */
export class SatellitesInView {
  readonly #lapseMs: number;
  readonly #groups = new Map<string, Group>();

  constructor(lapseMs: number) {
    this.#lapseMs = lapseMs;
  }

  /** The sum over the talkers; of the signals of one talker the one that most satellites are seen by. */
  take(talker: string, signal: string, count: number, at: number): number {
    if (this.#groups.size >= maxGroups) this.#groups.clear();
    this.#groups.set(`${talker} ${signal}`, { talker, count, at });
    const most = new Map<string, number>();
    for (const group of this.#groups.values()) {
      if (at - group.at > this.#lapseMs) continue;
      most.set(group.talker, Math.max(group.count, most.get(group.talker) ?? 0));
    }
    return [...most.values()].reduce((sum, of) => sum + of, 0);
  }
}
