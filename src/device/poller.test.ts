import { expect, test } from 'vitest';
import { delay } from '../clock.ts';
import type { Model } from '../driver/spec.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Poller } from './poller.ts';

function modelWith(periods: Readonly<Record<string, number>>): Model {
  const properties = Object.entries(periods).map(([name, pollMs]) => {
    return [name, { summary: name, access: 'read', source: { pollMs }, schema: {} }] as const;
  });
  return { name: 'm', summary: 'm', commands: {}, events: {}, properties: Object.fromEntries(properties) };
}

function polling(periods: Readonly<Record<string, number>>, { takesMs = 0, together = false } = {}) {
  const clock = new VirtualClock();
  const start = clock.monotonic();
  const polled: string[] = [];
  const state = { model: modelWith(periods), takesMs };
  const abort = new AbortController();
  const poll = async (names: readonly string[]): Promise<void> => {
    polled.push(`${names.join('+')}@${clock.monotonic() - start}`);
    if (state.takesMs > 0) await delay(clock, state.takesMs, abort.signal).catch(() => {});
  };
  const group = (names: readonly string[]) => (together ? [names] : names.map((name) => [name]));
  const poller = new Poller({ model: () => state.model, group, poll }, clock, abort.signal);
  const ended = poller.run();
  const describe = (anew: Readonly<Record<string, number>>): void => {
    state.model = modelWith(anew);
    poller.remodelled();
  };
  return { clock, polled, state, abort, describe, ended };
}

test('each property is read at its own period, at once at first', async () => {
  const { clock, polled } = polling({ fast: 100, slow: 250 });
  await clock.advance(300);
  expect(polled).toEqual(['fast@0', 'slow@0', 'fast@100', 'fast@200', 'slow@250', 'fast@300']);
});

test('on a slow line missed periods come to nothing, instead of coming one after the other later', async () => {
  const { clock, polled, state } = polling({ a: 100 }, { takesMs: 1000 });
  await clock.advance(1000);
  state.takesMs = 0;
  await clock.advance(250);
  expect(polled).toEqual(['a@0', 'a@1010', 'a@1100', 'a@1200']);
});

test('what is due together goes in one, where the driver can', async () => {
  const { clock, polled } = polling({ a: 100, b: 100, c: 200 }, { together: true });
  await clock.advance(200);
  expect(polled).toEqual(['a+b+c@0', 'a+b@100', 'a+b+c@200']);
});

test('a device that describes itself anew is polled for what it has now, at once', async () => {
  const { clock, polled, describe } = polling({ a: 60_000 });
  await clock.advance(5000);
  describe({ a: 60_000, b: 2000 });
  await clock.advance(3000);
  expect(polled).toEqual(['a@0', 'b@5010', 'b@7010']);
});

test('one that does so for ever is looked at once a second', async () => {
  const { clock, polled, describe } = polling({ a: 60_000 });
  for (let i = 0; i < 30; i++) {
    await clock.advance(100);
    describe({ [`b${i}`]: 60_000 });
  }
  await clock.advance(0);
  expect(polled).toEqual(['a@0', 'b8@1000', 'b18@2000', 'b28@3000']);
});

test('one that describes itself anew while it is asked is looked at after that', async () => {
  const { clock, polled, describe } = polling({ a: 60_000 }, { takesMs: 300 });
  await clock.advance(200);
  describe({ a: 60_000, b: 60_000 });
  await clock.advance(1200);
  expect(polled).toEqual(['a@0', 'b@1000']);
});

test('it ends where nothing is to be polled any more', async () => {
  const { clock, polled, describe, ended } = polling({ a: 60_000 });
  await clock.advance(5000);
  describe({});
  await clock.settled(ended);
  expect(polled).toEqual(['a@0']);
  expect(clock.pendingTimers).toBe(0);
});

test('between two rounds nothing wakes it', async () => {
  const { clock } = polling({ a: 60_000 });
  await clock.advance(30_000);
  expect(clock.nextInMs).toBe(30_000);
});

test('it ends with its signal', async () => {
  const { clock, polled, abort } = polling({ a: 100 });
  await clock.advance(0);
  abort.abort(new Error('over'));
  await clock.advance(1000);
  expect(polled).toEqual(['a@0']);
  expect(clock.pendingTimers).toBe(0);
});
