import { expect, test } from 'vitest';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const units = ['a', 'b', 'c'];

/** Several toys on one line, as on RS-485. */
function bus() {
  const toys = new Map(units.map((unit) => [unit, new ToyDevice(unit)]));
  const times: { at: number; unit: string }[] = [];
  const line = new MemoryLine((far) => {
    far.onData((chunk) => times.push({ at: rig.clock.monotonic(), unit: Buffer.from(chunk).toString()[0] ?? '' }));
    for (const toy of toys.values()) toy.serve(far);
  });
  const devices = units.map((unit) => ({ id: unit, connection: 'line', options: { unit } }));
  const rig = createRig(toyDriver(), { line }, devices);
  return { toys, times, line, rig, toy: (unit: string) => toys.get(unit) as ToyDevice };
}

test('devices on one line take turns, and each gets its own answer', async () => {
  const { rig, toy } = bus();
  await rig.until(() => units.every((unit) => rig.device(unit).state === 'ready'));
  for (const [index, unit] of units.entries()) toy(unit).value = index + 10;
  const records = await rig.settled(Promise.all(units.map((unit) => rig.submit(unit, 'ask'))));
  expect(records.map(({ result }) => result)).toEqual([{ value: 10 }, { value: 11 }, { value: 12 }]);
});

test('a dead unit goes offline; probing it costs at most a tenth of the line, and the others go on', async () => {
  const { rig, toy, times } = bus();
  await rig.until(() => units.every((unit) => rig.device(unit).state === 'ready'));
  toy('b').mute = true;
  const dead = await rig.settled(rig.submit('b', 'pulse'));
  expect(dead.outcome).toBe('unknown');
  await rig.until(() => rig.device('b').state === 'offline');
  times.length = 0;
  const start = rig.clock.monotonic();
  for (let round = 0; round < 200; round++) {
    const asked = rig.clock.monotonic();
    expect(await rig.settled(rig.submit('a', 'ask'))).toMatchObject({ outcome: 'succeeded' });
    // The worst case is one probe: 200 ms without a reply, and 50 ms of silence after it.
    expect(rig.clock.monotonic() - asked).toBeLessThan(300);
    await rig.clock.advance(300);
  }
  const spent = rig.clock.monotonic() - start;
  const probes = times.filter(({ unit }) => unit === 'b').length;
  expect(probes).toBeGreaterThan(0);
  expect((probes * 250) / spent).toBeLessThan(0.1);
});

test('a probe of a dead unit lets the others go first', async () => {
  const { rig, toy, times } = bus();
  await rig.until(() => units.every((unit) => rig.device(unit).state === 'ready'));
  toy('b').mute = true;
  await rig.settled(rig.submit('b', 'pulse'));
  await rig.until(() => rig.device('b').state === 'offline');
  const { lane } = rig.device('a');
  const release = lane.hold();
  await rig.until(() => lane.waiting === 1);
  const asked = rig.submit('a', 'ask');
  await rig.until(() => lane.waiting === 2);
  times.length = 0;
  release();
  await rig.settled(asked);
  expect(times[0]?.unit).toBe('a');
});

test('a timeout of one unit quarantines the line for all: its late reply answers none of the others', async () => {
  const { rig, toy } = bus();
  await rig.until(() => units.every((unit) => rig.device(unit).state === 'ready'));
  toy('b').held = [];
  const late = rig.submit('b', 'ask');
  await rig.clock.advance(10);
  const next = rig.submit('a', 'ask');
  expect(await rig.settled(late)).toMatchObject({ outcome: 'failed' });
  toy('b').release();
  toy('a').value = 42;
  expect(await rig.settled(next)).toMatchObject({ outcome: 'succeeded', result: { value: 42 } });
});
