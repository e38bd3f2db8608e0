import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, startService } from './service.ts';

const soon = { timeout: 20_000 };

/** As somebody writes it in JavaScript: what `attach` and `go` begin, and do not await, fails, and so do a timer, listeners, and what those begin. */
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
    commands: { go: { summary: 'Go', ...command }, hang: { summary: 'Hang', ...command },
      fall: { summary: 'Fall', ...command }, tell: { summary: 'Tell', ...command } },
    properties: {},
    events: {},
  },
  transports: ['tcp'],
  options: nothing,
  async attach(connection, options, context) {
    context.signal.addEventListener('abort', () => { throw new Error('at its end') });
    void fails('while it attached');
    connection.onData(() => void fails('at what came in'));
    context.onEnd(() => void fails('at its end, later'));
    return {
      commands: {
        async go(params, call) {
          await call.wire.write(Buffer.from('GO'));
          void fails('while it went');
          setImmediate(() => call.wire.write(Buffer.from('MORE')));
          return {};
        },
        async hang(params, call) {
          setTimeout(() => { throw new Error('a timer') }, 1);
          call.signal.addEventListener('abort', () => { throw new Error('at its deadline') });
          await new Promise(() => {});
        },
        async tell(params, call) {
          await call.wire.write(Buffer.from('TELL'));
          return {};
        },
        async fall(params, call) {
          await call.wire.write(Buffer.from('FALL'));
          throw Object.freeze(new Error('frozen'));
        },
      },
    };
  },
};
`;

test('is told of with its device and its call, and the service goes on', async () => {
  const far = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => void (data.toString() === 'TELL' && socket.write('told')));
  }).listen(0, '127.0.0.1');
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
  const lines = (text: string): unknown[] =>
    service
      .stderr()
      .split('\n')
      .filter((line) => line.includes(text))
      .map((line) => JSON.parse(line) as unknown);
  const told = (): unknown[] => lines('a promise of the driver was rejected');
  const thrown = (): unknown[] => lines('the driver threw where nobody can catch it');
  await expect.poll(() => told().length, soon).toBe(3);
  const call = { kind: 'command', name: 'go', id: body['id'] };
  expect(told()).toMatchObject([
    { level: 50, device: 'one', call: { kind: 'attach' }, err: { message: 'while it attached' } },
    { level: 50, device: 'one', call, err: { message: 'while it went' } },
    { level: 50, device: 'one', call, err: { message: 'the driver wrote after its call had ended' } },
  ]);
  expect(thrown()).toEqual([]);
  await service.post('/v1/devices/one/commands/tell', {});
  await expect.poll(() => told().length, soon).toBe(4);
  expect(told()[3]).toMatchObject({ device: 'one', err: { message: 'at what came in' } });
  const hung = await service.post('/v1/devices/one/commands/hang', {});
  await expect.poll(() => thrown().length, soon).toBe(3);
  const id = hung.body['commandId'];
  expect(thrown()).toMatchObject([
    { device: 'one', call: { kind: 'command', name: 'hang', id }, err: { message: 'a timer' } },
    { device: 'one', call: { kind: 'command', name: 'hang', id }, err: { message: 'at its deadline' } },
    { device: 'one', call: { kind: 'end' }, err: { message: 'at its end' } },
  ]);
  await expect.poll(() => told().length, soon).toBe(5);
  expect(told()[4]).toMatchObject({ device: 'one', err: { message: 'at its end, later' } });
  await allReady(service);
  const fallen = await service.post('/v1/devices/one/commands/fall', {});
  expect(fallen.body).toMatchObject({ outcome: 'unknown', code: 'driver-fault' });
  expect(lines('the driver is at fault')).toMatchObject([
    { command: id, err: { code: 'device-timeout' } },
    { err: { message: 'frozen' } },
  ]);
  expect((await service.end('SIGTERM')).code).toBe(0);
}, 60_000);
