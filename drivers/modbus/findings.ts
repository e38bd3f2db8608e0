/** One thing that is wrong with a map, and where. */
export interface Finding {
  readonly path: readonly (string | number)[];
  readonly detail: string;
  /** It is the key itself that is wrong, not its value. */
  readonly key?: true;
}

/** More are of no use to anybody. */
const most = 100;

/** Findings below some place of the map; places share one list. */
export class Findings {
  readonly list: Finding[];
  readonly #path: readonly (string | number)[];

  constructor(list: Finding[] = [], path: readonly (string | number)[] = []) {
    this.list = list;
    this.#path = path;
  }

  at(...keys: readonly (string | number)[]): Findings {
    return new Findings(this.list, [...this.#path, ...keys]);
  }

  add(detail: string): void {
    if (this.list.length < most) this.list.push({ path: [...this.#path], detail });
  }
}
