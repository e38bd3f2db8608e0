/** What happened to one expectation, or to something that nobody expected. */
interface Line {
  readonly what: string;
  readonly fault?: string;
}

/** Lines of a report that are shown. */
const maxLines = 40;

/** Keeps book of what was expected and what came, and says where the two differ. */
export class Book {
  readonly #lines: Line[] = [];
  #faults = 0;

  came(what: string): void {
    this.#lines.push({ what });
  }

  wrong(what: string, fault: string): void {
    this.#faults++;
    this.#lines.push({ what, fault });
  }

  /** Throws if anything was wrong or is missing. */
  check(missing: readonly string[]): void {
    if (this.#faults === 0 && missing.length === 0) return;
    const lines = this.#lines.map(({ what, fault }) =>
      fault === undefined ? `    ${what}` : `  ✗ ${what}   ${fault}`,
    );
    const left = missing.map((what) => `  ✗ ${what}   was expected and never came`);
    const shown = [...lines.slice(-maxLines), ...left.slice(0, maxLines)];
    throw new Error(['what was sent is not what was expected:', ...shown].join('\n'));
  }
}
