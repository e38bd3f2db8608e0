import type { Notes } from '../notes.ts';
import type { Span, Table, WriteFunction } from './requests.ts';

/** A register or a bit, and what was done with it. */
export interface Register {
  readonly table: Table;
  readonly address: number;
  isRead: boolean;
  readonly writtenBy: Set<WriteFunction>;
}

/** Properties that a draft may have: every one of them is asked for. */
const maxRegisters = 1000;

const order: readonly Table[] = ['input', 'holding', 'discrete', 'coil'];

/** The registers that were spoken of, a bounded number of them. */
export class Registers {
  readonly #all = new Map<string, Register>();
  readonly #notes: Notes;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  read(span: Span): void {
    for (const register of this.#in(span)) register.isRead = true;
  }

  written(span: Span, by: WriteFunction): void {
    for (const register of this.#in(span)) register.writtenBy.add(by);
  }

  has(name: string): boolean {
    return this.#all.has(name);
  }

  /** By table and address. */
  sorted(): readonly (readonly [string, Register])[] {
    return [...this.#all].toSorted(
      ([, a], [, b]) => order.indexOf(a.table) - order.indexOf(b.table) || a.address - b.address,
    );
  }

  #in({ table, address, numbers }: Span): Register[] {
    return numbers.flatMap((_, at) => this.#at(table, address + at) ?? []);
  }

  #at(table: Table, address: number): Register | undefined {
    const name = registerName(table, address);
    const known = this.#all.get(name);
    if (known !== undefined) return known;
    if (this.#all.size === maxRegisters) {
      this.#notes.add(`- There were more than ${maxRegisters} registers: the others are left out.`);
      return undefined;
    }
    const register: Register = { table, address, isRead: false, writtenBy: new Set() };
    this.#all.set(name, register);
    return register;
  }
}

export function registerName(table: Table, address: number): string {
  return `${table}-${address}`;
}
