import { shipped } from '../drivers/index.ts';
import { definitionSimulator } from './declarative/index.ts';
import { grblSimulator } from './grbl/index.ts';
import { ovenSimulator } from './modbus/index.ts';
import { nmea0183Simulator } from './nmea0183/index.ts';
import { scpiSupplySimulator } from './scpi-supply/index.ts';
import type { SimulatorKind } from './simulator.ts';
import { tasmotaPlugSimulator } from './tasmota-plug/index.ts';

export { definitionSimulator } from './declarative/index.ts';
export { modbusSimulator } from './modbus/index.ts';

/** Of the definitions that come with Bellcrank; each is read when it is first simulated. */
const defined = shipped.map(({ name, source }): SimulatorKind => ({
  model: name,
  get options() {
    return definitionSimulator(source()).options;
  },
  create: (settings) => definitionSimulator(source()).create(settings),
}));

/** Every simulator that comes with Bellcrank. */
export const simulators: readonly SimulatorKind[] = [
  grblSimulator,
  nmea0183Simulator,
  ovenSimulator,
  scpiSupplySimulator,
  tasmotaPlugSimulator,
  ...defined,
];
