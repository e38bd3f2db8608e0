import { expect, onTestFinished, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeContext } from '../../test/support/context.ts';
import { modbusDriver } from './driver.ts';
import type { ModbusMap } from './model.ts';

/** The normal response to a single write repeats the request: of an echo nobody could tell it. */
const writeOnly: ModbusMap = {
  model: 'relay',
  summary: 'A relay that is only told',
  properties: {},
  commands: {
    on: {
      summary: 'On',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      writes: [{ register: { table: 'coil', address: 1, type: 'bool' }, value: true }],
    },
  },
};

const readable: ModbusMap = {
  ...writeOnly,
  properties: {
    one: { summary: 'One', schema: { type: 'number' }, register: { table: 'holding', address: 8192, type: 'uint16' } },
  },
};

/** Attaches to what answers so. */
async function attach(map: ModbusMap, framing: 'rtu' | 'mbap', answer: (heard: Uint8Array) => Uint8Array | undefined) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  onTestFinished(() => near.close());
  const heard: string[] = [];
  far.onData((chunk) => {
    heard.push(Buffer.from(chunk).toString('hex'));
    const said = answer(chunk);
    if (said !== undefined) void far.write(said);
  });
  const attached = modbusDriver(map).attach(near, { framing }, makeContext(clock).context);
  const outcome = attached.then(
    () => 'attached',
    (error: unknown) => error,
  );
  await settle();
  await clock.advance(3000);
  return { heard, outcome: await outcome };
}

test.each([writeOnly, readable])('an echo with nothing behind it is no device', async (map) => {
  const { outcome } = await attach(map, 'rtu', (bytes) => bytes);
  expect(outcome).toMatchObject({ code: 'device-protocol', message: expect.stringContaining('echo: true') as string });
});

test('nor is one over TCP', async () => {
  const { outcome } = await attach(writeOnly, 'mbap', (bytes) => bytes);
  expect(outcome).toMatchObject({ code: 'device-protocol' });
});

test('a device that can only be told is asked for what it holds, and may refuse that or say nothing', async () => {
  const refusing = await attach(writeOnly, 'rtu', () => Buffer.from('0181018190', 'hex'));
  expect(refusing).toEqual({ heard: ['010100010001ac0a'], outcome: 'attached' });
  const silent = await attach(writeOnly, 'rtu', () => undefined);
  expect(silent).toEqual({ heard: ['010100010001ac0a'], outcome: 'attached' });
});
