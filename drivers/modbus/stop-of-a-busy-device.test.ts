import { expect, onTestFinished, test } from 'vitest';
import { modbusSimulator } from '../../simulators/modbus/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeCall } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { modbusDriver } from './driver.ts';
import type { ModbusMap } from './model.ts';

const map: ModbusMap = {
  model: 'pump',
  summary: 'A pump',
  properties: {
    speed: { summary: 'Speed', schema: { type: 'number' }, register: { table: 'holding', address: 0, type: 'uint16' } },
  },
  stop: {
    summary: 'Stand still',
    confirmation: 'acknowledged',
    timeoutMs: 1000,
    writes: [
      { register: { table: 'holding', address: 0, type: 'uint16' }, value: 0 },
      { register: { table: 'coil', address: 0, type: 'bool' }, value: false },
    ],
  },
};

/** A stop of a device that answers so many requests with exception 06 (§7: "retransmit the message later"). */
async function stopped(framing: 'rtu' | 'mbap', times: number, timeoutMs = Infinity) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  onTestFinished(() => near.close());
  const simulator = modbusSimulator(map).create({ clock, seed: 1, options: {} });
  if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
  const session = await modbusDriver(map).attach(near, { framing }, makeContext(clock).context);
  let requests = 0;
  far.onData(() => void requests++);
  simulator.unit().faults.refuse(6, times);
  const recorded = makeCall(near);
  const outcome = session.stop?.(recorded.call as never).then(
    () => recorded.confirmed.at(-1)?.level,
    (error: unknown) => error,
  );
  await settle();
  if (timeoutMs < Infinity) {
    await clock.advance(timeoutMs);
    recorded.abort(new Error('the time is up'));
  }
  await clock.advance(2000);
  return { outcome: await outcome, requests };
}

test.each(['rtu', 'mbap'] as const)('%s: a stop that the device is too busy for is said again', async (framing) => {
  expect(await stopped(framing, 3)).toEqual({ outcome: 'acknowledged', requests: 5 });
});

test.each(['rtu', 'mbap'] as const)('%s: one that stays busy has refused it', async (framing) => {
  const { outcome } = await stopped(framing, Infinity);
  expect(outcome).toMatchObject({ code: 'busy', outcome: 'refused' });
});

test('one that is busy until the time is up has refused it as well', async () => {
  const { outcome } = await stopped('mbap', Infinity, 120);
  expect(outcome).toMatchObject({ code: 'busy', outcome: 'refused' });
});
