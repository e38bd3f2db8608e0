import { readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../wire/support.ts';
import { startService } from './service.ts';

/** No terminator of any dialect is in it, and everything that steers a terminal is. */
const noise = Buffer.alloc(65_536, 'x\u001b[2J\u0000\u009b31m\u202e', 'latin1');
const flood = 64 * 1024 * 1024;

/** A device that answers nothing and never falls silent, as fast as it is read; counts what it has told, of all connections. */
async function babbler() {
  const its = { told: 0 };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const tell = (): void => {
      if (socket.destroyed) return;
      its.told += noise.length;
      if (socket.write(noise)) setImmediate(tell);
      else socket.once('drain', tell);
    };
    tell();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  return { its, port };
}

function residentMegabytes(pid: number | undefined): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

test('a line that never ends fills no memory, steers no terminal, and holds up no other device', async () => {
  const { its, port } = await babbler();
  const config = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(
    config,
    `
allowSimulated: true
connections:
  bad: { tcp: { host: 127.0.0.1, port: ${port} } }
  good: { simulate: { model: scpi-supply, via: tcp } }
devices:
  babbler: { driver: scpi-supply, connection: bad }
  psu: { driver: scpi-supply, connection: good }
`,
  );
  const service = await startService(config);
  const psu = () => service.get<{ state: string }>('/v1/devices/psu');
  await expect.poll(async () => (await psu()).state, { timeout: 20_000 }).toBe('ready');
  const before = residentMegabytes(service.child.pid);
  const goal = its.told + flood;
  let asked = 0;
  while (its.told < goal) {
    const { status, body } = await service.post('/v1/devices/psu/commands/set-voltage', { volts: 5 });
    expect([status, body]).toMatchObject([200, { outcome: 'succeeded' }]);
    asked++;
  }
  expect(asked).toBeGreaterThan(3);
  expect(residentMegabytes(service.child.pid) - before).toBeLessThan(100);
  const babbling = await service.get<{ state: string; detail?: string }>('/v1/devices/babbler');
  expect(babbling.state).not.toBe('ready');
  const trace = await (await fetch(`${service.url}/v1/devices/babbler/trace`)).text();
  expect(trace.length).toBeLessThan(8_000_000);
  expect((await service.end('SIGTERM')).code).toBe(0);
  // oxlint-disable-next-line no-control-regex -- They are what it looks for.
  expect(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.exec(service.stderr() + service.stdout())).toBeNull();
}, 60_000);
