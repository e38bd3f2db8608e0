import type { Sample } from '../store.ts';
import type { PlainSample } from './work.ts';

/** Longer values (a waveform, say) are not kept; in characters of JSON. */
const maxValueLength = 16_384;

/** All JSON that waits, in characters: 50,000 values as long as allowed would not fit into memory. */
const maxWaitingLength = 16 * 1024 * 1024;

/** Samples on their way to the file. Bounded: when it is full the oldest ones are lost, and counted. */
export class SampleBuffer {
  readonly #capacity: number;
  #samples: PlainSample[] = [];
  /** What stands before this was taken. */
  #head = 0;
  #length = 0;
  #lost = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#samples.length - this.#head;
  }

  /** Samples that there was no room for, or that are no JSON. */
  get lost(): number {
    return this.#lost;
  }

  add(sample: Sample): void {
    const plain = plainOf(sample);
    if (plain === undefined) {
      this.#lost++;
      return;
    }
    this.#samples.push(plain);
    this.#length += plain.json?.length ?? 0;
    while (this.size > this.#capacity || this.#length > maxWaitingLength) {
      this.take(1);
      this.#lost++;
    }
  }

  /** Removes the oldest ones, `count` at most. */
  take(count: number): PlainSample[] {
    const taken = this.#samples.slice(this.#head, this.#head + count);
    this.#head += taken.length;
    for (const { json } of taken) this.#length -= json?.length ?? 0;
    // Moving what is left pays only now and then.
    if (this.#head > this.#samples.length / 2) {
      this.#samples = this.#samples.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}

/** A sample as it is now, whatever becomes of its value; undefined for what cannot be kept. */
function plainOf({ device, property, at, value }: Sample): PlainSample | undefined {
  const base = { device, property, at: Math.floor(at) };
  if (typeof value === 'number') return Number.isFinite(value) ? { ...base, number: value, json: null } : undefined;
  const json = jsonOf(value);
  if (json === undefined || json.length > maxValueLength) return undefined;
  return { ...base, number: null, json };
}

function jsonOf(value: unknown): string | undefined {
  try {
    // Undefined for what JSON cannot say (functions, say), which its type leaves out.
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
