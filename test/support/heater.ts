import type { InterlockSettings } from '../../src/command/interlocks/rule.ts';
import { createRig, MemoryLine } from './rig.ts';
import { ToyDevice, toyDriver, toyModel } from './toy.ts';

/** A rule over the door of `heaterRig`; the door is closed when its value is 1. */
export const doorClosed: InterlockSettings = {
  name: 'door-closed',
  device: 'heater',
  forbid: ['set', 'write:setpoint'],
  unless: 'device["door-1"].value == 1',
  maxAgeMs: 1000,
};

/** How often the door and the heater are asked, in ms. */
export const pollMs = 200;

/** Two toys, polled often: a heater, and the sensor of its door, each on a line of its own. */
export function heaterRig(...rules: InterlockSettings[]) {
  const heater = new ToyDevice();
  const door = new ToyDevice();
  door.value = 1;
  const lines = {
    heat: new MemoryLine((far) => heater.serve(far)),
    doors: new MemoryLine((far) => door.serve(far)),
  };
  const driver = toyDriver();
  const { value, setpoint } = toyModel.properties;
  // Nothing but the value is asked for.
  const properties = {
    value: { ...value, source: { pollMs } },
    setpoint: { ...setpoint, source: 'pushed' as const },
  };
  const model = { ...driver.model, properties };
  const rig = createRig(
    { ...driver, model },
    lines,
    [
      { id: 'heater', connection: 'heat', labels: { zone: 'oven' } },
      { id: 'door-1', connection: 'doors' },
    ],
    { interlocks: rules },
  );
  /** Both are ready and their values known. */
  const ready = (): Promise<void> =>
    rig.until(() => ['heater', 'door-1'].every((id) => rig.device(id).reading('value').quality === 'good'));
  return { rig, heater, door, lines, ready };
}
