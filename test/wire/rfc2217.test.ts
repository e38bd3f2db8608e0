import { expect, onTestFinished, test, vi } from 'vitest';
import { type Rfc2217Server, serveRfc2217, type ServerFaults } from '../../simulators/wire/rfc2217-server.ts';
import type { ByteConnection } from '../../src/transport/connection.ts';
import { rfc2217 } from '../../src/transport/index.ts';
import { toyDriver, ToyDevice } from '../support/toy.ts';
import { live } from '../support/live.ts';
import { everyByte, Heard, openBytes, openContext, rejection, text } from './support.ts';

async function serving(faults?: ServerFaults): Promise<Rfc2217Server> {
  const server = await serveRfc2217(faults);
  onTestFinished(() => server.close());
  return server;
}

/** Both ends of one line. */
async function connected(settings: object = {}, faults?: ServerFaults, context = openContext()) {
  const server = await serving(faults);
  const { promise, resolve } = Promise.withResolvers<ByteConnection>();
  server.onConnection(resolve);
  const { host, port } = server;
  const near = await openBytes(rfc2217, { host, port, ...settings }, context);
  return { server, near, far: await promise };
}

test('the far port is set up as configured, in the order of the RFC', async () => {
  const { server, near } = await connected({
    baudRate: 115_200,
    dataBits: 7,
    parity: 'even',
    stopBits: 2,
    flowControl: 'hardware',
    dtr: false,
    rts: true,
  });
  expect(server.settings).toMatchObject({ baudRate: 115_200, dataSize: 7, parity: 3, stopSize: 2, flow: 3 });
  expect(server.settings).toMatchObject({ dtr: false, rts: true });
  expect(server.heard.filter((line) => line.startsWith('SB'))).toEqual([
    'SB 1: 0 1 194 0',
    'SB 2: 7',
    'SB 3: 3',
    'SB 4: 2',
    'SB 5: 3',
    'SB 5: 9',
    'SB 5: 11',
  ]);
  expect(near.characterMs).toBeCloseTo(11 / 115.2, 9);
});

test('lines that are not named are left to the server', async () => {
  const { server } = await connected();
  expect(server.settings).toMatchObject({ baudRate: 9600, dataSize: 8, parity: 1, stopSize: 1, flow: 1 });
  expect(server.heard).not.toContain('SB 5: 8');
  expect(server.heard.filter((line) => line.startsWith('SB 5'))).toEqual(['SB 5: 1']);
});

test('every byte value passes both ways', async () => {
  const { near, far } = await connected();
  const heardNear = new Heard(near);
  const heardFar = new Heard(far);
  await near.write(everyByte);
  await far.write(everyByte);
  await vi.waitFor(() => expect(heardFar.bytes).toEqual(Buffer.from(everyByte)));
  await vi.waitFor(() => expect(heardNear.bytes).toEqual(Buffer.from(everyByte)));
});

test('a baud rate with a 255 in it passes', async () => {
  const { server } = await connected({ baudRate: 65_535 });
  expect(server.settings.baudRate).toBe(65_535);
});

test.each([
  ['a server that knows no RFC 2217', { refuses: [44] }, 'COM-PORT-OPTION'],
  ['one that changes bytes', { refuses: [0] }, 'binary data'],
  ['one that never answers', { mute: true }, 'did not agree on RFC 2217'],
  ['one that sets another baud rate', { baudRate: 9600 }, 'its baud rate is 00002580, not 0001c200'],
] as const)('%s is refused, and says why', async (_, faults, why) => {
  const { host, port } = await serving(faults);
  const error = await rejection(rfc2217.open({ host, port, baudRate: 115_200, connectTimeoutMs: 300 }, openContext()));
  expect(error).toMatchObject({ code: 'device-offline', message: expect.stringContaining(why) });
});

test('a plain TCP service is refused, and nothing that is a port is opened', async () => {
  const { listenTcp } = await import('../../simulators/wire/tcp.ts');
  const listener = await listenTcp();
  onTestFinished(() => listener.close());
  const { host, port } = listener;
  const error = await rejection(rfc2217.open({ host, port, connectTimeoutMs: 200 }, openContext()));
  expect(error).toMatchObject({ code: 'device-offline', message: expect.stringContaining('did not agree') });
});

test('a confirmation with more behind it counts, one of a line that is another is only told', async () => {
  const context = openContext();
  await connected({ dtr: true }, { trailing: [0, 0, 0, 0], control: 1 }, context);
  expect(context.strays).toEqual([expect.stringContaining('its DTR is 0100000000, not 08')]);
});

test('discarding output purges the server, and the connection stays', async () => {
  const { server, near } = await connected();
  await near.discardOutput();
  expect(server.settings.purges).toBe(1);
  expect(server.heard).toContain('SB 12: 3');
  expect(near.isOpen).toBe(true);
});

test('a server that does not purge is cut off', async () => {
  const { near } = await connected({}, { keeps: true });
  await near.discardOutput();
  expect((await near.closed).lost).toBe(false);
  expect(near.isOpen).toBe(false);
});

test('while the server wants silence nothing is sent, and what is given up then has not begun', async () => {
  const { server, near, far } = await connected();
  const heard = new Heard(far);
  const told = new Heard(near);
  server.tell(255, 250, 44, 108, 255, 240, 33);
  await vi.waitFor(() => expect(told.text).toBe('!'));
  const abort = new AbortController();
  const given = rejection(near.write(text('no'), abort.signal));
  const write = near.write(text('yes'));
  abort.abort(new Error('deadline'));
  expect(await given).toMatchObject({ message: 'deadline' });
  expect(near.written).toBe(0);
  server.tell(255, 250, 44, 109, 255, 240);
  await write;
  await vi.waitFor(() => expect(heard.text).toBe('yes'));
});

test('a server that takes back what was agreed on is left', async () => {
  const { server, near } = await connected();
  server.tell(255, 254, 0);
  expect(await near.closed).toMatchObject({ lost: true, cause: { message: expect.stringContaining('binary') } });
});

test('options that nobody asked for are refused once, and agreed ones not answered again', async () => {
  const { server, near } = await connected();
  const heard = new Heard(near);
  server.heard.length = 0;
  server.tell(255, 251, 1, 255, 253, 24, 255, 251, 0, 255, 253, 44, 65);
  await vi.waitFor(() => expect(heard.text).toBe('A'));
  await vi.waitFor(() => expect(server.heard).toEqual(['DONT 1', 'WONT 24']));
});

test('a lost server ends the connection and settles a pending write', async () => {
  const { server, near } = await connected();
  server.tell(255, 250, 44, 108, 255, 240, 33);
  const told = new Heard(near);
  await vi.waitFor(() => expect(told.text).toBe('!'));
  const write = rejection(near.write(text('x')));
  await server.close();
  expect(await write).toMatchObject({ code: 'connection-lost' });
  expect((await near.closed).lost).toBe(true);
});

test('an open that is given up leaves no connection', async () => {
  const { host, port } = await serving({ mute: true });
  const abort = new AbortController();
  const opening = rejection(rfc2217.open({ host, port }, openContext(abort.signal)));
  const reason = new Error('given up');
  setImmediate(() => abort.abort(reason));
  expect(await opening).toBe(reason);
});

test('a driver for serial ports works over it', async () => {
  const server = await serving();
  const toy = new ToyDevice();
  server.onConnection((far) => toy.serve(far));
  const { host, port } = server;
  const rig = live(toyDriver(), [{ id: 'toy', transport: rfc2217, settings: { host, port } }]);
  await expect.poll(() => rig.device('toy').state, { timeout: 8000 }).toBe('ready');
  expect(await rig.submit('toy', 'set', { value: 5 })).toMatchObject({ outcome: 'succeeded' });
});
