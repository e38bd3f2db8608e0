import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { eventServer } from '../../../test/support/event-server.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { BellcrankProblem, connect, type StreamFilter, type StreamOptions } from '../index.ts';

/** A follower of a real server, on a clock that the test moves. */
async function following(filter: StreamFilter = {}, options: StreamOptions = {}) {
  const server = await eventServer();
  const clock = new VirtualClock();
  const controller = new AbortController();
  const states: string[] = [];
  const lab = connect({ url: server.url, clock, random: () => 1, apiKey: 'secret' });
  const stream = lab.stream(filter, {
    signal: controller.signal,
    onState: (state, error) => states.push(error === undefined ? state : `${state}: ${error.message}`),
    ...options,
  });
  const events = stream[Symbol.asyncIterator]();
  onTestFinished(() => controller.abort());
  const waiting = async (): Promise<void> => {
    await expect.poll(() => clock.pendingTimers === 1 && states.at(-1)?.startsWith('lost') === true).toBe(true);
  };
  return { server, clock, controller, states, events, waiting };
}

const device = (id: number): string => `id: ${id}\nevent: device\ndata: {"device":"d-${id}"}\n\n`;

test('events come with their type, id and data; the filter and the key go with the request', async () => {
  const { server, events, states } = await following({ device: ['a', 'b'], label: 'room=lab', type: ['device'] });
  const first = events.next();
  const caller = await server.next();
  expect(caller.request.url).toBe('/v1/stream?device=a&device=b&label=room%3Dlab&type=device');
  expect(caller.request.headers).toMatchObject({ accept: 'text/event-stream', authorization: 'Bearer secret' });
  expect(caller.request.headers).not.toHaveProperty('last-event-id');
  caller.send(`\uFEFFevent: snapshot\ndata: {"kind":"alarms","alarms":[]}\n\n${device(3)}`);
  expect(await first).toEqual({
    done: false,
    value: { type: 'snapshot', id: undefined, data: { kind: 'alarms', alarms: [] } },
  });
  expect(await events.next()).toEqual({ done: false, value: { type: 'device', id: 3, data: { device: 'd-3' } } });
  expect(states).toEqual(['connecting', 'open']);
});

test('a connection that breaks is opened anew after the last whole event', async () => {
  const { server, events, clock, states, waiting } = await following();
  const first = events.next();
  const caller = await server.next();
  caller.send(`${device(5)}id: 6\nevent: device\ndata: {"half`);
  expect(await first).toMatchObject({ value: { id: 5 } });
  const second = events.next();
  caller.cut();
  await waiting();
  await clock.advance(1000);
  const again = await server.next();
  expect(again.request.headers).toMatchObject({ 'last-event-id': '5' });
  again.send(device(6));
  expect(await second).toMatchObject({ value: { id: 6, data: { device: 'd-6' } } });
  expect(states).toEqual(['connecting', 'open', expect.stringMatching(/^lost: http/), 'connecting', 'open']);
});

test('a stream that the service ends goes on likewise, by the pause that it asks for', async () => {
  const { server, events, clock, states, waiting } = await following({}, { lastEventId: 9 });
  const first = events.next();
  const caller = await server.next();
  expect(caller.request.headers).toMatchObject({ 'last-event-id': '9' });
  caller.send('retry: 200\nevent: bye\ndata: {}\n\n');
  caller.end();
  await waiting();
  expect(states.at(-1)).toBe('lost: the service is ending');
  await clock.advance(199);
  expect(server.seen).toBe(1);
  await clock.advance(1);
  const again = await server.next();
  expect(again.request.headers).toMatchObject({ 'last-event-id': '9' });
  again.send('event: gap\ndata: {"from":9,"to":20,"reason":"r","reload":["/v1/devices"]}\n\n');
  expect(await first).toMatchObject({ value: { type: 'gap', id: undefined, data: { reload: ['/v1/devices'] } } });
});

test('while the service is not there, pauses grow up to 10 s; what works once makes them short again', async () => {
  const { server, events, clock, waiting } = await following();
  const first = events.next();
  for (const pause of [1000, 2000, 4000, 8000, 10_000, 10_000]) {
    const caller = await server.next();
    caller.answer(503, { code: 'shutting-down', detail: 'wait' });
    await waiting();
    const { seen } = server;
    await clock.advance(pause - 1);
    expect(server.seen).toBe(seen);
    await clock.advance(1);
  }
  const caller = await server.next();
  caller.send(device(1));
  await first;
  const second = events.next();
  caller.cut();
  await waiting();
  await clock.advance(1000);
  (await server.next()).send(device(2));
  expect(await second).toMatchObject({ value: { id: 2 } });
});

test('it waits as long as the service asks for', async () => {
  const { server, events, clock, waiting } = await following();
  void events.next();
  (await server.next()).answer(429, { code: 'rate-limited', detail: 'full' }, { 'retry-after': '7' });
  await waiting();
  await clock.advance(6999);
  expect(server.seen).toBe(1);
  await clock.advance(1);
  await server.next();
});

test.each([400, 401, 403, 404])('%i ends it with the problem', async (status) => {
  const { server, events } = await following();
  const first = events.next();
  (await server.next()).answer(status, { code: 'forbidden', detail: 'not you', status, title: 'No' });
  const error = await first.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BellcrankProblem);
  expect(error).toMatchObject({ code: 'forbidden', status });
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test('so does an answer that is no stream, and a stream that is none of ours', async () => {
  const other = await following();
  const first = other.events.next();
  (await other.server.next()).answer(200, {});
  await expect(first).rejects.toMatchObject({ code: 'unexpected-answer' });
  const text = await following();
  const second = text.events.next();
  (await text.server.next()).send('data: hello\n\n');
  await expect(second).rejects.toThrow('no JSON');
});

test('silence without a heartbeat is a loss', async () => {
  const { server, events, clock, states, waiting } = await following();
  const first = events.next();
  const caller = await server.next();
  caller.send(device(1));
  await first;
  const second = events.next();
  await clock.advance(37_499);
  expect(states).toEqual(['connecting', 'open']);
  await clock.advance(1);
  await waiting();
  expect(states.at(-1)).toContain('nothing came for 37500 ms');
  await clock.advance(1000);
  (await server.next()).send(device(2));
  expect(await second).toMatchObject({ value: { id: 2 } });
});

test('a reader who takes his time is not taken for silence', async () => {
  const { server, events, clock, states } = await following();
  const first = events.next();
  const caller = await server.next();
  caller.send(device(1) + device(2));
  await first;
  await clock.advance(100_000);
  expect(await events.next()).toMatchObject({ value: { id: 2 } });
  expect(states).toEqual(['connecting', 'open']);
});

test('an answer that does not come is waited for 15 s', async () => {
  const { server, events, clock, states, waiting } = await following();
  void events.next();
  await server.next();
  await clock.advance(15_000);
  await waiting();
  expect(states.at(-1)).toContain('no answer within 15000 ms');
});

test('it ends when it is aborted, and when nobody reads any more; its connection is closed', async () => {
  const aborted = await following();
  const first = aborted.events.next();
  const caller = await aborted.server.next();
  const closed = once(caller.response, 'close');
  caller.send(': alive\n\n');
  aborted.controller.abort();
  expect(await first).toEqual({ done: true, value: undefined });
  await closed;

  const left = await following();
  const event = left.events.next();
  const other = await left.server.next();
  const gone = once(other.response, 'close');
  other.send(device(1));
  await event;
  await left.events.return?.(undefined);
  await gone;
  expect(left.clock.pendingTimers).toBe(0);
});

test('a pause ends when it is aborted', async () => {
  const { server, events, controller, clock, waiting } = await following();
  const first = events.next();
  (await server.next()).cut();
  await waiting();
  controller.abort();
  expect(await first).toEqual({ done: true, value: undefined });
  expect(clock.pendingTimers).toBe(0);
});
