/** How long the benchmarks take, and so how much their figures are worth. */
export interface Settings {
  /** At least this many pairs of contender and base, one after the other. */
  readonly rounds: number;
  readonly warmMs: number;
  readonly ms: number;
  /** What takes minutes and gigabytes in its full size has it. */
  readonly long?: boolean;
}

export const full: Settings = { rounds: 13, warmMs: 300, ms: 1000 };
/** Shows that everything runs; its figures say little. */
export const quick: Settings = { rounds: 1, warmMs: 200, ms: 500 };
