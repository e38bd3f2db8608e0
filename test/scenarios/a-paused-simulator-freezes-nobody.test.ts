import { beforeAll, expect, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';

/** The first one loads the whole service. */
beforeAll(async () => await (await createLab({ devices: {} })).close(), 60_000);

const supply = { model: 'scpi-supply' } as const;

test('a dead-man lease on a paused simulator runs out in real time, and stops it; its neighbour is as quick as ever', async () => {
  await using lab = await createLab({ devices: { a: supply, b: supply } });
  await lab.device('a').command('output', { on: true });
  const payload = { ttlMs: 5000, onExpiry: 'stop' };
  expect((await lab.http.inject({ method: 'PUT', url: '/v1/devices/a/lease', payload })).statusCode).toBe(201);
  lab.device('a').simulator.setTime({ paused: true });
  await lab.clock.advance(4900);
  expect(lab.device('a').state['output']).toBe(true);
  await lab.clock.advance(200);
  expect(lab.device('a').state['output']).toBe(false);
  await expect(lab.device('a').command('output', { on: true })).rejects.toMatchObject({ code: 'stopped' });
  const before = lab.clock.monotonic();
  expect(await lab.device('b').command('output', { on: true })).toMatchObject({ outcome: 'succeeded' });
  expect(lab.clock.monotonic() - before).toBeLessThan(5);
});

test('a command to a paused simulator whose answers take time runs into its deadline', async () => {
  await using lab = await createLab({ devices: { a: supply } });
  const { simulator, faults } = lab.device('a');
  await faults.set([{ kind: 'delay', ms: 100 }]);
  simulator.setTime({ paused: true });
  const before = lab.clock.monotonic();
  expect((await lab.device('a').command('output', { on: true })).outcome).not.toBe('succeeded');
  expect(lab.clock.monotonic() - before).toBeLessThan(5000);
});
