import { type Head, chained } from './line.ts';
import type { Batch } from './audit-file.ts';

const maxEntries = 50_000;
const maxCharacters = 64 * 1024 * 1024;
const batchEntries = 2000;

interface Waiting {
  readonly at: string;
  readonly body: string;
}

/** Entries that are not written yet. What is over the bound is counted and left out. */
export class Queue {
  #waiting: Waiting[] = [];
  #characters = 0;
  #lost = 0;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether as much waits as one batch takes. */
  get isFull(): boolean {
    return this.#waiting.length >= batchEntries;
  }

  add(at: string, body: string): void {
    if (this.#waiting.length >= maxEntries || this.#characters + body.length > maxCharacters) {
      this.#lost++;
      return;
    }
    this.#waiting.push({ at, body });
    this.#characters += body.length;
  }

  /** For what is to stand before everything that waits. */
  addFirst(at: string, body: string): void {
    this.#waiting.unshift({ at, body });
    this.#characters += body.length;
  }

  /** How many were left out since the last time this was asked. */
  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  /** The next batch, chained on to `head`; undefined if nothing waits. */
  take(head: Head): Batch | undefined {
    const taken = this.#waiting.splice(0, batchEntries);
    if (taken.length === 0) return undefined;
    let last: Head = head;
    let lines = '';
    for (const { at, body } of taken) {
      this.#characters -= body.length;
      const next = chained(last, at, body);
      lines += `${next.text}\n`;
      last = next;
    }
    return { text: lines, head: { seq: last.seq, hash: last.hash } };
  }
}
