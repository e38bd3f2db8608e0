import { BellcrankError } from '../../src/errors.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { FactStore } from '../../src/store/store.ts';

type Entry = readonly [key: string, value: unknown];

/** Facts that can be made to fail or to take their time, and that say what reached them, in order. */
export class TroubledFacts implements FactStore {
  /** What is durable, oldest first. */
  readonly log: Entry[] = [];
  failing = false;
  /** While set, nothing becomes durable until `flow`. */
  #held: (() => void)[] | undefined;
  readonly #memory = new MemoryStore(1).facts;

  /** The facts as another process finds them. */
  static after(log: readonly Entry[]): TroubledFacts {
    const facts = new TroubledFacts();
    for (const [key, value] of log) void facts.set(key, value);
    return facts;
  }

  get(key: string): unknown {
    return this.#memory.get(key);
  }

  keys(prefix: string): readonly string[] {
    return this.#memory.keys(prefix);
  }

  lend(): void {}

  entries(prefix: string): readonly Entry[] {
    return this.#memory.entries(prefix);
  }

  async set(key: string, value: unknown): Promise<void> {
    await this.#memory.set(key, value);
    if (this.failing) throw new BellcrankError('journal-unavailable', 'the disk is full');
    this.log.push([key, value]);
    if (this.#held !== undefined) await new Promise<void>((resolve) => this.#held?.push(resolve));
  }

  hold(): void {
    this.#held = [];
  }

  flow(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const resolve of held) resolve();
  }
}
