import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { trusted } from '../../src/access/caller.ts';
import type { NewDevice } from '../../src/device/settings.ts';
import { BellcrankError, type Outcome } from '../../src/errors.ts';
import { VirtualClock } from '../../src/testing/index.ts';
import type { CommandRecord, CommandState } from '../../src/store/record.ts';
import { BookStore } from '../support/log-book.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/**
 * Many commands on one line over the store's own journal, whose disk is slow, hangs and fails: at each moment it is looked
 * what a crash would find. What has left is never found as not sent, and what was told is what is found, then and later.
 */

const happenings = ['cut', 'garble', 'stop', 'release', 'renew', 'reconnect', 'replace', 'sweep', 'stubborn'] as const;
type Happening = (typeof happenings)[number];

type Op =
  | { readonly kind: 'burst'; readonly count: number; readonly timeoutMs: number | undefined }
  | { readonly kind: 'disk'; readonly mode: 'works' | 'slow' | 'hangs' | 'fails' }
  | { readonly kind: 'answers'; readonly how: 'at once' | 'held' | 'never' }
  | { readonly kind: 'end'; readonly how: 'cancel' | 'withdraw'; readonly from: number }
  | { readonly kind: 'happens'; readonly what: Happening }
  | { readonly kind: 'wait'; readonly ms: number };

const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('burst' as const),
      count: fc.constantFrom(1, 2, 3, 20, 40),
      timeoutMs: fc.option(fc.integer({ min: 1, max: 1500 }), { nil: undefined, freq: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('disk' as const),
      mode: fc.constantFrom('works' as const, 'works' as const, 'slow' as const, 'hangs' as const, 'fails' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('answers' as const),
      how: fc.constantFrom('at once' as const, 'at once' as const, 'held' as const, 'never' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      how: fc.constantFrom('cancel' as const, 'withdraw' as const),
      from: fc.nat({ max: 200 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('happens' as const),
      what: fc.constantFrom(...happenings, 'garble', 'garble', 'release'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1000 }), fc.constant(5500)),
    }),
  },
);

interface Taken {
  readonly value: number;
  readonly record: CommandRecord;
  readonly withdraw: AbortController;
  told: Outcome | undefined;
  streamed: CommandState;
}

const ranks: Readonly<Record<CommandState, number>> = { queued: 0, sent: 1, ended: 2 };

const anew: NewDevice = {
  id: 'toy',
  driver: 'toy',
  connection: 'line',
  options: {},
  labels: {},
  restrictions: {},
  enabled: true,
  managedBy: 'api',
  retries: 1,
};

class Life {
  readonly clock = new VirtualClock();
  readonly toy = new ToyDevice();
  readonly faults: string[] = [];
  readonly taken: Taken[] = [];
  readonly byId = new Map<string, Taken>();
  readonly byValue = new Map<number, Taken>();
  readonly store = new BookStore(this.clock, (record) => this.#written(record));
  readonly line = new MemoryLine((far) => this.toy.serve(far));
  readonly rig = createRig(toyDriver(), { line: this.line }, [{ id: 'toy', connection: 'line', retries: 1 }], {
    store: this.store,
    clock: this.clock,
  });
  wasPressed = false;
  #value = 1000;
  /** The newest command is answered with nonsense, once: it may be sent again. */
  #garbles = false;

  constructor() {
    const { feed } = this.rig;
    const tell = feed.command.bind(feed);
    feed.command = (record) => {
      this.#streamed(record);
      tell(record);
    };
    this.toy.twist = (line, reply) => {
      const its = this.byValue.get(Math.round(Number(/^SET (.*)$/.exec(line)?.[1]) * 100));
      if (its !== undefined) this.#arrived(its);
      if (its === undefined || its !== this.taken.at(-1) || !this.#garbles) return reply;
      this.#garbles = false;
      return 'WHAT';
    };
  }

  async run(ops: readonly Op[]): Promise<void> {
    await this.rig.until(() => this.rig.device('toy').state === 'ready');
    await this.rig.settled(this.rig.submit('toy', 'pulse'));
    for (const each of ops) {
      await this.#do(each);
      this.wasPressed ||= this.rig.device('toy').lane.isPressed;
    }
    this.store.book.set('works');
    this.#answers('at once');
    await this.rig.until(() => this.taken.every(({ told }) => told !== undefined), 60_000);
    await this.rig.until(() => this.store.isWritten, 5000);
    for (const { value, record, streamed } of this.taken) {
      const found = this.store.onRecord.get(record.id);
      if (found?.state !== 'ended') this.faults.push(`in the end ${value} is found as ${JSON.stringify(found)}`);
      if (streamed !== 'ended') this.faults.push(`in the end ${value} is streamed as ${streamed}`);
    }
    await this.rig.settled(this.rig.stops.releaseAll('test'));
  }

  /** Whatever has arrived, a crash would not say that it was not sent. */
  #arrived({ value, record }: Taken): void {
    const found = this.store.onRecord.get(record.id);
    const may = found !== undefined && (found.ahead === true || found.state === 'sent');
    const times = this.toy.executed.filter((line) => line === `SET ${value / 100}`).length;
    if (!may) this.faults.push(`${value} left, and found is ${JSON.stringify(found)}`);
    if (times > 1 && found?.attempts !== times)
      this.faults.push(`${value} left ${times} times, found ${found?.attempts}`);
    if (times > 2) this.faults.push(`${value} left ${times} times`);
  }

  #written(record: CommandRecord): void {
    const its = this.byId.get(record.id);
    if (its?.told === undefined || its.told === 'unknown') return;
    if (record.outcome !== its.told && !(its.told === 'not-sent' && record.state === 'queued' && record.ahead !== true))
      this.faults.push(`${its.value} was told ${its.told}, and then ${JSON.stringify(record)} was written`);
  }

  /** What everybody hears of is on record, and comes in its order. */
  #streamed({ id, state }: CommandRecord): void {
    const its = this.byId.get(id);
    const found = this.store.onRecord.get(id);
    if (found === undefined || ranks[found.state] < ranks[state])
      this.faults.push(`streamed as ${state}, found ${JSON.stringify(found)}`);
    if (its === undefined) return;
    if (ranks[its.streamed] > ranks[state])
      this.faults.push(`${its.value} streamed as ${its.streamed}, then as ${state}`);
    its.streamed = state;
  }

  #told(its: Taken, told: Outcome, isOnRecord: boolean): void {
    its.told = told;
    const found = this.store.onRecord.get(its.record.id);
    if (isOnRecord && found?.outcome !== told) this.faults.push(`told ${told}, found ${JSON.stringify(found)}`);
    if (!isOnRecord && told === 'not-sent' && (found?.ahead === true || found?.state === 'sent'))
      this.faults.push(`told ${told} without a record, found ${JSON.stringify(found)}`);
  }

  async #do(each: Op): Promise<void> {
    if (each.kind === 'burst') await this.#burst(each.count, each.timeoutMs);
    else if (each.kind === 'disk') this.store.book.set(each.mode);
    else if (each.kind === 'answers') this.#answers(each.how);
    else if (each.kind === 'wait') await this.clock.advance(each.ms);
    else if (each.kind === 'end') this.#end(each.how, each.from);
    else void this.#happen(each.what).catch(() => {});
  }

  async #happen(what: Happening): Promise<unknown> {
    const { rig } = this;
    const device = rig.device('toy');
    if (what === 'cut') return await this.line.cut();
    if (what === 'garble') return (this.#garbles = true);
    if (what === 'stop') return await rig.stops.stop('toy', { by: 'test' });
    if (what === 'release') return await rig.stops.release('toy', 'test');
    if (what === 'renew') return await device.renew();
    if (what === 'reconnect') return await device.reconnect('test');
    if (what === 'replace') return await rig.registry.replace(anew, new BellcrankError('device-offline', 'replaced'));
    return await rig.submit('toy', what);
  }

  /** Three at once. */
  #end(how: 'cancel' | 'withdraw', from: number): void {
    for (const { record, withdraw } of this.taken.slice(from, from + 3)) {
      if (how === 'cancel') this.rig.pipeline.cancel(record.id);
      else withdraw.abort();
    }
  }

  #answers(how: 'at once' | 'held' | 'never'): void {
    this.toy.mute = how === 'never';
    if (how === 'held') this.toy.held ??= [];
    else this.toy.release();
  }

  async #burst(count: number, timeoutMs: number | undefined): Promise<void> {
    for (let left = count; left > 0; left--) {
      const value = ++this.#value;
      const withdraw = new AbortController();
      const submitted = await this.rig.pipeline
        .start({
          device: 'toy',
          command: 'set',
          params: { value: value / 100 },
          caller: trusted('test'),
          withdrawn: withdraw.signal,
          ...(timeoutMs !== undefined && { timeoutMs }),
        })
        .catch(() => undefined);
      if (submitted === undefined) continue;
      const its: Taken = { value, record: submitted.record, withdraw, told: undefined, streamed: 'queued' };
      this.taken.push(its);
      this.byId.set(its.record.id, its);
      this.byValue.set(value, its);
      submitted.ended.then(
        ({ outcome = 'unknown' }) => this.#told(its, outcome, true),
        ({ outcome = 'unknown' }: { outcome?: Outcome }) => this.#told(its, outcome, false),
      );
    }
  }
}

test(
  'whatever the disk does, a crash finds what was told, and nothing as not sent that has left',
  { timeout: 120_000 },
  async () => {
    const seed = Number(process.env['BELLCRANK_TEST_SEED'] ?? Date.now() % 2 ** 31);
    console.log(`seed ${seed}; BELLCRANK_TEST_SEED=${seed} repeats this run`);
    const numRuns = process.env['BELLCRANK_TEST_LONG'] === '1' ? 10_000 : 400;
    const seen = new Set<unknown>();
    let pressed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(op, { minLength: 5, maxLength: 40 }), async (ops) => {
        const life = new Life();
        await life.run(ops);
        expect(life.faults.slice(0, 5)).toEqual([]);
        for (const { told } of life.taken) seen.add(told);
        if (life.wasPressed) pressed++;
      }),
      { seed, numRuns },
    );
    // Enough happened for this to mean something.
    expect(seen).toEqual(new Set(['not-sent', 'succeeded', 'unknown']));
    expect(pressed).toBeGreaterThan(numRuns / 10);
  },
);
