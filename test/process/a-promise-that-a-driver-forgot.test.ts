import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, startService } from './service.ts';

/** As somebody writes it in JavaScript: what `attach` and `go` begin, and do not await, fails. */
const driver = `
const nothing = { type: 'object', properties: {}, additionalProperties: false };
const fails = async (what) => {
  await null;
  throw new Error(what);
};
const command = { effect: 'actuate', confirmation: 'sent', timeoutMs: 1000, params: nothing, result: nothing };
export default {
  contract: 1,
  model: {
    name: 'forgetful',
    summary: 'It forgets its promises',
    commands: { go: { summary: 'Go', ...command } },
    properties: {},
    events: {},
  },
  transports: ['tcp'],
  options: nothing,
  async attach() {
    void fails('while it attached');
    return {
      commands: {
        async go(params, call) {
          await call.wire.write(Buffer.from('GO'));
          void fails('while it went');
          setImmediate(() => call.wire.write(Buffer.from('MORE')));
          return {};
        },
      },
    };
  },
};
`;

test('is told of with its device and its call, and the service goes on', async () => {
  const far = createServer((socket) => void socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(far, 'listening');
  onTestFinished(() => void far.close());
  const { port } = far.address() as AddressInfo;
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'driver.mjs'), driver);
  const config = {
    drivers: ['./driver.mjs'],
    connections: { line: { tcp: { host: '127.0.0.1', port } } },
    devices: { one: { driver: 'forgetful', connection: 'line' } },
  };
  const file = join(folder, 'bellcrank.yaml');
  writeFileSync(file, JSON.stringify(config));
  const service = await startService(file);
  await allReady(service);
  const { body } = await service.post('/v1/devices/one/commands/go', {});
  expect(body).toMatchObject({ outcome: 'succeeded' });
  const told = (): unknown[] =>
    service
      .stderr()
      .split('\n')
      .filter((line) => line.includes('a promise of the driver was rejected'))
      .map((line) => JSON.parse(line) as unknown);
  await expect.poll(() => told().length, { timeout: 20_000 }).toBe(3);
  const call = { kind: 'command', name: 'go', id: body['id'] };
  expect(told()).toMatchObject([
    { level: 50, device: 'one', call: { kind: 'attach' }, err: { message: 'while it attached' } },
    { level: 50, device: 'one', call, err: { message: 'while it went' } },
    { level: 50, device: 'one', call, err: { message: 'the driver wrote after its call had ended' } },
  ]);
  expect(await service.get('/v1/devices/one')).toMatchObject({ state: 'ready' });
  expect((await service.end('SIGTERM')).code).toBe(0);
}, 60_000);
