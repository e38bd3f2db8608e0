/** The command line around small drivers and a service that only listens, so that tests see the process itself. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { catalogue } from '../../src/config/fixture.ts';
import type { CreateApp } from '../../src/cli/app.ts';
import { definitions } from '../../src/definitions/defined.ts';
import { runProcess } from '../../src/cli/process.ts';
import { systemClock } from '../../src/clock.ts';
import { LogClient } from '../../src/store/log/client.ts';
import { transports } from '../../src/transport/index.ts';

/** What the test wants to go wrong. */
const fault = process.env['FIXTURE_FAULT'];

const createApp: CreateApp = async ({ config, log, version }) => {
  const server = createServer((_request, response) => response.end(version));
  const directory = process.env['FIXTURE_JOURNAL'] ?? '';
  const settings = { directory, durability: 'process', retention: { maxAgeMs: 1e9, maxBytes: 1e9 } } as const;
  const client = new LogClient(settings, systemClock);
  if (fault === 'hang-thread') client.open().catch(() => {});
  if (fault === 'create') throw new Error('no app today');
  return {
    reload: { reload: () => Promise.reject(new Error('there is nothing to reload')) },
    access: { isClosed: () => false, isInsecure: () => false },
    trouble: () => undefined,
    blame: () => false,
    registry: { objections: () => [], renew: () => Promise.resolve() },
    async start() {
      const { host, port } = config.server;
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
      log.info({ devices: Object.keys(config.devices).length }, 'listening');
      if (fault === 'throw')
        setTimeout(() => {
          throw new Error('thrown later');
        });
      if (fault === 'reject') void Promise.reject(new Error('rejected later'));
      return { url: `http://${host}:${(server.address() as AddressInfo).port}` };
    },
    async close() {
      log.info({}, 'closing');
      if (fault === 'hang-thread') await client.terminate();
      if (fault === 'hang') await new Promise<void>(() => {});
      await new Promise((resolve) => server.close(resolve));
      log.info({}, 'closed');
    },
  };
};

const parts = { transports, drivers: catalogue.drivers, simulators: [], faults: [], definitions, createApp };
await runProcess(process, { loadParts: () => Promise.resolve(parts), clock: systemClock, version: '9.9.9' });
