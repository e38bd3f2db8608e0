import { expect, test } from 'vitest';
import { modbusDriver, oven } from '../../drivers/modbus/index.ts';
import { ovenSimulator } from '../../simulators/modbus/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** RS-485 without bias hears noise as long as nobody drives it. A definition's stop leaves all the same. */
test('a stop leaves on an RTU line that is never silent', async () => {
  const clock = new VirtualClock();
  const simulator = ovenSimulator.create({ clock, seed: 1, options: { units: [{ unit: 1 }] } });
  const line = new MemoryLine((far) => {
    if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
  });
  const devices = [{ id: 'oven', connection: 'line', options: { unit: 1, framing: 'rtu' } }];
  const rig = createRig(modbusDriver(oven), { line }, devices, { clock });
  await rig.until(() => rig.device('oven').reading('setpoint').quality === 'good');
  await rig.settled(rig.submit('oven', 'heat', { celsius: 80 }));
  let isNoisy = true;
  const noise = (): void => {
    if (!isNoisy) return;
    void line.far?.write(Uint8Array.of(0x55)).catch(() => {});
    clock.timer(20, noise);
  };
  noise();
  await clock.advance(100);
  const before = simulator.unit(1).requests.length;
  const stopped = await rig.settled(rig.stops.stop('oven', { by: 'test' }));
  isNoisy = false;
  const writes = simulator
    .unit(1)
    .requests.slice(before)
    .filter(([code = 0]) => code > 4);
  expect(stopped.record?.outcome).not.toBe('not-sent');
  expect(writes.length).toBeGreaterThan(0);
});
