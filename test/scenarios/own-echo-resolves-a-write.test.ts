import { expect, test } from 'vitest';
import { modbusDriver, oven } from '../../drivers/modbus/index.ts';
import type { ModbusMap } from '../../drivers/modbus/model.ts';
import { ovenSimulator } from '../../simulators/modbus/index.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { asHalfDuplex } from '../../src/transport/half-duplex.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/**
 * RS-485 behind a serial server that hears itself. The response to a Modbus write repeats the request byte for byte
 * (§6.5, §6.6), so an echo that comes after the echo was given up must not be taken for it.
 */
test('a late echo of a write is no answer to it', async () => {
  const clock = new VirtualClock();
  const signal = new AbortController().signal;
  const simulator = ovenSimulator.create({ clock, seed: 1, options: { units: [{ unit: 1 }] } });
  const network = { lateMs: 0 };
  const serve = (far: ByteConnection): void => {
    far.onData((chunk) => {
      const copy = Uint8Array.from(chunk);
      const { lateMs } = network;
      if (lateMs === 0) void far.write(copy);
      else clock.timer(lateMs, () => void far.write(copy).catch(() => {}));
    });
    if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
  };
  const line = new MemoryLine(serve, (near) => asHalfDuplex(near, { echo: true }, { clock, signal }));
  const devices = [{ id: 'oven', connection: 'line', options: { unit: 1, framing: 'rtu' } }];
  const rig = createRig(modbusDriver(oven), { line }, devices, { clock });
  await rig.until(() => rig.device('oven').reading('setpoint').quality === 'good');
  await clock.advance(50);
  // The oven loses its power, and the network is slow.
  simulator.unit(1).faults.mute();
  network.lateMs = 600;
  const record = await rig.settled(rig.submit('oven', 'reset-alarm'));
  await clock.advance(3000);
  expect(record).toMatchObject({ outcome: 'unknown' });
});

const short: ModbusMap = {
  ...oven,
  commands: {
    ...oven.commands,
    blink: {
      summary: 'An alarm reset that has little time',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 100,
      writes: [{ register: { table: 'coil', address: 1, type: 'bool' }, value: true }],
    },
  },
};

/** After an unknown actuate the output is discarded, and with it what is known of echoes that are still to come. */
test('the echo of a write that was broken off is no answer to it once the output was discarded', async () => {
  const clock = new VirtualClock();
  const signal = new AbortController().signal;
  const simulator = ovenSimulator.create({ clock, seed: 1, options: { units: [{ unit: 1 }] } });
  const network = { lateMs: 0 };
  const serve = (far: ByteConnection): void => {
    far.onData((chunk) => {
      const copy = Uint8Array.from(chunk);
      clock.timer(network.lateMs, () => void far.write(copy).catch(() => {}));
    });
    if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
  };
  const line = new MemoryLine(serve, (near) => asHalfDuplex(near, { echo: true }, { clock, signal }));
  const devices = [{ id: 'oven', connection: 'line', options: { unit: 1, framing: 'rtu' } }];
  simulator.unit(1).faults.delay(5);
  const rig = createRig(modbusDriver(short), { line }, devices, { clock });
  await rig.until(() => rig.device('oven').reading('setpoint').quality === 'good');
  await clock.advance(50);
  simulator.unit(1).faults.mute();
  network.lateMs = 200;
  const record = await rig.settled(rig.submit('oven', 'blink'));
  await clock.advance(3000);
  expect(record).toMatchObject({ outcome: 'unknown' });
});
