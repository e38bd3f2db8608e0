import type { Device } from '../../device/device.ts';
import type { Lane } from '../../device/lane.ts';
import { Sums } from './sums.ts';

/** What all devices are at one moment, looked at once for all metrics. */
export interface Census {
  readonly states: Sums;
  readonly latched: Sums;
  /** By connection. */
  readonly waiting: Sums;
  readonly oldestSeconds: Sums;
}

interface Labels {
  driver(name: string): string;
  connection(device: Device): string;
}

export function takeCensus(devices: readonly Device[], labels: Labels): Census {
  const census = { states: new Sums(), latched: new Sums(), waiting: new Sums(), oldestSeconds: new Sums(Math.max) };
  const lanes = new Set<Lane>();
  for (const device of devices) {
    const simulated = String(device.simulated);
    const driver = labels.driver(device.settings.driver.model.name);
    census.states.add({ state: device.state, driver, simulated }, 1);
    census.latched.add({ driver, simulated }, Number(device.latched));
    // A line has one lane for all devices on it.
    if (lanes.has(device.lane)) continue;
    lanes.add(device.lane);
    const connection = labels.connection(device);
    census.waiting.add({ connection, simulated }, device.lane.waiting);
    census.oldestSeconds.add({ connection, simulated }, device.lane.oldestMs / 1000);
  }
  return census;
}
