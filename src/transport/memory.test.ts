import { expect, test } from 'vitest';
import type { Message, MessageConnection } from './connection.ts';
import { memoryBytes, MemoryHub } from './memory.ts';

async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

async function heardOn(connection: MessageConnection, filter: string): Promise<string[]> {
  const heard: string[] = [];
  await connection.subscribe(filter, (message) => heard.push(told(message)));
  return heard;
}

function told({ topic, payload, retained }: Message): string {
  return `${retained ? 'r ' : ''}${topic}=${Buffer.from(payload).toString()}`;
}

test('each end hears the other, as plain bytes of its own', async () => {
  const { near, far } = memoryBytes();
  const heard: Uint8Array[] = [];
  far.onData((chunk) => heard.push(chunk));
  const bytes = Uint8Array.of(0, 255);
  await near.write(bytes);
  bytes.fill(7);
  await turn();
  expect(heard).toEqual([Uint8Array.of(0, 255)]);
  expect([near.written, far.written]).toEqual([1, 0]);
});

test('what was written before closing is heard before the end', async () => {
  const { near, far } = memoryBytes();
  const events: string[] = [];
  near.onData((chunk) => events.push(Buffer.from(chunk).toString()));
  void near.closed.then(() => events.push('end'));
  await turn();
  const writing = far.write(Buffer.from('goodbye')).catch(() => {});
  await far.close();
  await writing;
  await turn();
  expect(events).toEqual(['goodbye', 'end']);
  expect(await near.closed).toMatchObject({ lost: true });
  expect(await far.closed).toMatchObject({ lost: false });
});

test('after the end writes are refused', async () => {
  const { near, far } = memoryBytes();
  await near.close();
  await near.close();
  await expect(near.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'device-offline' });
  await turn();
  await expect(far.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'device-offline' });
});

test('the hub fans out by filter, each client hearing what it publishes itself', async () => {
  const hub = new MemoryHub();
  const [one, two] = [hub.connect(), hub.connect()];
  const heard = await Promise.all([heardOn(one, 'a/+'), heardOn(two, '#'), heardOn(two, 'b')]);
  await one.publish('a/x', '1');
  await two.publish('b', '2');
  await turn();
  expect(heard).toEqual([['a/x=1'], ['a/x=1', 'b=2'], ['b=2']]);
});

test('what is retained is told to whoever subscribes, flagged, until it is cleared', async () => {
  const hub = new MemoryHub();
  const near = hub.connect();
  await near.publish('state', 'on', { retain: true });
  const first = await heardOn(near, 'state');
  await turn();
  await near.publish('state', '', { retain: true });
  const second = await heardOn(near, 'state');
  await turn();
  expect([first, second]).toEqual([['r state=on', 'state='], []]);
});

test('correlation data comes with its message', async () => {
  const near = new MemoryHub().connect();
  const heard: Message[] = [];
  await near.subscribe('a', (message) => heard.push(message));
  await near.publish('a', 'x', { correlationData: Uint8Array.of(1) });
  await turn();
  expect(heard).toMatchObject([{ correlationData: Uint8Array.of(1) }]);
});

test('unsubscribed and closed clients hear nothing more, not even what is under way', async () => {
  const hub = new MemoryHub();
  const [near, other] = [hub.connect(), hub.connect()];
  const heard: string[] = [];
  const stop = await near.subscribe('a', (message) => heard.push(told(message)));
  const others = await heardOn(other, 'a');
  await near.publish('a', '1');
  await turn();
  const publishing = near.publish('a', '2');
  await Promise.all([stop(), other.close(), publishing]);
  await turn();
  expect([heard, others]).toEqual([['a=1'], ['a=1']]);
});

test('a client that is lost leaves its will, one that closes does not', async () => {
  const hub = new MemoryHub();
  const heard = await heardOn(hub.connect(), '#');
  const will = (topic: string) => ({ topic, payload: 'offline', retain: true });
  const [lost, closed] = [hub.connect('lost', will('lost')), hub.connect('closed', will('closed'))];
  lost.lose(new Error('cut'));
  await closed.close();
  closed.lose(new Error('cut'));
  await turn();
  expect(heard).toEqual(['lost=offline']);
  expect(await lost.closed).toMatchObject({ lost: true });
  await expect(lost.publish('x', '')).rejects.toMatchObject({ code: 'device-offline' });
  await expect(lost.subscribe('x', () => {})).rejects.toMatchObject({ code: 'device-offline' });
});

test('topics and filters are checked as a broker would', async () => {
  const near = new MemoryHub().connect();
  await expect(near.publish('a/#', '')).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(near.subscribe('a/#/b', () => {})).rejects.toMatchObject({ code: 'invalid-request' });
});

test('a message for one of 20,000 listeners of the hub is told by looking at few places', async () => {
  let visited = 0;
  const hub = new MemoryHub(() => visited++);
  const near = hub.connect();
  const heard: number[] = [];
  for (let nth = 0; nth < 20_000; nth++) await near.subscribe(`device-${nth}/+`, () => heard.push(nth));
  await near.publish('device-12345/state', 'on');
  await turn();
  expect(heard).toEqual([12_345]);
  expect(visited).toBeLessThan(10);
});
