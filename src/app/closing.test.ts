import { expect, test } from 'vitest';
import type { Control } from '../command/control.ts';
import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { endDevices } from './closing.ts';

/** Devices to be stopped, whose stops are all answered after so long. */
function subject(answeredMs: number) {
  const clock = new VirtualClock();
  const told: string[] = [];
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  clock.timer(answeredMs, () => {
    told.push(`stopped at ${clock.monotonic() - begunAt}`);
    resolve();
  });
  const begunAt = clock.monotonic();
  const left = async (): Promise<void> => void told.push(`left at ${clock.monotonic() - begunAt}`);
  // What is used of them.
  const registry = { devices: [] as Device[], close: left } as unknown as Registry;
  const control = { pipeline: { close: async () => {} }, stops: { endWith: () => answered } } as unknown as Control;
  const ended = endDevices(registry, control, clock, []).then(() =>
    told.push(`over at ${clock.monotonic() - begunAt}`),
  );
  return { clock, told, ended };
}

test('stops that come one after the other on a line are all waited for', async () => {
  const { clock, told, ended } = subject(900);
  await clock.advance(5000);
  await ended;
  expect(told).toEqual(['stopped at 900', 'left at 900', 'over at 900']);
});

test('one that is never answered leaves time for the rest of a shutdown', async () => {
  const { clock, told, ended } = subject(60_000);
  await clock.advance(5000);
  await ended;
  expect(told).toEqual(['left at 1000', 'over at 1600']);
});
