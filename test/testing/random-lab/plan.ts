import type { LabSpec } from '../../../src/testing/index.ts';

/** Devices of every sort of wire: alone on one, on one line, behind one broker. */
export const plan: LabSpec = {
  devices: {
    psu: { model: 'scpi-supply', simulate: { slewVoltsPerSecond: 50 } },
    mill: { model: 'grbl' },
    gps: { model: 'nmea0183' },
    meter: { model: 'lakeshore-335' },
    'oven-1': { driver: 'bellcrank-oven', connection: 'line', options: { unit: 1 }, retries: 1 },
    'oven-2': { driver: 'bellcrank-oven', connection: 'line', options: { unit: 2 } },
    plug: { driver: 'tasmota', connection: 'broker', options: { topic: 'plug' } },
    shelly: { driver: 'shelly-gen2', connection: 'broker', options: { topic: 'shelly' } },
    light: { driver: 'zigbee2mqtt', connection: 'broker', options: { device: 'light' } },
    bridge: { driver: 'zigbee2mqtt-bridge', connection: 'broker' },
  },
  connections: {
    line: { model: 'bellcrank-oven', simulate: { units: [{ unit: 1 }, { unit: 2 }] } },
    broker: [
      { model: 'tasmota', simulate: { topic: 'plug' } },
      { model: 'shelly-gen2', simulate: { topic: 'shelly' } },
      { model: 'zigbee2mqtt', simulate: { devices: ['light', 'sensor'] } },
    ],
  },
};
