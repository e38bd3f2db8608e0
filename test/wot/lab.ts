import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../wire/support.ts';

/** A supply on a pseudo-terminal, narrowed, and a plug on a broker of its own. */
const config = {
  connections: {
    line: { simulate: { model: 'scpi-supply', via: 'pty', seed: 1, options: { outputOn: true } } },
    house: { simulate: { via: 'mqtt', devices: [{ model: 'tasmota', options: { topic: 'plug-1' } }] } },
  },
  devices: {
    'psu-1': { driver: 'scpi-supply', connection: 'line', limits: { 'set-voltage': { volts: { maximum: 5.5 } } } },
    'plug-1': { driver: 'tasmota', connection: 'house', options: { topic: 'plug-1' } },
  },
};

export function configFile(): string {
  const file = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(file, JSON.stringify(config));
  return file;
}
