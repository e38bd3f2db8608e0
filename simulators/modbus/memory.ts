export type Table = 'coil' | 'discrete' | 'input' | 'holding';

/** Exception codes of the Application Protocol V1.1b3, §7. */
export const exceptions = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4,
  acknowledge: 5,
  busy: 6,
  gatewayPath: 10,
  gatewayTarget: 11,
} as const;

/** So many neighbouring registers or bits. */
export interface Span {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
}

/** The registers and bits that a device has, 16-bit numbers and 0 or 1. */
export class Memory {
  readonly #cells: Readonly<Record<Table, Map<number, number>>> = {
    coil: new Map(),
    discrete: new Map(),
    input: new Map(),
    holding: new Map(),
  };

  /** Makes them exist, at 0. */
  provide({ table, address, count }: Span): void {
    const cells = this.#cells[table];
    for (let at = address; at < address + count; at++) if (!cells.has(at)) cells.set(at, 0);
  }

  /** Undefined if one of them does not exist. */
  read({ table, address, count }: Span): number[] | undefined {
    const cells = Array.from({ length: count }, (_, index) => this.#cells[table].get(address + index));
    return cells.every((cell) => cell !== undefined) ? cells : undefined;
  }

  write({ table, address }: Omit<Span, 'count'>, numbers: readonly number[]): void {
    for (const [index, number] of numbers.entries()) this.#cells[table].set(address + index, number);
  }
}
