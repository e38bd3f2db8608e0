import { trusted } from '../../src/access/caller.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Submitted } from '../../src/command/pipeline.ts';
import type { CommandRecord } from '../../src/store/record.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/**
 * Random lives of commands on a virtual clock: whatever the device, the line, the journal, the clients and a stop do,
 * the promises about outcomes hold. Every command has a value of its own, by which the far end tells what it executed.
 */

type Answer = 'at once' | 'held' | 'never' | 'refused' | 'garbage';
type Op =
  | { readonly kind: 'submit'; readonly timeoutMs: number | undefined; readonly as: 'command' | 'write' }
  | { readonly kind: 'answers'; readonly how: Answer }
  | { readonly kind: 'cancel' | 'withdraw'; readonly which: number }
  | { readonly kind: 'cut' | 'restore' | 'late' | 'stop' | 'release' }
  | { readonly kind: 'journal'; readonly mode: 'works' | 'hangs' | 'fails' }
  | { readonly kind: 'wait'; readonly ms: number };

const simply = <K extends string>(...kinds: K[]) => fc.constantFrom(...kinds).map((kind) => ({ kind }));
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      timeoutMs: fc.option(fc.integer({ min: 1, max: 1500 }), { nil: undefined, freq: 2 }),
      as: fc.constantFrom('command' as const, 'write' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answers' as const),
      how: fc.constantFrom<Answer>('at once', 'at once', 'held', 'never', 'refused', 'garbage'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('cancel' as const, 'withdraw' as const),
      which: fc.nat({ max: 60 }),
    }),
  },
  { weight: 3, arbitrary: simply('cut', 'restore', 'restore', 'late', 'stop', 'release', 'release') },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('journal' as const),
      mode: fc.constantFrom('works' as const, 'works' as const, 'hangs' as const, 'fails' as const),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 700 }) }) },
);

interface Taken {
  readonly value: number;
  readonly submitted: Submitted;
  readonly withdraw: AbortController;
  told: CommandRecord | { readonly outcome: unknown } | undefined;
}

/** One life: the rig, what was asked, and what the far end saw. */
class Life {
  readonly store = new FlakyStore();
  readonly toy = new ToyDevice();
  readonly line = new MemoryLine((far) => this.toy.serve(far));
  readonly rig = createRig(toyDriver(), { line: this.line }, [{ id: 'toy', connection: 'line' }], {
    store: this.store,
  });
  readonly taken: Taken[] = [];
  /** Values by what the far end answered. */
  readonly answered = new Map<number, Answer>();
  readonly unrecorded: number[] = [];
  #value = 0;
  #answer: Answer = 'at once';

  constructor() {
    this.toy.twist = (line, reply) => {
      if (!line.startsWith('SET ')) return reply;
      const value = Number(line.slice(4));
      this.answered.set(value, this.#answer);
      const says = ({ sentAt, ahead }: CommandRecord): boolean => sentAt !== undefined || ahead === true;
      const onRecord = this.store.written.some((record) => valueOf(record) === value && says(record));
      if (!onRecord) this.unrecorded.push(value);
      return this.#answer === 'refused' ? 'ERR 1' : this.#answer === 'garbage' ? 'WHAT' : reply;
    };
  }

  async run(ops: readonly Op[]): Promise<void> {
    await this.rig.until(() => this.rig.device('toy').state === 'ready');
    for (const each of ops) {
      await this.#do(each);
      await this.rig.clock.advance(1);
    }
    await this.#calm();
  }

  /** Lets everything come to its end. */
  async #calm(): Promise<void> {
    this.store.mend();
    this.#answers('at once');
    this.line.down = false;
    await this.rig.until(() => this.taken.every(({ told }) => told !== undefined), 60_000);
    await this.rig.settled(this.rig.stops.releaseAll('test'));
    await this.rig.until(() => this.rig.device('toy').state === 'ready', 60_000);
  }

  async #do(each: Op): Promise<void> {
    if (each.kind === 'submit') await this.#submit(each);
    else if (each.kind === 'answers') this.#answers(each.how);
    else if (each.kind === 'cancel') this.rig.pipeline.cancel(this.taken[each.which]?.submitted.record.id ?? '');
    else if (each.kind === 'withdraw') this.taken[each.which]?.withdraw.abort();
    else if (each.kind === 'wait') await this.rig.clock.advance(each.ms);
    else if (each.kind === 'journal') this.#journal(each.mode);
    else await this.#world(each.kind);
  }

  async #world(kind: 'cut' | 'restore' | 'late' | 'stop' | 'release'): Promise<void> {
    if (kind === 'cut') {
      this.line.down = true;
      await this.line.cut();
    } else if (kind === 'restore') {
      this.line.down = false;
    } else if (kind === 'late') {
      this.toy.held?.shift()?.();
    } else if (kind === 'stop') {
      void this.rig.stops.stop('toy', { by: 'test' });
    } else {
      void this.rig.stops.release('toy', 'test').catch(() => {});
    }
  }

  #answers(how: Answer): void {
    this.#answer = how;
    this.toy.mute = how === 'never';
    if (how === 'held') this.toy.held ??= [];
    else this.toy.release();
  }

  #journal(mode: 'works' | 'hangs' | 'fails'): void {
    if (mode === 'works') this.store.mend();
    else if (mode === 'fails') this.store.fail();
    else this.store.mode = 'hangs';
  }

  async #submit({ timeoutMs, as }: Op & { kind: 'submit' }): Promise<void> {
    // 99 is refused by the far end itself.
    if (this.#value >= 98) return;
    const value = ++this.#value;
    const withdraw = new AbortController();
    const submitted = await this.rig.pipeline
      .start({
        device: 'toy',
        command: as === 'write' ? 'write:setpoint' : 'set',
        params: { value },
        caller: trusted('test'),
        withdrawn: withdraw.signal,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      })
      .catch(() => undefined);
    if (submitted === undefined) return;
    const taken: Taken = { value, submitted, withdraw, told: undefined };
    this.taken.push(taken);
    submitted.ended.then(
      (record) => (taken.told = structuredClone(record)),
      (error: { outcome?: unknown }) => (taken.told = { outcome: error.outcome }),
    );
  }
}

function valueOf({ params }: CommandRecord): number {
  return (params as { value: number }).value;
}

function check(life: Life): void {
  const times = (value: number): number => life.toy.executed.filter((line) => line === `SET ${value}`).length;
  expect(life.unrecorded, 'executed and not on record').toEqual([]);
  for (const { value, told, submitted } of life.taken) {
    const record = submitted.record;
    const what = `${value}: ${JSON.stringify(record)}`;
    expect(times(value), `executed twice: ${what}`).toBeLessThanOrEqual(1);
    const { outcome } = told ?? {};
    if (outcome === 'not-sent') expect(times(value), `not sent, and executed: ${what}`).toBe(0);
    if (outcome === 'succeeded') {
      expect(times(value), what).toBe(1);
      expect(['at once', 'held', 'never'], what).toContain(life.answered.get(value));
    }
    if (outcome === 'refused') expect(life.answered.get(value), what).toBe('refused');
    expect(outcome, what).not.toBe('failed');
    expect(outcome, what).toBeDefined();
    checkRecord(record, told);
  }
}

/** What was told stands, unless it was unknown and a late reply resolved it. */
function checkRecord(record: CommandRecord, told: Taken['told']): void {
  if (told !== undefined && 'id' in told && told.outcome !== 'unknown') expect(record).toEqual(told);
  if (record.resolvedLate === true) expect(told?.outcome).toBe('unknown');
  if (record.state !== 'ended') return;
  expect(record.sentAt === undefined).toBe(record.outcome === 'not-sent');
  expect(record.reason !== undefined).toBe(record.outcome === 'not-sent');
  expect(record.endedAt).toBeGreaterThanOrEqual(record.sentAt ?? record.submittedAt);
  expect(record.sentAt ?? record.submittedAt).toBeGreaterThanOrEqual(record.submittedAt);
}

test('whatever happens, the promises about outcomes hold', { timeout: 120_000 }, async () => {
  const seed = Number(process.env['BELLCRANK_TEST_SEED'] ?? Date.now() % 2 ** 31);
  console.log(`seed ${seed}; BELLCRANK_TEST_SEED=${seed} repeats this run`);
  const numRuns = process.env['BELLCRANK_TEST_LONG'] === '1' ? 2000 : 150;
  const seen = new Set<unknown>();
  await fc.assert(
    fc.asyncProperty(fc.array(op, { minLength: 5, maxLength: 60 }), async (ops) => {
      const life = new Life();
      await life.run(ops);
      check(life);
      for (const { told } of life.taken) seen.add(told?.outcome);
    }),
    { seed, numRuns },
  );
  // A test in which nothing ever happens proves nothing.
  expect(seen).toEqual(new Set(['not-sent', 'refused', 'succeeded', 'unknown']));
});
