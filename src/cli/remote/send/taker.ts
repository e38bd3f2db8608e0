/** What a command or a property takes, and what it is called. */
export interface Taker {
  /** `set-voltage of psu-1`. */
  readonly title: string;
  readonly schema: unknown;
  /** What to call to see what it takes. */
  readonly help: string;
}
