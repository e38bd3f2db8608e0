import { expect, test } from 'vitest';
import { delay } from '../clock.ts';
import type { Model } from '../driver/spec.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { pollLoop } from './poller.ts';

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
  void pollLoop({ model: () => state.model, group, poll }, clock, abort.signal);
  return { clock, polled, state, abort };
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

test('a device that describes itself anew is polled for what it has now', async () => {
  const { clock, polled, state } = polling({ a: 100 });
  await clock.advance(50);
  state.model = modelWith({ b: 1000 });
  await clock.advance(1100);
  expect(polled).toEqual(['a@0', 'b@100', 'b@1100']);
});

test('it ends with its signal', async () => {
  const { clock, polled, abort } = polling({ a: 100 });
  await clock.advance(0);
  abort.abort(new Error('over'));
  await clock.advance(1000);
  expect(polled).toEqual(['a@0']);
  expect(clock.pendingTimers).toBe(0);
});
