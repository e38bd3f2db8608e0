import { ovenSimulator } from './modbus/index.ts';
import { nmea0183Simulator } from './nmea0183/index.ts';
import { scpiSupplySimulator } from './scpi-supply/index.ts';
import type { SimulatorKind } from './simulator.ts';
import { tasmotaPlugSimulator } from './tasmota-plug/index.ts';

/** Every simulator that comes with Bellcrank. */
export const simulators: readonly SimulatorKind[] = [
  ovenSimulator,
  nmea0183Simulator,
  scpiSupplySimulator,
  tasmotaPlugSimulator,
];
