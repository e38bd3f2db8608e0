import { nameOf } from '../driver/names.ts';

const longest = 63;
/** For a number behind the name. */
const suffixLength = 7;
const maxRemembered = 20_000;

/** Makes ids of names: `lamp`, `lamp-2`, `lamp-3`. */
export class FreeIds {
  readonly #isTaken: (id: string) => boolean;
  /** The last number that a name was given, so that the thousandth lamp is found as quickly as the first. */
  readonly #last = new Map<string, number>();

  constructor(isTaken: (id: string) => boolean) {
    this.#isTaken = isTaken;
  }

  of(name: string, prefix = ''): string {
    const base = `${prefix}${nameOf(name)}`.slice(0, longest).replace(/-+$/, '');
    if (!this.#isTaken(base)) return base;
    const stem = base.slice(0, longest - suffixLength).replace(/-+$/, '');
    if (this.#last.size >= maxRemembered) this.#last.clear();
    let number = this.#last.get(stem) ?? 2;
    while (this.#isTaken(`${stem}-${number}`)) number++;
    this.#last.set(stem, number);
    return `${stem}-${number}`;
  }
}
