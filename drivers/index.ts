import type { AnyDriver } from '../src/driver/index.ts';
import { modbusDriver, oven } from './modbus/index.ts';
import { nmea0183 } from './nmea0183/driver.ts';
import { scpiSupply } from './scpi-supply/driver.ts';
import { tasmotaPlugDriver } from './tasmota-plug/driver.ts';

/** Every driver that comes with Bellcrank; an explicit list, so that "go to definition" works. */
export const drivers: readonly AnyDriver[] = [modbusDriver(oven), nmea0183, scpiSupply, tasmotaPlugDriver];
