import { expect, onTestFinished, test } from 'vitest';
import type { Log } from '../../src/driver/contract.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { type News, Stream } from '../../src/stream/index.ts';
import { silentLog } from '../support/rig.ts';
import type { WebhookSettings } from '../../src/webhooks/settings.ts';
import { Webhooks } from '../../src/webhooks/webhooks.ts';
import type { Target } from '../../src/webhooks/target.ts';
import { Receiver, secret } from '../support/receiver.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';

interface Line {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

/** The wall clock stands still at the real time: receivers refuse what is signed at another. */
function rig(settings: Partial<WebhookSettings> & Pick<WebhookSettings, 'url'>, store = new MemoryStore(10)) {
  const wall = Date.now();
  const clock = Object.assign(new VirtualClock(), { now: () => wall });
  const lines: Line[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const stream = new Stream({ clock });
  const common = {
    name: 'pager',
    secret,
    types: ['alarm', 'device'],
    timeoutMs: 5000,
    queueEvents: 10,
    queueMegabytes: 1,
  } as const;
  const webhooks = new Webhooks({
    settings: [{ ...common, ...settings }],
    stream,
    notices: store.notices,
    clock,
    random: () => 0,
    log,
    version: '1.2.3',
  });
  onTestFinished(() => webhooks.close());
  const target = webhooks.get(settings.name ?? 'pager');
  const alarm = (n: number, more: Partial<News> = {}): void =>
    stream.publish({ type: 'alarm', device: 'oven-1', labels: { room: 'lab' }, data: { n, simulated: true }, ...more });
  /** Waits for the real network, and lets time pass only while the next attempt is waited for. */
  const until = async (condition: (target: Target) => boolean): Promise<void> => {
    const look = async (): Promise<boolean> => {
      if (condition(target)) return true;
      if (target.nextAttemptAt !== undefined) await clock.advance(clock.nextInMs ?? 0);
      return false;
    };
    await expect.poll(look, { timeout: 20_000, interval: 5 }).toBe(true);
  };
  return { clock, lines, stream, webhooks, target, alarm, until, store };
}

const ns = ({ received }: Receiver): unknown[] => received.map(({ body }) => (body['data'] as { n?: number }).n);

test('an event of the stream is posted, signed, with the data of the stream', async () => {
  const receiver = await Receiver.start();
  const { alarm, until, clock } = rig({ url: receiver.url });
  const at = new Date(clock.now()).toISOString();
  alarm(1);
  await until(({ delivered }) => delivered === 1);
  const [{ headers, body } = { headers: {}, body: undefined }] = receiver.received;
  expect(body).toEqual({
    id: expect.stringMatching(/^evt_\d+$/),
    type: 'alarm',
    at,
    device: 'oven-1',
    data: { n: 1, simulated: true },
    simulated: true,
  });
  expect(headers).toMatchObject({
    'webhook-id': body?.id,
    'content-type': 'application/json',
    'user-agent': 'bellcrank/1.2.3',
  });
});

test('what is not asked for is not sent', async () => {
  const receiver = await Receiver.start();
  const { alarm, stream, until } = rig({ url: receiver.url, devices: ['oven-*'], labels: ['room=lab', 'urgent'] });
  alarm(1, { device: 'psu-1' });
  alarm(2, { labels: { room: 'hall' } });
  alarm(3, { type: 'property' });
  stream.publish({ type: 'device', data: { n: 4 } });
  alarm(5, { labels: { urgent: '' } });
  alarm(6, { device: 'hall', others: [{ device: 'oven-2', labels: { room: 'lab' } }] });
  await until(({ delivered }) => delivered === 2);
  expect(ns(receiver)).toEqual([5, 6]);
});

test('what fails is tried again, ever later, in order and with the same id; the log says so once', async () => {
  const receiver = await Receiver.start();
  receiver.status(503);
  const { alarm, until, target, lines } = rig({ url: receiver.url });
  alarm(1);
  alarm(2);
  await until(({ failures }) => failures === 5);
  expect([target.state, target.delivered, target.queue.length]).toEqual(['retrying', 0, 2]);
  receiver.status(204);
  await until(({ delivered }) => delivered === 2);
  expect(ns(receiver).slice(-2)).toEqual([1, 2]);
  expect(new Set(receiver.ids.slice(0, -1)).size).toBe(1);
  expect([target.state, target.failures, target.queue.length]).toEqual(['idle', 0, 0]);
  expect(lines.map(({ level, message }) => [level, message])).toEqual([
    ['warn', 'a webhook cannot be delivered; it is tried again until it can'],
    ['info', 'a webhook is delivered again'],
  ]);
  expect(lines[0]?.fields).toEqual({ webhook: 'pager', error: 'it answered 503', waiting: 2 });
});

test('the pause after a failure doubles, and is longer where the receiver says so', async () => {
  const receiver = await Receiver.start();
  receiver.status(503);
  const { alarm, until, target, clock } = rig({ url: receiver.url });
  const pause = (): number => (target.nextAttemptAt ?? 0) - clock.now();
  alarm(1);
  await until(({ failures }) => failures === 1);
  expect(pause()).toBe(500);
  await clock.advance(499);
  expect(receiver.received).toHaveLength(1);
  await clock.advance(1);
  await until(({ failures }) => failures === 2);
  expect(pause()).toBe(1000);
  receiver.status(429, { 'retry-after': '120' });
  await clock.advance(1000);
  await until(({ failures }) => failures === 3);
  expect(pause()).toBe(120_000);
});

test('redirects are not followed', async () => {
  const [receiver, other] = [await Receiver.start(), await Receiver.start()];
  receiver.status(307, { location: other.url });
  const { alarm, until, target } = rig({ url: receiver.url });
  alarm(1);
  await until(({ failures }) => failures === 2);
  expect(other.received).toEqual([]);
  expect(target.outage.lastError).toBe('it answered 307');
});

test('a receiver that does not answer in time is tried again', async () => {
  const receiver = await Receiver.start();
  receiver.answer = () => {};
  const { alarm, until, target, clock } = rig({ url: receiver.url });
  alarm(1);
  await expect.poll(() => receiver.received.length).toBe(1);
  await clock.advance(4999);
  expect(target.failures).toBe(0);
  await clock.advance(1);
  await until(({ failures }) => failures === 1);
  expect(target.outage.lastError).toBe('it did not answer within 5000 ms');
  receiver.status(200);
  await until(({ delivered }) => delivered === 1);
  expect(new Set(receiver.ids).size).toBe(1);
});

test('what it answers is read so far and no further, and the delivery counts', async () => {
  const receiver = await Receiver.start();
  let isClosed = false;
  receiver.answer = (response) => {
    response.on('close', () => (isClosed = true)).writeHead(200);
    const more = (): void => {
      if (isClosed) return;
      response.write('x'.repeat(65_536), more);
    };
    more();
  };
  const { alarm, until } = rig({ url: receiver.url });
  alarm(1);
  await until(({ delivered }) => delivered === 1);
  await expect.poll(() => isClosed).toBe(true);
});

test('whoever answers 2xx in time and works on with the connection open has taken the event', async () => {
  const receiver = await Receiver.start();
  receiver.answer = (response) => response.writeHead(200).flushHeaders();
  const { alarm, until, target, clock } = rig({ url: receiver.url });
  alarm(1);
  alarm(2);
  await expect.poll(() => receiver.received.length).toBe(1);
  await expect.poll(() => clock.nextInMs).toBe(5000);
  await clock.advance(5000);
  await expect.poll(() => receiver.received.length).toBe(2);
  expect([target.delivered, target.failures]).toEqual([1, 0]);
  receiver.answer = (response) => response.destroy();
  await clock.advance(5000);
  await until(({ delivered }) => delivered === 2);
  expect(ns(receiver)).toEqual([1, 2]);
});

test('410 is the end of it until a restart', async () => {
  const receiver = await Receiver.start();
  receiver.status(410);
  const { alarm, until, target, lines, clock, store } = rig({ url: receiver.url });
  alarm(1);
  alarm(2);
  await until(({ state }) => state === 'disabled');
  receiver.status(204);
  alarm(3);
  await clock.advance(3_600_000);
  expect(receiver.received).toHaveLength(1);
  expect(target.queue.length).toBe(0);
  expect(store.notices.facts.entries('webhook:')).toEqual([]);
  expect(lines.map(({ level }) => level)).toEqual(['error']);
  const next = rig({ url: receiver.url }, store);
  next.alarm(4);
  await next.until(({ delivered }) => delivered === 1);
});

test('an event that is refused again and again does not hold up the others, and the receiver is told', async () => {
  const receiver = await Receiver.start();
  const { alarm, until, target, lines } = rig({ url: receiver.url });
  receiver.answer = (response) => response.writeHead(ns(receiver).at(-1) === 1 ? 422 : 204).end();
  alarm(1);
  alarm(2);
  await until(({ delivered }) => delivered === 2);
  expect(receiver.received.map(({ body }) => body.type)).toEqual([...Array<string>(8).fill('alarm'), 'gap', 'alarm']);
  expect(receiver.received.at(-2)?.body['data']).toMatchObject({ dropped: 1 });
  expect(target.queue.dropped).toBe(1);
  expect(lines.map(({ message }) => message)).toContain('a webhook refused an event too often; it is dropped');
});

test('a receiver that does not take a gap is told what comes after it', async () => {
  const receiver = await Receiver.start();
  const { alarm, until, target } = rig({ url: receiver.url });
  receiver.answer = (response) => {
    const isTaken = receiver.received.at(-1)?.body.type === 'alarm' && ns(receiver).at(-1) !== 1;
    response.writeHead(isTaken ? 204 : 400).end();
  };
  alarm(1);
  alarm(2);
  await until(({ delivered }) => delivered === 1);
  expect(receiver.received.map(({ body }) => body.type).slice(8)).toEqual([...Array<string>(8).fill('gap'), 'alarm']);
  expect([ns(receiver).at(-1), target.state, target.queue.dropped]).toEqual([2, 'idle', 1]);
});

test('while nobody answers the oldest are dropped, and the receiver is told how many', async () => {
  const receiver = await Receiver.start();
  receiver.status(500);
  const { alarm, until, target, lines } = rig({ url: receiver.url, queueEvents: 3 });
  alarm(1);
  await until(({ failures }) => failures === 1);
  for (let n = 2; n <= 50; n++) alarm(n);
  expect([target.queue.length, target.queue.dropped]).toEqual([5, 46]);
  receiver.status(200);
  const before = receiver.received.length;
  await until(({ state }) => state === 'idle');
  expect(receiver.received.slice(before).map(({ body }) => [body.type, (body['data'] as { n?: number }).n])).toEqual([
    ['alarm', 1],
    ['gap', undefined],
    ['alarm', 48],
    ['alarm', 49],
    ['alarm', 50],
  ]);
  expect(receiver.received.at(-4)?.body['data']).toMatchObject({ dropped: 46 });
  const overflows = lines.filter(({ message }) => message.startsWith('too many events'));
  expect(overflows).toHaveLength(1);
});

test('what was not delivered is delivered after a restart, first and with the same id', async () => {
  const receiver = await Receiver.start();
  receiver.status(503);
  const store = new MemoryStore(10);
  const before = rig({ url: receiver.url }, store);
  before.alarm(1);
  before.alarm(2);
  await before.until(({ failures }) => failures === 1);
  before.webhooks.close();
  const [failed] = receiver.ids;
  receiver.status(204);
  const after = rig({ url: receiver.url }, store);
  after.alarm(3);
  await after.until(({ delivered }) => delivered === 3);
  expect(ns(receiver).slice(-3)).toEqual([1, 2, 3]);
  expect(receiver.ids.at(-3)).toBe(failed);
  expect(store.notices.facts.entries('webhook:')).toEqual([]);
});

test('what waits for a webhook that is not configured any more is dropped, and said so', async () => {
  const receiver = await Receiver.start();
  receiver.status(503);
  const store = new MemoryStore(10);
  const before = rig({ url: receiver.url }, store);
  before.alarm(1);
  before.webhooks.close();
  const { webhooks, lines } = rig({ url: receiver.url, name: 'other' }, store);
  await expect.poll(() => lines.length).toBe(1);
  expect(lines[0]?.message).toBe('events waited for webhooks that are not configured any more');
  expect(webhooks.targets[0]?.queue.length).toBe(0);
  expect(store.notices.facts.entries('webhook:')).toEqual([]);
});

test('neither the secret nor the path of the URL stands in the log or in what is told of a failure', async () => {
  const receiver = await Receiver.start();
  await receiver.close();
  const { alarm, until, target, lines } = rig({ url: receiver.url });
  alarm(1);
  await until(({ failures }) => failures === 1);
  const told = JSON.stringify([lines, target.outage.lastError, target.origin]);
  expect(told).toContain('ECONNREFUSED');
  for (const hidden of [secret, secret.slice(6), 'token', 'hidden']) expect(told).not.toContain(hidden);
});

test('where there are no receivers nobody follows the stream, and from the first on all is told', () => {
  const clock = new VirtualClock();
  const stream = new Stream({ clock });
  const { notices } = new MemoryStore(10);
  const webhooks = new Webhooks({
    settings: [],
    stream,
    notices,
    clock,
    random: () => 0,
    log: silentLog,
    version: '1',
  });
  onTestFinished(() => webhooks.close());
  expect(stream.isHeard).toBe(false);
  const { settings } = rig({ url: 'http://127.0.0.1:9/' }).target;
  webhooks.configure([settings]);
  stream.publish({ type: 'alarm', device: 'oven-1', data: { n: 1, simulated: true } });
  const target = webhooks.get('pager');
  expect(target.queue.length).toBe(1);
  webhooks.configure([]);
  stream.publish({ type: 'alarm', device: 'oven-1', data: { n: 2, simulated: true } });
  expect(target.queue.length).toBe(1);
});
