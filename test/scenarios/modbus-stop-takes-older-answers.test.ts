import { expect, test } from 'vitest';
import { modbusDriver } from '../../drivers/modbus/index.ts';
import type { ModbusMap } from '../../drivers/modbus/model.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { unitOn } from '../support/modbus-unit.ts';

const number = { type: 'number', minimum: 0, maximum: 60_000 };
const at = (address: number) => ({ table: 'holding', address, type: 'uint16' }) as const;

const pump: ModbusMap = {
  model: 'pump',
  summary: 'A pump',
  modbus: { quietMs: 100, guardMs: 20, replyTimeoutMs: 300, pollMs: 60_000 },
  properties: { pressure: { summary: 'Pressure', schema: number, register: at(100) } },
  commands: {
    run: {
      summary: 'Run at a speed',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      params: { speed: { type: 'number', minimum: 0, maximum: 4000 } },
      writes: [{ register: { table: 'holding', address: 10, type: 'uint32' }, param: 'speed' }],
    },
  },
  stop: {
    summary: 'Stand still',
    confirmation: 'acknowledged',
    timeoutMs: 1000,
    writes: [{ register: { table: 'holding', address: 10, type: 'uint32' }, value: 0 }],
  },
};

/** §6.12: the response to function 16 tells address and count, not what was written. */
test('the answer to a write that a stop broke off does not acknowledge the stop', async () => {
  const clock = new VirtualClock();
  let unit: ReturnType<typeof unitOn> | undefined;
  const line = new MemoryLine((far) => {
    unit = unitOn(far, (pdu) => (pdu[0] === 3 ? [3, 2, 0, 1] : undefined));
  });
  const rig = createRig(
    modbusDriver(pump),
    { line },
    [{ id: 'pump', connection: 'line', options: { framing: 'rtu' } }],
    { clock },
  );
  await rig.until(() => rig.device('pump').reading('pressure').quality === 'good');
  const running = rig.submit('pump', 'run', { speed: 3000 });
  await rig.until(() => unit?.requests.at(-1)?.startsWith('10000a') === true);
  const stopping = rig.stops.stop('pump', { by: 'test' });
  await rig.until(() => unit?.requests.at(-1) === '10000a00020400000000');
  // What is heard now is the answer to `run`; then the device refuses the stop.
  unit?.say(1, [16, 0, 10, 0, 2]);
  await clock.advance(1);
  unit?.say(1, [0x90, 4]);
  const stopped = await rig.settled(stopping);
  await rig.settled(running);
  expect(stopped.record).not.toMatchObject({ outcome: 'succeeded' });
});

test('a stop whose answer could be an older one’s is written once more, and the answer to that acknowledges it', async () => {
  const clock = new VirtualClock();
  let isSlow = true;
  let unit: ReturnType<typeof unitOn> | undefined;
  const line = new MemoryLine((far) => {
    unit = unitOn(far, (pdu) => {
      if (pdu[0] === 3) return [3, 2, 0, 1];
      return isSlow ? undefined : [...pdu.subarray(0, 5)];
    });
  });
  const devices = [{ id: 'pump', connection: 'line', options: { framing: 'rtu' } }];
  const rig = createRig(modbusDriver(pump), { line }, devices, { clock });
  await rig.until(() => rig.device('pump').reading('pressure').quality === 'good');
  const running = rig.submit('pump', 'run', { speed: 3000 });
  await rig.until(() => unit?.requests.at(-1)?.startsWith('10000a') === true);
  const stopping = rig.stops.stop('pump', { by: 'test' });
  const zero = '10000a00020400000000';
  await rig.until(() => unit?.requests.at(-1) === zero);
  isSlow = false;
  expect(await rig.settled(stopping)).toMatchObject({ record: { outcome: 'succeeded', confirmation: 'acknowledged' } });
  expect(unit?.requests.filter((request) => request === zero)).toHaveLength(2);
  expect(await rig.settled(running)).toMatchObject({ outcome: 'unknown' });
});

const valve: ModbusMap = {
  ...pump,
  model: 'valve',
  stop: {
    summary: 'Drive off',
    confirmation: 'acknowledged',
    timeoutMs: 1000,
    writes: [{ register: { table: 'holding', address: 0, type: 'bool', bit: 3 }, value: false }],
  },
};

/** The control word is 0x0008: only the drive is on. */
test('a stop that changes a bit writes back the word that it read, not the answer to an older question', async () => {
  const clock = new VirtualClock();
  let isSlow = false;
  let unit: ReturnType<typeof unitOn> | undefined;
  const line = new MemoryLine((far) => {
    unit = unitOn(far, (pdu) => {
      if (pdu[0] === 6) return [...pdu];
      const address = pdu.readUInt16BE(1);
      if (address === 0) return isSlow ? undefined : [3, 2, 0, 8];
      return isSlow ? undefined : [3, 2, 0xff, 0xff];
    });
  });
  const rig = createRig(
    modbusDriver(valve),
    { line },
    [{ id: 'valve', connection: 'line', options: { framing: 'rtu' } }],
    { clock },
  );
  await rig.until(() => rig.device('valve').state === 'ready');
  await clock.advance(500);
  isSlow = true;
  const reading = rig
    .device('valve')
    .read('pressure', 0, new AbortController().signal)
    .catch(() => {});
  await rig.until(() => unit?.requests.at(-1) === '0300640001');
  const stopping = rig.stops.stop('valve', { by: 'test' });
  await rig.until(() => unit?.requests.at(-1) === '0300000001');
  // The pressure, 65535, comes late; then the control word.
  unit?.say(1, [3, 2, 0xff, 0xff]);
  await clock.advance(5);
  unit?.say(1, [3, 2, 0, 8]);
  isSlow = false;
  await rig.settled(stopping);
  await reading;
  const writes = unit?.requests.filter((request) => request.startsWith('06'));
  expect(writes).not.toContain('060000fff7');
});
