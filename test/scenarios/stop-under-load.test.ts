import { expect, onTestFinished, test } from 'vitest';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import { Stops } from '../../src/command/stops.ts';
import { systemClock } from '../../src/clock.ts';
import { tcp } from '../../src/transport/tcp.ts';
import { live } from '../support/live.ts';
import { silentLog } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const count = 12;

async function farEnd(toy: ToyDevice) {
  const listener = await listenTcp();
  onTestFinished(() => listener.close());
  listener.onConnection((far) => toy.serve(far));
  return { host: listener.host, port: listener.port };
}

test('with every queue full and an exchange hanging on each line, a stop reaches every device', async () => {
  const toys = Array.from({ length: count }, () => new ToyDevice());
  const ids = toys.map((_, index) => `toy-${index}`);
  const settings = await Promise.all(toys.map(farEnd));
  const rig = live(
    toyDriver(),
    ids.map((id, index) => ({ id, transport: tcp, settings: settings[index] })),
  );
  const { registry, pipeline } = rig;
  const stops = new Stops({
    registry,
    journal: pipeline.journal,
    ids: pipeline.ids,
    clock: systemClock,
    log: silentLog,
  });
  for (const id of ids)
    await expect.poll(() => rig.device(id).reading('setpoint').quality, { timeout: 5000 }).toBe('good');

  // One answers nothing any more, not even a stop; the others hang in an exchange and would answer again.
  const [dead, ...healthy] = toys;
  for (const toy of toys) toy.mute = true;
  const flying = ids.map((id) => rig.submit(id, 'pulse'));
  await expect.poll(() => toys.every(({ executed }) => executed.length === 1), { interval: 1 }).toBe(true);
  const queued = ids.flatMap((id) => Array.from({ length: 64 }, () => rig.submit(id, 'set', { value: 1 })));
  await expect.poll(() => ids.every((id) => rig.device(id).lane.isFull), { interval: 1 }).toBe(true);
  // Nothing has timed out yet: the exchanges hang.
  expect(ids.every((id) => rig.device(id).state === 'ready')).toBe(true);

  for (const toy of healthy) toy.mute = false;
  const began = performance.now();
  const reached = healthy.map(async (toy) => {
    await expect.poll(() => toy.executed.at(-1), { interval: 1, timeout: 2000 }).toBe('STOP');
    return performance.now() - began;
  });
  const reports = await stops.stopAll({ by: 'test' });
  const latencies = (await Promise.all(reached)).sort((a, b) => a - b);
  console.log(
    `stop on ${healthy.length} lines: median ${latencies[count >> 1]?.toFixed(1)} ms, last ${latencies.at(-1)?.toFixed(1)} ms`,
  );

  const outcomes = new Map(reports.map(({ record }) => [record.device, record.outcome]));
  expect(outcomes.get('toy-0')).toBe('unknown');
  expect(ids.slice(1).map((id) => outcomes.get(id))).toEqual(ids.slice(1).map(() => 'succeeded'));
  // The dead one was told, too.
  expect(dead?.executed).toContain('STOP');
  expect((await Promise.all(flying)).map(({ outcome }) => outcome)).toEqual(ids.map(() => 'unknown'));
  for (const record of await Promise.all(queued))
    expect(record).toMatchObject({ outcome: 'not-sent', reason: 'stopped' });
  for (const toy of toys) expect(toy.executed.filter((line) => line.startsWith('SET'))).toEqual([]);
  expect(ids.every((id) => rig.device(id).latched)).toBe(true);
});
