import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allReady, type Service, startService } from '../process/service.ts';

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

/** One service for all tests of a file: a process takes its time to start. */
export function sharedLab() {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-wot-'));
  const file = join(folder, 'bellcrank.yaml');
  writeFileSync(file, JSON.stringify(config));
  let service: Promise<Service> | undefined;
  return {
    async service(): Promise<Service> {
      service ??= startService(file, { BELLCRANK_STORE__DIRECTORY: join(folder, 'data') }, { endsWithTest: false });
      const started = await service;
      await started.put('/v1/simulators/psu-1/faults', { seed: 1, faults: [] });
      await allReady(started);
      return started;
    },
    async end(): Promise<void> {
      await (await service)?.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
