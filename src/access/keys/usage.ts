import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../../clock.ts';
import { maxKeys } from './key.ts';
import { replaceFile } from './replace.ts';

/** How often the file is written at most. */
const everyMs = 60_000;

/** When a key let somebody in last, by its id, ms since 1970. */
export type LastUsed = Readonly<Record<string, number>>;

/** Remembers when keys were used. It is told after the fact, and what cannot be written is lost: nobody is kept out by it. */
export class KeyUsage {
  readonly #path: string | undefined;
  readonly #clock: Clock;
  readonly #used = new Map<string, number>();
  #timer: Timer | undefined;
  #isDirty = false;
  #writing = Promise.resolve();

  /** Without a directory it ends with the process. */
  constructor(directory: string | undefined, clock: Clock) {
    this.#path = directory === undefined ? undefined : usagePath(directory);
    this.#clock = clock;
    if (directory === undefined) return;
    const known = Object.entries(readUsage(directory)).sort(([, a], [, b]) => b - a);
    for (const [id, at] of known.slice(0, maxKeys)) this.#used.set(id, at);
  }

  note(id: string): void {
    this.#used.set(id, this.#clock.now());
    if (this.#used.size > maxKeys) this.#forgetOne();
    this.#isDirty = true;
    if (this.#timer === undefined) this.#write();
  }

  /** Of one key; undefined if it never was. */
  of(id: string): number | undefined {
    return this.#used.get(id);
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#writing;
    if (this.#isDirty) this.#writing = this.#put();
    await this.#writing;
  }

  /** Keys come and go for years. */
  #forgetOne(): void {
    const [oldest] = [...this.#used].reduce((a, b) => (b[1] < a[1] ? b : a));
    this.#used.delete(oldest);
  }

  #write(): void {
    this.#writing = this.#put();
    this.#timer = this.#clock.timer(everyMs, () => {
      this.#timer = undefined;
      if (this.#isDirty) this.#write();
    });
  }

  async #put(): Promise<void> {
    this.#isDirty = false;
    if (this.#path === undefined) return;
    const text = `${JSON.stringify(Object.fromEntries(this.#used))}\n`;
    await replaceFile(this.#path, text, { durable: false }).catch(() => {});
  }
}

/** What a service has written; empty if it cannot be read. */
export function readUsage(directory: string): LastUsed {
  try {
    const told: unknown = JSON.parse(readFileSync(usagePath(directory), 'utf8'));
    const entries = Object.entries(Object(told) as object).filter(([, at]) => Number.isFinite(at));
    return Object.fromEntries(entries as [string, number][]); // just seen
  } catch {
    return {};
  }
}

function usagePath(directory: string): string {
  return join(directory, 'keys-used.json');
}
