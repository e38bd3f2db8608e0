import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, startService } from './service.ts';

vi.setConfig({ testTimeout: 60_000 });

/** More than a pipe and Node's reading side hold. */
const logged = 400 * 1024;

test('whoever stops reading the log holds up neither commands nor a stop nor the end', async () => {
  const config = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(
    config,
    `log: { requests: all }
server: { limits: { clientRequestsPerSecond: 0 } }
connections: { line: { simulate: { model: scpi-supply, via: memory } } }
devices: { psu: { driver: scpi-supply, connection: line } }
`,
  );
  const service = await startService(config);
  await allReady(service);
  service.child.stderr?.removeAllListeners('data').pause();
  const path = `/v1/devices/psu/${'x'.repeat(150)}`;
  const lineBytes = 300;
  for (let sent = 0; sent < logged / lineBytes; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, () => fetch(service.url + path).then((answer) => answer.text())));
  }
  expect(await service.post('/v1/devices/psu/stop', {})).toMatchObject({ status: 200 });
  expect(await service.end('SIGTERM')).toMatchObject({ code: 0 });
});
