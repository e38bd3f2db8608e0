import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ModbusMap, modbusDriver } from '../../drivers/modbus/index.ts';
import { modbusSimulator } from '../../simulators/modbus/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

const bounded = { type: 'number', minimum: 0, maximum: 5000 };
const mode = { table: 'holding', address: 8, type: 'enum', values: { off: 0, on: 1 } } as const;

const map: ModbusMap = {
  model: 'm',
  properties: {
    level: { schema: bounded, register: { table: 'holding', address: 0, type: 'uint16' }, write: { verify: {} } },
    single: { schema: bounded, register: { table: 'holding', address: 2, type: 'float32' }, write: { verify: {} } },
    tenths: {
      schema: bounded,
      register: { table: 'holding', address: 5, type: 'uint16', scale: 0.1 },
      write: { verify: {} },
    },
    mode: { schema: { type: 'string', enum: ['off', 'on'] }, register: mode },
    ratio: { schema: { type: 'number' }, register: { table: 'input', address: 0, type: 'float32' } },
  },
};

async function ready() {
  const clock = new VirtualClock();
  const simulator = modbusSimulator(map).create({ clock, seed: 1, options: {} });
  const line = new MemoryLine((far) => {
    if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
  });
  const devices = [{ id: 'it', connection: 'line', options: { framing: 'rtu' } }];
  const rig = createRig(modbusDriver(map), { line }, devices, { clock });
  const { bank, faults } = simulator.unit();
  const reading = (name: string) => rig.device('it').reading(name);
  await rig.until(() => Object.keys(map.properties).every((name) => reading(name).quality === 'good'));
  return { rig, bank, faults, reading };
}

test.each([
  ['a number that means nothing', 'mode', { table: 'holding', address: 8 }, [7], '7, which means nothing'],
  ['a float that is not a number', 'ratio', { table: 'input', address: 0 }, [0x7f_c0, 0], 'NaN'],
] as const)('%s is a bad reading, and the line stays as it is', async (_, name, place, words, why) => {
  const { rig, bank, reading } = await ready();
  const states = new Set<string>();
  bank.poke(place, ...words);
  await rig.until(() => reading(name).quality === 'bad');
  for (let time = 0; time < 3000; time += 10) {
    await rig.clock.advance(10);
    states.add(rig.device('it').state);
  }
  expect(reading(name)).toMatchObject({ quality: 'bad', error: expect.stringContaining(why) });
  const asked = rig.device('it').read(name, 0, new AbortController().signal);
  await expect(rig.settled(asked)).rejects.toMatchObject({ code: 'device-failed' });
  states.add(rig.device('it').state);
  expect([...states]).toEqual(['ready']);
  bank.poke(place, 0, ...(words.length > 1 ? [0] : []));
  await rig.until(() => reading(name).quality === 'good');
});

test('what was rounded to what the register can tell is confirmed', { timeout: 60_000 }, async () => {
  const { rig, bank } = await ready();
  const written = async (name: string, value: number): Promise<void> => {
    const record = await rig.settled(rig.submit('it', `write:${name}`, { value }));
    expect(record, `${name} ${value}`).toMatchObject({ outcome: 'succeeded', confirmation: 'confirmed' });
  };
  await written('level', 1500.4);
  expect(bank.get('level')).toBe(1500);
  // Half way between two tenths.
  for (const tie of [0.15, 0.35, 80.05, 1234.55]) await written('tenths', tie);
  const value = fc.double({ min: 0, max: 5000, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('level', 'single', 'tenths'),
      value,
      async (name, number) => await written(name, number),
    ),
    { numRuns: 60 },
  );
});

test('what the device keeps otherwise is a mismatch still', async () => {
  const { rig, bank } = await ready();
  bank.behaviour = { written: (name) => bank.store(name, 1499) };
  expect(await rig.settled(rig.submit('it', 'write:level', { value: 1500.4 }))).toMatchObject({
    error: { code: 'verify-mismatch' },
  });
});

test('a timeout names the unit beside the port', async () => {
  const { rig, faults } = await ready();
  faults.mute();
  await rig.clock.advance(20);
  const asked = rig.device('it').read('level', 0, new AbortController().signal);
  await expect(rig.settled(asked)).rejects.toMatchObject({
    code: 'device-timeout',
    message: expect.stringMatching(/^unit 1 on \S+ did not answer within 500 ms$/),
  });
});
