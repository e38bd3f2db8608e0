import { createServer } from 'node:net';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { definitionNames, modbusMapNames, topicMapNames } from '../../drivers/definitions/index.ts';
import { allReady, startService } from '../process/service.ts';
import { manifestOf } from '../support/packed.ts';
import { emptyFolder, type Installation, packingMs } from './installed.ts';

/** The command of the installed package, in a folder that has nothing but it. */

/** Each is a process, or several. */
const slow = { timeout: 90_000 };

let user: Installation;
beforeAll(async () => {
  user = await emptyFolder();
}, packingMs);

const bellcrank = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  user.run(join(user.folder, 'node_modules/.bin/bellcrank'), ...args);

const heater = `model: heater
summary: A heater
line: { baudRate: 19200, parity: even, outTerminator: "\\r", inTerminator: "\\r" }
properties:
  temperature: { schema: { type: number, unit: °C }, read: { send: 'T?', expect: 'T={value:%f}' } }
examples:
  - { send: 'T?', reply: T=23.5, read: { temperature: 23.5 }, manual: §3.1 }
`;

test('npx finds it, and it knows its version', slow, async () => {
  const { stdout } = await user.run('npx', '--no-install', 'bellcrank', '--version');
  expect(stdout.trim()).toBe((await manifestOf(user.installed)).version);
});

test('serves the lab: commands, the journal, readings, and the pages of problems', slow, async () => {
  cpSync(join(user.installed, 'examples/lab'), join(user.folder, 'lab'), { recursive: true });
  const service = await startService(
    'lab/bellcrank.yaml',
    {},
    {
      cwd: user.folder,
      program: join(user.installed, 'bin/bellcrank.js'),
    },
  );
  await allReady(service);
  const set = '/v1/devices/psu-1/commands/set-voltage';
  expect(await service.post(set, { volts: 5 })).toMatchObject({
    status: 200,
    body: { outcome: 'succeeded', confirmation: 'acknowledged', simulated: true },
  });
  expect(await service.post('/v1/devices/stirrer-1/commands/start', {})).toMatchObject({ status: 200 });
  // Two threads: the journal’s, and that of its index and the readings.
  expect(await service.get('/health/ready')).toMatchObject({ status: 'ok' });
  expect(await service.get('/v1/commands?device=psu-1&limit=1')).toMatchObject({ items: [{ outcome: 'succeeded' }] });
  const history = (): Promise<{ items: unknown[] }> => service.get('/v1/devices/psu-1/history/measured-voltage');
  await expect.poll(async () => (await history()).items.length, { timeout: 10_000 }).toBeGreaterThan(0);

  const page = await fetch(`${service.url}/problems/device-refused`, { headers: { accept: 'text/html' } });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<h1');
  expect((await fetch(`${service.url}/docs/`)).status).toBe(200);
  // Each definition is read from its file when somebody looks at it.
  const { items: models } = (await service.get('/v1/models')) as { items: { name: string; commands: object }[] };
  const definitions = [...definitionNames, ...modbusMapNames, ...topicMapNames];
  const whole = models.filter(({ commands }) => typeof commands === 'object').map(({ name }) => name);
  expect(definitions.length).toBeGreaterThan(20);
  expect(whole).toEqual(expect.arrayContaining(definitions));
  expect((await service.end('SIGTERM')).code).toBe(0);
  expect(service.stderr()).not.toContain('"level":50');
});

test('checks a configuration and a definition', slow, async () => {
  await user.write('heater.yaml', heater);
  await user.write('all.yaml', 'connections: { line: { tcp: { host: 127.0.0.1, port: 1 } } }\ndevices: {}\n');
  expect((await bellcrank('check', 'heater.yaml')).stdout).toContain('OK');
  expect((await bellcrank('check', 'all.yaml')).stdout).toContain('OK');
});

test('prints its schemas and the ports', slow, async () => {
  expect(JSON.parse((await bellcrank('schema')).stdout)).toMatchObject({ title: 'Bellcrank configuration' });
  expect(JSON.parse((await bellcrank('schema', '--definition')).stdout)).toHaveProperty('$schema');
  expect((await bellcrank('ports')).stderr).toBe('');
});

test('tries a definition on a device', slow, async () => {
  await user.write('heater.yaml', heater);
  const device = createServer((socket) => socket.on('data', () => socket.write('T=21.5\r')));
  onTestFinished(() => void device.close());
  device.listen(0, '127.0.0.1');
  await once(device, 'listening');
  const address = device.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { stdout } = await bellcrank('try', 'heater.yaml', '--tcp', `127.0.0.1:${port}`);
  expect(stdout).toContain('21.5');
});
