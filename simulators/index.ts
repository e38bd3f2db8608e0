import { ovenSimulator } from './modbus/index.ts';
import { scpiSupplySimulator } from './scpi-supply/index.ts';
import type { SimulatorKind } from './simulator.ts';
import { tasmotaPlugSimulator } from './tasmota-plug/index.ts';

/** Every simulator that comes with Bellcrank. */
export const simulators: readonly SimulatorKind[] = [ovenSimulator, scpiSupplySimulator, tasmotaPlugSimulator];
