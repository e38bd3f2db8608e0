import { expect, onTestFinished, test } from 'vitest';
import { scpiSupply } from '../../drivers/scpi-supply/driver.ts';
import { scpiSupplySimulator, type SupplyBehaviour } from '../../simulators/scpi-supply/index.ts';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import { type RunningSimulator, runSimulator } from '../../simulators/wire/run.ts';
import type { Opener } from '../../src/device/link.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig } from '../support/rig.ts';

/** The real driver and the runtime before a simulated supply on a wire in memory, all on one clock. */
async function bench() {
  const clock = new VirtualClock();
  const made: SupplyBehaviour[] = [];
  const kind: SimulatorKind = {
    ...scpiSupplySimulator,
    create(settings) {
      const simulator = scpiSupplySimulator.create(settings);
      made.push(simulator.behaviour);
      return simulator;
    },
  };
  const simulated = await runSimulator(kind, { via: 'memory', seed: 1, options: {}, clock });
  onTestFinished(() => simulated.close());
  const rig = createRig(scpiSupply, { line: { opener: openerOf(simulated) } }, [{ id: 'psu', connection: 'line' }], {
    clock,
  });
  const ready = (): Promise<void> => rig.until(() => rig.device('psu').state === 'ready', 60_000);
  await ready();
  const [supply] = made;
  const impostor = (): SupplyBehaviour | undefined => made[1];
  const { control } = simulated;
  return {
    supply,
    impostor,
    rig,
    control,
    ready,
    set: (volts: number) => rig.settled(rig.submit('psu', 'set-voltage', { volts })),
    setpoint: () => supply?.voltageSetpoint,
  };
}

function openerOf(simulated: RunningSimulator): Opener {
  if (simulated.transport !== 'memory') throw new Error('not in memory');
  const { open, shape } = simulated;
  return { transport: 'memory', shape, label: 'memory', simulated: true, open };
}

/** Nothing that the driver can notice: the command succeeds all the same. */
const harmless: readonly object[] = [
  { kind: 'delay', ms: 50, jitterMs: 20 },
  { kind: 'delay', ms: 20, direction: 'heard' },
  { kind: 'split', bytes: 1 },
  { kind: 'split', gapMs: 2, direction: 'heard' },
  { kind: 'merge', ms: 5 },
  { kind: 'baud', baudRate: 9600 },
  { kind: 'baud', baudRate: 9600, direction: 'heard' },
];

test.each(harmless)('%j: succeeds', async (fault) => {
  const { set, setpoint, control, rig } = await bench();
  await control.setFaults({ faults: [fault] });
  expect(await set(7)).toMatchObject({ outcome: 'succeeded' });
  expect(setpoint()).toBe(7);
  expect(control.faults().faults[0]?.acted).toBeGreaterThan(0);
  expect(rig.device('psu').state).toBe('ready');
});

/** What breaks the exchange: nobody knows whether the supply obeyed, or it is known that nothing was sent. */
const harmful: readonly object[] = [
  { kind: 'delay', ms: 30_000 },
  { kind: 'late', ms: 30_000 },
  { kind: 'drop' },
  { kind: 'drop', direction: 'heard' },
  { kind: 'duplicate' },
  { kind: 'duplicate', direction: 'heard' },
  { kind: 'corrupt', unit: 'byte', at: 0, count: 3 },
  { kind: 'corrupt', unit: 'byte', count: 5, direction: 'heard' },
  { kind: 'truncate', keep: 0 },
  { kind: 'truncate', keep: 3, direction: 'heard' },
  { kind: 'garbage', text: '\xff\xfe\x00', where: 'before' },
  { kind: 'garbage', text: 'nonsense\n', where: 'after' },
  { kind: 'echo' },
  { kind: 'partial-write', bytes: 2 },
  { kind: 'hang' },
  { kind: 'mute' },
  { kind: 'nak', text: '0\n' },
  { kind: 'nak', text: 'nonsense\n' },
  { kind: 'collision' },
  { kind: 'io-error', match: 'VOLT' },
  { kind: 'zero-read', match: 'VOLT' },
  { kind: 'unplug', match: 'VOLT', returnAfterMs: 5000 },
  { kind: 'unplug' },
  { kind: 'reset', banner: 'SUPPLY 1.0\n', bootMs: 500, match: 'VOLT' },
];

test.each(harmful)('%j: an honest outcome, and all is well once it is cleared', async (fault) => {
  const { rig, set, setpoint, control, ready } = await bench();
  await control.setFaults({ faults: [fault] });
  const before = setpoint();
  const record = await set(9);
  // What it says has to be true of the supply itself.
  if (record.outcome === 'succeeded') expect(setpoint()).toBe(9);
  else if (record.outcome === 'unknown') expect([before, 9]).toContain(setpoint());
  else expect(setpoint()).toBe(before);
  expect(control.faults().faults[0]?.acted).toBeGreaterThan(0);
  await control.clearFaults();
  await ready();
  await rig.until(() => rig.device('psu').state === 'ready');
  let last = await set(4);
  // The first one after a fault may meet what is still being cleaned up, and says so.
  for (let tries = 0; last.outcome !== 'succeeded' && tries < 5; tries++) {
    await rig.clock.advance(5000);
    last = await set(4);
  }
  expect(last).toMatchObject({ outcome: 'succeeded' });
  expect(setpoint()).toBe(4);
});

test('unplugged while a command is in flight: unknown, the supply obeyed, and nothing is sent again', async () => {
  const { set, setpoint, control, ready, rig, supply } = await bench();
  await control.setFaults({ faults: [{ kind: 'unplug', match: 'VOLT 6', clearAfter: 1, returnAfterMs: 2000 }] });
  expect(await set(6)).toMatchObject({ outcome: 'unknown' });
  expect(setpoint()).toBe(6);
  supply?.setVoltage(1);
  await rig.clock.advance(2000);
  await ready();
  await rig.clock.advance(5000);
  expect(setpoint()).toBe(1);
  expect(await set(3)).toMatchObject({ outcome: 'succeeded' });
});

test('no reply tells the wrong device from the right one, but a reconnect does: then nothing is sent to it', async () => {
  const { set, setpoint, impostor, control, ready, rig } = await bench();
  await control.setFaults({ faults: [{ kind: 'wrong-device' }] });
  expect(await set(9)).toMatchObject({ outcome: 'succeeded' });
  expect([setpoint(), impostor()?.voltageSetpoint]).toEqual([0, 9]);
  await control.setFaults({ faults: [{ kind: 'wrong-device' }, { kind: 'io-error' }] });
  await rig.until(() => rig.device('psu').state !== 'ready');
  await rig.clock.advance(30_000);
  expect(await set(2)).toMatchObject({ outcome: 'not-sent', error: { code: 'identity-mismatch' } });
  expect([setpoint(), impostor()?.voltageSetpoint]).toEqual([0, 9]);
  await control.clearFaults();
  await ready();
  expect(await set(3)).toMatchObject({ outcome: 'succeeded' });
  expect([setpoint(), impostor()?.voltageSetpoint]).toEqual([3, 9]);
});
