import Fastify from 'fastify';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { callerWith, trusted } from '../../src/access/caller.ts';
import { parseScope } from '../../src/access/scope.ts';
import type { App, Services } from '../../src/http/routes.ts';
import { handleErrors } from '../../src/http/errors.ts';
import { streamRoutes } from '../../src/http/stream/routes.ts';
import { validate } from '../../src/driver/schema.ts';
import { settle } from '../../src/testing/settle.ts';
import { counted, type Counted } from '../support/counted.ts';
import { follow, type SseReader } from '../support/sse.ts';
import { silentLog } from '../support/rig.ts';

/** The stream alone, with rules of its own. */
async function ruled(
  { rig }: Counted,
  rules: Parameters<typeof streamRoutes>[2],
  arrived: () => Promise<void> = async () => {},
): Promise<string> {
  const app = Fastify({ forceCloseConnections: true }) as unknown as App;
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    const isGuest = request.headers['x-role'] === 'guest';
    request.caller = isGuest ? callerWith('guest', [parseScope('read:open')]) : trusted('admin');
  });
  app.addHook('onRequest', arrived);
  app.setValidatorCompiler(({ schema }) => (value: unknown) => {
    const errors = validate(schema as object as never, value);
    return errors.length === 0 ? { value } : { error: new Error('invalid') };
  });
  handleErrors(app, silentLog);
  const readers = { now: 0, full: 0, slow: 0 };
  // What it works with of all services.
  streamRoutes(app, { ...rig, log: silentLog, metrics: { readers } } as unknown as Services, rules);
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

const synced = (reader: SseReader): boolean => reader.events('synced').length === 1;

test('one timer beats for everybody, another one looks who still may, and nobody’s heart beats when nobody is there', async () => {
  const { url, rig } = await counted(['a']);
  // What a service does in its first second is over.
  await rig.clock.advance(1000);
  const before = rig.clock.pendingTimers;
  const readers = await Promise.all(Array.from({ length: 10 }, () => follow(url)));
  for (const reader of readers) await reader.until(synced);
  expect(rig.clock.pendingTimers).toBe(before + 2);
  await rig.clock.advance(14_999);
  await rig.clock.advance(1);
  for (const reader of readers)
    await reader.until((its) => its.told.some(({ comments }) => comments.includes('alive')));
  await rig.clock.advance(15_000);
  for (const reader of readers) {
    await reader.until((its) => its.told.filter(({ comments }) => comments.includes('alive')).length === 2);
    reader.close();
  }
  await expect.poll(() => rig.clock.pendingTimers).toBe(before);
});

test('a beat carries on the id of a reader who is seldom told anything', async () => {
  const { url, rig, count } = await counted(['a', 'b'], { kept: { maxEntries: 10 } });
  const reader = await follow(url, '?device=b');
  await reader.until(synced);
  for (let n = 0; n < 50; n++) count('a');
  await rig.clock.advance(15_000);
  await reader.until((its) => its.told.some(({ comments }) => comments.includes('alive')));
  expect(reader.lastId).toBe(String(rig.stream.lastId));
  reader.close();
  const again = await follow(url, '?device=b', { 'last-event-id': String(reader.lastId) });
  count('b');
  await again.until((its) => its.events('property').length === 1);
  expect(again.events('gap')).toEqual([]);
  again.close();
});

test.each([
  ['past what is kept', 'expired'],
  ['from before a restart', 'restarted'],
  ['from the future', 'unknown'],
])('an id %s: a gap that says what to load, and how things stand', async (_, reason) => {
  const its = await counted(['a'], { kept: { maxEntries: 5 } });
  const { url, rig, count } = its;
  const old = rig.stream.lastId;
  for (let n = 0; n < 20; n++) count('a');
  const ids = { expired: old, restarted: (rig.clock.now() - 86_400_000) * 1000, unknown: rig.stream.lastId + 1 };
  const id = ids[reason as keyof typeof ids];
  const reader = await follow(url, `?lastEventId=${id}`);
  await reader.until(synced);
  expect(reader.events().map(({ event }) => event)).toEqual(['gap', 'snapshot', 'snapshot', 'synced']);
  const [gap] = reader.data('gap');
  expect(gap).toMatchObject({ from: id, to: rig.stream.lastId, reason });
  const commands = reason === 'unknown' ? '' : `?from=${new Date(Math.floor(id / 1000) - 60_000).toISOString()}`;
  expect(gap?.['reload']).toEqual(['/v1/devices', `/v1/commands${commands}`]);
  for (const path of (gap?.['reload'] as readonly string[] | undefined) ?? [])
    expect((await fetch(url + path)).status).toBe(200);
  // From there it can be gone on.
  count('a');
  await reader.until((it) => it.events('property').length === 1);
  const again = await follow(url, '', { 'last-event-id': String(reader.events('synced')[0]?.id) });
  await again.until((it) => it.events('property').length === 1);
  expect(again.events('gap')).toEqual([]);
  for (const each of [reader, again]) each.close();
});

test('the header, which a browser sends when it comes back, goes before the address', async () => {
  const { url, count, rig } = await counted(['a']);
  // Whoever knows an id has followed before.
  rig.stream.follow(() => {})();
  const from = rig.stream.lastId;
  count('a');
  const between = rig.stream.lastId;
  count('a');
  const reader = await follow(url, `?lastEventId=${from}`, { 'last-event-id': String(between) });
  await reader.until((its) => its.events('property').length > 0);
  count('a');
  await reader.until((its) => its.events('property').length > 1);
  expect(reader.data('property').map(({ value }) => value)).toEqual([3, 4]);
  reader.close();
});

test('there are so many connections and no more; one that goes makes room', async () => {
  const its = await counted(['a']);
  const url = await ruled(its, { maxClients: 2 });
  const [first, second] = [await follow(url), await follow(url)];
  const refused = await fetch(`${url}/v1/stream`);
  expect(refused.status).toBe(429);
  await refused.body?.cancel();
  first.close();
  await expect.poll(async () => await follow(url).then((reader) => (reader.close(), 'let in'), String)).toBe('let in');
  second.close();
});

test('who goes away before the service has started takes no place for ever', async () => {
  const its = await counted(['a']);
  const started = Promise.withResolvers<void>();
  let waiting = 0;
  const url = await ruled(its, { maxClients: 2 }, () => {
    waiting++;
    return started.promise;
  });
  const gone = Array.from({ length: 2 }, () => connect(Number(new URL(url).port), '127.0.0.1'));
  for (const socket of gone) socket.write('GET /v1/stream HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await expect.poll(() => waiting).toBe(2);
  for (const socket of gone) {
    socket.resetAndDestroy();
    await once(socket, 'close');
  }
  // The other end has heard of it by then.
  await settle();
  started.resolve();
  const reader = await follow(url);
  await reader.until(synced);
  reader.close();
});

test('when the service ends everybody is told, and nobody is left hanging', async () => {
  const { url, http } = await counted(['a']);
  const readers = await Promise.all(Array.from({ length: 5 }, () => follow(url)));
  for (const reader of readers) await reader.until(synced);
  await http.close();
  for (const reader of readers) {
    await reader.over();
    expect(reader.events().at(-1)).toMatchObject({ event: 'bye', data: { reason: 'the service is shutting down' } });
  }
});

test('permissions are those of the reader: of what it may not read it hears neither entries nor a snapshot', async () => {
  const its = await counted(['open', 'secret']);
  const url = await ruled(its, { maxClients: 10 });
  const guest = await follow(url, '', { 'x-role': 'guest' });
  const admin = await follow(url);
  for (const reader of [guest, admin]) await reader.until(synced);
  for (const id of ['secret', 'open']) {
    its.counters.get(id)?.emit('wrapped', {});
    its.count(id);
  }
  for (const reader of [guest, admin]) {
    await reader.until(({ told }) =>
      told.some(({ data }) => (data as { device?: unknown } | undefined)?.device === 'open'),
    );
  }
  await settle();
  const devicesOf = (reader: SseReader) => reader.snapshots().map(({ device }) => device.id);
  expect(devicesOf(guest)).toEqual(['open']);
  expect(devicesOf(admin)).toEqual(['open', 'secret']);
  const told = (reader: SseReader): string[] =>
    reader
      .events()
      .filter(({ id, event }) => id !== undefined && event !== 'synced')
      .map(({ event, data }) => `${event} ${(data as { device: string }).device}`);
  await admin.until((it) => told(it).length === 4);
  expect(told(guest)).toEqual(['event open', 'property open']);
  expect(told(admin)).toEqual(['event secret', 'property secret', 'event open', 'property open']);
  for (const reader of [guest, admin]) reader.close();
});

test('a reader who leaves leaves nothing behind', async () => {
  const { url, rig, count } = await counted(['a']);
  const before = rig.clock.pendingTimers;
  for (let n = 0; n < 20; n++) (await follow(url)).close();
  await expect.poll(() => rig.clock.pendingTimers).toBe(before);
  expect(() => count('a')).not.toThrow();
});
