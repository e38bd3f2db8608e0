import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import { temporaryFolder } from '../wire/support.ts';
import { startService } from './service.ts';

vi.setConfig({ testTimeout: 60_000 });

const openFiles = 200;
const devices = 100;
const clients = 250;

/** Follows the stream: it is busy, and nobody lets it go. */
async function follower(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(`GET /v1/stream HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  return socket;
}

test('with fewer files than devices and clients need, a stop is heard, and the log says what to do', async () => {
  const far = await listenTcp();
  onTestFinished(() => far.close());
  const numbers = Array.from({ length: devices }, (_, n) => n);
  const config = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(
    config,
    [
      'connections:',
      '  line: { simulate: { model: scpi-supply, via: memory } }',
      ...numbers.map((n) => `  line-${n}: { tcp: { host: ${far.host}, port: ${far.port} }, simulated: true }`),
      'devices:',
      '  psu: { driver: scpi-supply, connection: line }',
      ...numbers.map((n) => `  psu-${n}: { driver: scpi-supply, connection: line-${n} }`),
    ].join('\n'),
  );
  const service = await startService(config, {}, { openFiles });
  const text = `the process may have ${openFiles} files open, which are too few for all devices; raise that`;
  await expect.poll(service.stderr, { timeout: 20_000 }).toContain(text);
  await vi.waitFor(() => expect(service.stderr()).toContain('"connection":"line-99"'), 20_000);
  for (let n = 0; n < clients; n++) await follower(service.url);
  expect(await service.post('/v1/devices/psu/stop', {})).toMatchObject({ status: 200, body: { outcome: 'succeeded' } });
  expect(service.stderr()).not.toContain('EMFILE');
  expect(await service.end('SIGTERM')).toMatchObject({ code: 0 });
});
