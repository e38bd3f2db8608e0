import { expect, test } from 'vitest';
import { scpiSupplySimulator } from '../../simulators/scpi-supply/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { httpOver } from '../support/http.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

async function service(options: Parameters<typeof toyDriver>[0] = {}) {
  const toys = { a: new ToyDevice('a'), b: new ToyDevice('b') };
  const heard: string[] = [];
  const line = new MemoryLine((far) => {
    toys.a.serve(far);
    toys.b.serve(far);
    far.onData((chunk) => heard.push(Buffer.from(chunk).toString('latin1')));
  });
  const rig = createRig(
    toyDriver(options),
    { line },
    [
      { id: 'a', connection: 'line', options: { unit: 'a' } },
      { id: 'b', connection: 'line', options: { unit: 'b' } },
      { id: 'off', connection: 'line', options: { unit: 'c' }, enabled: false },
    ],
    {
      interlocks: [{ name: 'cool', device: 'b', forbid: ['pulse'], unless: 'self.value < 50', maxAgeMs: 120_000 }],
    },
  );
  const http = await httpOver(rig);
  const ready = (): Promise<void> =>
    rig.until(() => ['a', 'b'].every((id) => rig.device(id).reading('setpoint').quality === 'good'));
  await ready();
  const post = async (url: string, body?: object, headers: Record<string, string> = {}) => {
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await rig.settled(
      http.inject({ method: 'POST', url: `/v1/devices/${url}`, headers: { ...headers, ...type }, ...payload }),
    );
    return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
  };
  const put = async (url: string, body: object) =>
    (await rig.settled(http.inject({ method: 'PUT', url: `/v1/devices/${url}`, payload: body }))).json<{
      token: string;
    }>();
  return { toys, line, rig, http, post, put, heard, ready };
}

test('a reconnect drops the line for every device on it; what was under way is unknown, and nothing is sent again', async () => {
  const { toys, line, rig, post, ready } = await service();
  toys.b.mute = true;
  const flying = rig.submit('b', 'pulse');
  await rig.until(() => toys.b.executed.length === 1);
  const { near } = line;
  const { status, body } = await post('a/reconnect');
  expect(status).toBe(202);
  expect(body).toMatchObject({ id: 'a' });
  expect(body['state']).not.toBe('ready');
  expect(await rig.settled(flying)).toMatchObject({
    outcome: 'unknown',
    error: { code: 'connection-lost' },
  });
  expect(near?.isOpen).toBe(false);
  toys.b.mute = false;
  await ready();
  expect(line.opens).toBe(2);
  expect(toys.b.executed).toEqual(['PULSE']);
  expect(rig.logged).toContain('reconnect asked for');
});

test('a reconnect does not wait for a back-off', async () => {
  const { line, rig, post } = await service();
  line.down = true;
  await line.cut();
  await rig.clock.advance(60_000);
  line.down = false;
  const before = line.opens;
  await post('a/reconnect');
  await rig.clock.advance(0);
  expect(line.opens).toBe(before + 1);
});

test('a stopped device can be reconnected, and is stopped again before anything else', async () => {
  const { toys, rig, post } = await service();
  await rig.settled(rig.stops.stop('a', { by: 'test' }));
  expect((await post('a/reconnect')).status).toBe(202);
  await rig.until(() => rig.device('a').state === 'ready');
  expect(toys.a.executed).toEqual(['STOP', 'STOP']);
});

test('somebody else’s lease of any device on the line forbids a reconnect; a disabled device has none', async () => {
  const { post, put, line } = await service();
  const { token } = await put('b/lease', { ttlMs: 600_000 });
  expect(await post('a/reconnect')).toMatchObject({ status: 423, body: { code: 'leased' } });
  expect(await post('b/reconnect')).toMatchObject({ status: 423, body: { code: 'leased' } });
  expect(line.opens).toBe(1);
  expect((await post('b/reconnect', {}, { 'lease-token': token })).status).toBe(202);
  expect(await post('off/reconnect')).toMatchObject({ status: 423, body: { code: 'disabled' } });
  expect(await post('nobody/reconnect')).toMatchObject({ status: 404 });
  expect(await post('a/reconnect', { force: true })).toMatchObject({ status: 400 });
});

test('raw bytes pass as they are, are on record, and the line is brought back into step', async () => {
  const { toys, rig, post, heard } = await service();
  heard.length = 0;
  const { status, body } = await post('a/raw', { hex: '7809', expectReply: { timeoutMs: 500, maxBytes: 4 } });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    command: 'raw',
    outcome: 'succeeded',
    confirmation: 'sent',
    result: { replyHex: '', replyText: '', ended: 'timeout' },
  });
  // Half a line without its end: what follows is lost in it.
  expect(heard[0]).toBe('x\t');
  await rig.until(() => rig.device('a').state === 'ready');
  expect(heard.join('')).toContain('aID?\n');
  expect(toys.a.value).toBe(7);
});

test.each([
  [{ until: 'quiet' }, 'VAL 7\\n', 'quiet'],
  [{}, 'VAL 7\\n', 'quiet'],
  [{ until: '0a' }, 'VAL 7\\n', 'terminator'],
  [{ until: '204c' }, 'VAL 7\\n', 'quiet or timeout'],
  [{ until: '2037' }, 'VAL 7', 'terminator'],
  [{ maxBytes: 3 }, 'VAL', 'full'],
])('a reply ends as asked: %j', async (wanted, replyText, ended) => {
  const { post, rig } = await service();
  const expectReply = { timeoutMs: 300, maxBytes: 100, ...wanted };
  const { body } = await post('a/raw', { text: 'aGET?\n', expectReply });
  expect(body['result']).toMatchObject({ replyText, ended: ended === 'quiet or timeout' ? 'timeout' : ended });
  expect(rig.device('a').state).toBe('quarantined');
  await rig.until(() => rig.device('a').state === 'ready');
});

test('a raw command does not reset the connection, and one without a reply answers none', async () => {
  const { toys, line, rig, post } = await service();
  const { body } = await post('a/raw', { text: 'aSET 5\n' });
  expect(body).toMatchObject({ outcome: 'succeeded' });
  expect(body).not.toHaveProperty('result');
  await rig.until(() => rig.device('a').state === 'ready');
  expect([toys.a.value, line.opens]).toEqual([5, 1]);
});

test.each([
  [{}],
  [{ text: 'x', hex: '00' }],
  [{ hex: '0' }],
  [{ text: '\ud800' }],
  [{ base64: 'AB==' }],
  [{ base64: 'A' }],
  [{ text: '' }],
  [{ topic: 'a', payload: 'b' }],
  [{ text: 'x', expectReply: { timeoutMs: 0, maxBytes: 1 } }],
  [{ text: 'x', expectReply: { timeoutMs: 1, maxBytes: 1, until: 'noise' } }],
])('%j is no raw command', async (body) => {
  const { post, heard } = await service();
  heard.length = 0;
  expect(await post('a/raw', body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  expect(heard).toEqual([]);
});

test('raw is a command like any other: lease, stop, interlock and idempotency apply, and it has one way in', async () => {
  const { toys, rig, post, put, heard } = await service();
  const key = { 'idempotency-key': '"once"' };
  const [first, second] = [await post('a/raw', { text: 'x' }, key), await post('a/raw', { text: 'x' }, key)];
  expect(second.body['id']).toBe(first.body['id']);
  expect(await post('a/commands/raw', { text: 'x' })).toMatchObject({ status: 404 });
  toys.b.value = 60;
  await rig.settled(rig.device('b').read('value', 0, AbortSignal.timeout(5000)));
  heard.length = 0;
  expect(await post('b/raw', { text: 'x' })).toMatchObject({ status: 409, body: { code: 'interlocked' } });
  await put('a/lease', { ttlMs: 600_000 });
  expect(await post('a/raw', { text: 'x' })).toMatchObject({ status: 423, body: { code: 'leased' } });
  await rig.settled(rig.stops.stop('b', { by: 'test' }));
  heard.length = 0;
  expect(await post('b/raw', { text: 'x' })).toMatchObject({ status: 423, body: { code: 'stopped' } });
  expect(heard).toEqual([]);
});

test('a dry run says what would leave', async () => {
  const { post, heard } = await service();
  heard.length = 0;
  const expectReply = { timeoutMs: 100, maxBytes: 9 };
  expect((await post('a/raw?dryRun=true', { text: 'é', expectReply })).body).toMatchObject({
    dryRun: true,
    command: 'raw',
    writes: [{ hex: 'c3a9' }],
    complete: true,
    allowed: true,
  });
  expect(heard).toEqual([]);
});

test('a device that denies raw has no such command, nor is it in the document', async () => {
  const { rig, post, http } = await service();
  rig.registry.add({
    id: 'shy',
    connection: 'line',
    driver: 'toy',
    options: { unit: 'd' },
    labels: {},
    restrictions: { deny: ['raw'] },
    enabled: true,
    managedBy: 'api',
  });
  expect(await post('shy/raw', { text: 'x' })).toMatchObject({ status: 404, body: { code: 'command-not-found' } });
  const { paths } = (await http.inject('/openapi.json')).json<{ paths: object }>();
  expect(paths).toHaveProperty('/v1/devices/a/raw');
  expect(paths).not.toHaveProperty('/v1/devices/shy/raw');
});

test('a device without a connection is begun anew, and takes nothing raw', async () => {
  const clock = new VirtualClock();
  const { driver } = scpiSupplySimulator.create({ clock, seed: 1, options: {} });
  const rig = createRig(driver, {}, [], { clock });
  rig.registry.add({
    id: 'psu',
    connection: undefined,
    driver: driver.model.name,
    options: {},
    labels: {},
    restrictions: {},
    enabled: true,
    managedBy: 'api',
  });
  await rig.until(() => rig.device('psu').state === 'ready');
  const http = await httpOver(rig);
  const post = (path: string, payload: object) =>
    rig.settled(http.inject({ method: 'POST', url: `/v1/devices/psu/${path}`, payload }));
  const dropped = await post('reconnect', {});
  expect(dropped.statusCode).toBe(202);
  expect(dropped.json()).toMatchObject({ connection: null });
  await rig.until(() => rig.device('psu').state === 'ready');
  expect((await post('raw', { text: 'x' })).statusCode).toBe(404);
});
