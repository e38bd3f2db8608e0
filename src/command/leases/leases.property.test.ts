import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLeaseRig } from '../../../test/support/leases.ts';
import type { OnExpiry } from './lease.ts';

type Rig = ReturnType<typeof createLeaseRig>;

/** A lease as the rules have it: nothing here knows how leases are kept. */
interface Expected {
  token: string;
  until: number;
  expiresAt: number;
  ttlMs: number;
  onExpiry: OnExpiry;
}

const device = fc.constantFrom('d', 'e');
/** Which of the tokens so far: from the latest on; none, or one that never was. */
const token = fc.oneof(fc.constant('none'), fc.constant('strange'), fc.nat(3));
const ttlMs = fc.constantFrom(100, 300, 1000);
const onExpiry = fc.constantFrom<OnExpiry | undefined>('release', 'stop', undefined);

const take = fc.record({ kind: fc.constant('take'), device, token, ttlMs, onExpiry, steal: fc.boolean() });
const release = fc.record({ kind: fc.constant('release'), device, token });
/** What is asked for at one time. */
const requests = fc.record({
  kind: fc.constant('requests'),
  requests: fc.array(fc.oneof({ weight: 3, arbitrary: take }, release), { minLength: 1, maxLength: 3 }),
});
const advance = fc.record({ kind: fc.constant('advance'), ms: fc.integer({ min: 1, max: 700 }) });
const restart = fc.record({ kind: fc.constant('restart'), downMs: fc.constantFrom(0, 50, 500, 5000) });
const forget = fc.record({ kind: fc.constant('forget'), device });
const setClock = fc.record({ kind: fc.constant('setClock'), byMs: fc.integer({ min: -5000, max: 2000 }) });
const forward = fc.record({ kind: fc.constant('setClock'), byMs: fc.integer({ min: 0, max: 2000 }) });
const trouble = fc.record({ kind: fc.constant('trouble'), failing: fc.boolean() });

type Step<T> = T extends fc.Arbitrary<infer S> ? S : never;
type Request = Step<typeof take> | Step<typeof release>;
type AnyStep = Step<
  typeof requests | typeof advance | typeof restart | typeof forget | typeof setClock | typeof trouble
>;

/** What must hold, kept beside the leases themselves. */
class Model {
  readonly expected = new Map<string, Expected>();
  /** Every token that was ever answered, and its device. */
  readonly tokens = new Map<string, string>();
  readonly refused = new Set<string>();
  readonly stops = new Map<string, number>();
  readonly rig: Rig;

  constructor(rig: Rig) {
    this.rig = rig;
  }

  token(of: string, which: Step<typeof token>): string | undefined {
    if (which === 'none') return undefined;
    if (which === 'strange') return 'strange';
    return [...this.tokens].filter(([, device]) => device === of).at(-1 - which)?.[0];
  }

  async run(step: AnyStep): Promise<void> {
    const { rig } = this;
    if (step.kind === 'requests') await this.#requests(step.requests);
    if (step.kind === 'advance') await rig.clock.time.advance(step.ms);
    if (step.kind === 'setClock') rig.clock.offsetMs += step.byMs;
    if (step.kind === 'trouble') rig.facts.failing = step.failing;
    if (step.kind === 'forget') {
      rig.leases.forget(step.device);
      this.expected.delete(step.device);
    }
    if (step.kind === 'restart') await this.#restart(step.downMs);
    this.#pass();
    await rig.clock.time.advance(0);
    this.#check();
  }

  async #requests(all: readonly Request[]): Promise<void> {
    const asked = all.map((request) => ({ request, token: this.token(request.device, request.token) }));
    const results = await Promise.allSettled(
      asked.map(({ request, token }) =>
        'ttlMs' in request
          ? this.rig.leases.take(request.device, { ...request, by: 'somebody', token })
          : this.rig.leases.release(request.device, token),
      ),
    );
    // Nobody's time passes meanwhile, so that they come one after the other.
    for (const [index, { request, token }] of asked.entries()) this.#judge(request, token, results[index]);
  }

  #judge(request: Request, token: string | undefined, result: PromiseSettledResult<unknown> | undefined): void {
    const held = this.expected.get(request.device);
    const isHolder = held !== undefined && held.token === token;
    const isFree = held === undefined && token === undefined;
    const allowed = isHolder || isFree || ('ttlMs' in request && request.steal);
    const writes = 'ttlMs' in request || held !== undefined;
    const granted = allowed && !(writes && this.rig.facts.failing);
    expect(result?.status, JSON.stringify([request, result])).toBe(granted ? 'fulfilled' : 'rejected');
    if (!granted || result?.status !== 'fulfilled') return;
    if (!('ttlMs' in request)) return void this.expected.delete(request.device);
    const { clock } = this.rig;
    const answer = result.value as { token: string };
    expect(answer.token === held?.token).toBe(isHolder);
    this.tokens.set(answer.token, request.device);
    this.expected.set(request.device, {
      token: answer.token,
      until: clock.monotonic() + request.ttlMs,
      expiresAt: clock.now() + request.ttlMs,
      ttlMs: request.ttlMs,
      onExpiry: request.onExpiry ?? (isHolder ? held.onExpiry : 'release'),
    });
  }

  async #restart(downMs: number): Promise<void> {
    const { rig } = this;
    rig.leases.close();
    await rig.clock.time.advance(downMs);
    rig.restart();
    for (const lease of this.expected.values()) {
      const leftMs = Math.min(lease.expiresAt - rig.clock.now(), lease.ttlMs);
      lease.until = rig.clock.monotonic() + leftMs;
      lease.expiresAt = rig.clock.now() + leftMs;
    }
  }

  /** Time has passed. */
  #pass(): void {
    for (const [device, { until, onExpiry }] of this.expected) {
      if (until > this.rig.clock.monotonic()) continue;
      this.expected.delete(device);
      if (onExpiry === 'stop') this.stops.set(device, this.stopsOf(device) + 1);
    }
  }

  stopsOf(device: string): number {
    return this.stops.get(device) ?? 0;
  }

  #check(): void {
    const { rig } = this;
    for (const [token, device] of this.tokens) {
      const passes = rig.passes(token, device) === true;
      expect(passes, `${token} of ${device}`).toBe(this.expected.get(device)?.token === token);
      expect(passes && this.refused.has(token), `${token} came back`).toBe(false);
      if (!passes) this.refused.add(token);
      expect(rig.passes(token, device === 'd' ? 'e' : 'd')).not.toBe(true);
    }
    for (const device of ['d', 'e']) {
      expect(rig.passes(undefined, device)).toBe(this.expected.has(device) ? 'leased' : true);
      expect(rig.leases.get(device) === undefined).toBe(!this.expected.has(device));
      expect(rig.passes(undefined, device, 'read')).toBe(true);
    }
  }
}

/** A dead man’s mark goes from the log only after his device’s latch, wherever a crash may cut it. */
function expectStopsSurvive({ facts: { log }, stops }: Rig): void {
  const marks = log.flatMap(([key, value], index) => (isMark(value) ? [{ key, index }] : []));
  expect(marks.length).toBeGreaterThanOrEqual(stops.length);
  for (const { key, index } of marks) {
    const after = log.slice(index + 1).map(([each]) => each);
    const latched = after.indexOf(key.replace('lease:', 'latch:'));
    expect(latched).toBeGreaterThanOrEqual(0);
    expect(after.indexOf(key)).toBeGreaterThan(latched);
  }
}

function isMark(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'expired' in value;
}

const runs = process.env['BELLCRANK_TEST_LONG'] === '1' ? 3000 : 150;

test('one token at most passes, none comes back, and each dead man stops his device once', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: requests },
    { weight: 5, arbitrary: advance },
    restart,
    forget,
    setClock,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const model = new Model(createLeaseRig());
      for (const each of steps) await model.run(each);
      await model.run({ kind: 'advance', ms: 6000 });
      for (const each of ['d', 'e']) {
        expect(model.rig.stops.filter((device) => device === each)).toHaveLength(model.stopsOf(each));
      }
      expectStopsSurvive(model.rig);
      expect(model.rig.facts.entries('lease:')).toEqual([]);
      expect(model.rig.clock.time.pendingTimers).toBe(0);
    }),
    { numRuns: runs },
  );
}, 120_000);

test('over a store that fails and crashes that lose its last words: the same, and a stop too many at worst', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: requests },
    { weight: 5, arbitrary: advance },
    { weight: 2, arbitrary: trouble },
    restart,
    forward,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const model = new Model(createLeaseRig());
      for (const each of steps) await model.run(each);
      await model.run({ kind: 'trouble', failing: false });
      await model.run({ kind: 'advance', ms: 12_000 });
      for (const each of ['d', 'e']) {
        const stops = model.rig.stops.filter((device) => device === each).length;
        expect(stops).toBeGreaterThanOrEqual(model.stopsOf(each));
      }
      expect(model.rig.facts.entries('lease:')).toEqual([]);
      expect(model.rig.facts.log.filter(([key]) => key.startsWith('lease:')).at(-1)?.[1]).toBeUndefined();
    }),
    { numRuns: runs },
  );
}, 120_000);
