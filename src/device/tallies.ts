/** What the devices of one driver have done since the start; those that are gone included, so that it only grows. */
export interface Tally {
  readonly driver: string;
  readonly simulated: boolean;
  polls: number;
  failedPolls: number;
  /** Replies and lines that belonged to nothing. */
  unmatched: number;
  /** Replies and lines whose checksums are wrong. */
  checksumErrors: number;
}

/** One tally for each driver, and another one for what is simulated of it: thousands of devices have few of them. */
export class Tallies {
  readonly #tallies = new Map<string, Tally>();

  get all(): readonly Tally[] {
    return [...this.#tallies.values()];
  }

  of(driver: string, simulated: boolean): Tally {
    const key = `${driver} ${simulated}`;
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const tally = { driver, simulated, polls: 0, failedPolls: 0, unmatched: 0, checksumErrors: 0 };
    this.#tallies.set(key, tally);
    return tally;
  }
}
