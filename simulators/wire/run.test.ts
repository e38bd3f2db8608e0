import { readdirSync } from 'node:fs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { AnyDriver, ByteConnection } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import type { Connection, MessageConnection } from '../../src/transport/connection.ts';
import { transports } from '../../src/transport/index.ts';
import type { FarClient, SimulatorKind, WireFace } from '../simulator.ts';
import { startBroker } from './broker.ts';
import { type RunningSimulator, runSimulator } from './run.ts';
import type { RunSettings } from './run-settings.ts';

/** Face 1 is of no interest here. */
const driver: AnyDriver = {
  contract: 1,
  model: { name: 'parrot', summary: 'Says what it hears.', commands: {}, properties: {}, events: {} },
  transports: ['serial', 'tcp', 'mqtt'],
  options: {},
  attach: () => Promise.reject(new Error('never attached')),
};

function kindOf(wire: WireFace, closed = () => {}): SimulatorKind {
  return { model: 'parrot', options: {}, create: () => ({ driver, wire, close: closed }) };
}

const byteParrot: WireFace = {
  shape: 'bytes',
  serve(far: ByteConnection) {
    far.onData((chunk) => void far.write(chunk).catch(() => {}));
  },
};

const messageParrot: WireFace = {
  shape: 'messages',
  will: { topic: 'parrot/online', payload: 'no', retain: true },
  serve(client: FarClient) {
    client.publish('parrot/online', 'yes', { retain: true });
    client.subscribe('say', ({ payload }) => client.publish('parrot/said', Buffer.from(payload).toString()));
  },
};

const settings = { seed: 1, options: {}, clock: systemClock };

async function run(wire: WireFace, wanted: Partial<RunSettings> & Pick<RunSettings, 'via'>): Promise<RunningSimulator> {
  const running = await runSimulator(kindOf(wire), { ...settings, ...wanted });
  onTestFinished(() => running.close());
  return running;
}

/** Opens it the way the service does. */
async function opened(running: RunningSimulator): Promise<Connection> {
  const { signal } = new AbortController();
  const connection = await ('open' in running
    ? running.open(signal)
    : transports
        .find(({ name }) => name === running.transport)
        ?.open(running.settings, { signal, clock: systemClock }));
  if (connection === undefined) throw new Error(`no transport ${running.transport}`);
  onTestFinished(() => connection.close());
  return connection;
}

async function echoed(connection: Connection): Promise<string> {
  if (connection.shape !== 'bytes') throw new Error('not a byte stream');
  let heard = '';
  connection.onData((chunk) => (heard += Buffer.from(chunk).toString()));
  await connection.write(Buffer.from('hello'));
  await vi.waitFor(() => expect(heard).toHaveLength(5));
  return heard;
}

describe.each(['pty', 'tcp', 'memory'] as const)('a byte simulator via %s', (via) => {
  test('answers each connection in turn', async () => {
    const running = await run(byteParrot, { via });
    for (let turn = 0; turn < 2; turn++) {
      const connection = await opened(running);
      expect(await echoed(connection)).toBe('hello');
      await connection.close();
    }
  });

  test('closing it ends the connection, the simulator, and leaks nothing', async () => {
    const cycle = async (): Promise<void> => {
      const closed = vi.fn();
      const running = await runSimulator(kindOf(byteParrot, closed), { ...settings, via });
      const connection = await opened(running);
      await running.close();
      expect(await connection.closed).toMatchObject({ lost: true });
      await connection.close();
      expect(closed).toHaveBeenCalledOnce();
    };
    await cycle();
    const before = readdirSync('/proc/self/fd').length;
    for (let count = 0; count < 5; count++) await cycle();
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });
});

test.each(['bytewise', 'merged'] as const)('memory chunks can be %s', async (chunking) => {
  const connection = await opened(await run(byteParrot, { via: 'memory', chunking }));
  expect(await echoed(connection)).toBe('hello');
});

async function saysBack(connection: MessageConnection): Promise<void> {
  const heard: string[] = [];
  await connection.subscribe('parrot/#', ({ topic, payload }) =>
    heard.push(`${topic}=${Buffer.from(payload).toString()}`),
  );
  await vi.waitFor(() => expect(heard).toContain('parrot/online=yes'));
  await vi.waitFor(async () => {
    await connection.publish('say', 'hi');
    expect(heard).toContain('parrot/said=hi');
  });
}

test.each(['mqtt', 'memory'] as const)('a message simulator answers via %s', async (via) => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const connection = await opened(await run(messageParrot, { via, brokerUrl: broker.url }));
  if (connection.shape !== 'messages') throw new Error('not a message connection');
  await saysBack(connection);
});

test('a message simulator comes back by itself with its broker', async () => {
  const broker = await startBroker();
  const clock = new VirtualClock();
  const running = await run(messageParrot, { via: 'mqtt', brokerUrl: broker.url, clock });
  await broker.close();
  await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
  await clock.advance(1000);
  await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
  const again = await startBroker({ port: broker.port });
  onTestFinished(() => again.close());
  await clock.advance(1000);
  const connection = await opened(running);
  if (connection.shape !== 'messages') throw new Error('not a message connection');
  await saysBack(connection);
});

test('closing a message simulator says goodbye: no will', async () => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const running = await run(messageParrot, { via: 'mqtt', brokerUrl: broker.url });
  const connection = await opened(running);
  if (connection.shape !== 'messages') throw new Error('not a message connection');
  const heard: string[] = [];
  await connection.subscribe('#', ({ topic, payload }) => heard.push(`${topic}=${Buffer.from(payload).toString()}`));
  await running.close();
  await connection.publish('marker', 'x');
  await vi.waitFor(() => expect(heard).toContain('marker=x'));
  expect(heard).not.toContain('parrot/online=no');
});

test.each([
  [byteParrot, 'mqtt', 'byte stream, not mqtt; use pty, tcp or memory'],
  [messageParrot, 'pty', 'MQTT messages, not pty; use mqtt or memory'],
  [messageParrot, 'tcp', 'MQTT messages, not tcp; use mqtt or memory'],
  [messageParrot, 'mqtt', 'needs a broker'],
] as const)('a wire that does not fit is refused, and the simulator is stopped: %#', async (wire, via, text) => {
  const closed = vi.fn();
  await expect(runSimulator(kindOf(wire, closed), { ...settings, via })).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining(text),
  });
  expect(closed).toHaveBeenCalledOnce();
});

describe('faults from the start', () => {
  const faults = (...all: readonly object[]) => ({ faults: { seed: 3, faults: all } });

  test.each(['pty', 'tcp', 'memory'] as const)('act on the first byte via %s', async (via) => {
    const running = await run(byteParrot, { via, ...faults({ kind: 'garbage', text: '!', clearAfter: 1 }) });
    const connection = await opened(running);
    if (connection.shape !== 'bytes') throw new Error('not a byte stream');
    let heard = '';
    connection.onData((chunk) => (heard += Buffer.from(chunk).toString()));
    await connection.write(Buffer.from('hi'));
    await vi.waitFor(() => expect(heard).toBe('!hi'));
    expect(running.control.faults()).toMatchObject({ seed: 3, faults: [{ acted: 1, active: false }] });
  });

  test.each(['pty', 'tcp', 'memory'] as const)(
    'a device that is not there via %s until it is plugged in',
    async (via) => {
      const running = await run(byteParrot, { via, ...faults({ kind: 'unplug' }) });
      await expect(opened(running)).rejects.toThrow();
      await running.control.clearFaults();
      expect(await echoed(await opened(running))).toBe('hello');
    },
  );

  test.each(['mqtt', 'memory'] as const)('a device that has never been there via %s, until it is', async (via) => {
    const broker = await startBroker();
    onTestFinished(() => broker.close());
    const running = await run(messageParrot, { via, brokerUrl: broker.url, ...faults({ kind: 'unplug' }) });
    const connection = await opened(running);
    if (connection.shape !== 'messages') throw new Error('not a message connection');
    const heard: string[] = [];
    await connection.subscribe('#', ({ topic }) => heard.push(topic));
    await connection.publish('marker', 'x');
    await vi.waitFor(() => expect(heard).toEqual(['marker']));
    await running.control.clearFaults();
    await saysBack(connection);
  });

  test.each(['mqtt', 'memory'] as const)('the greeting via %s is met by them already', async (via) => {
    const broker = await startBroker();
    onTestFinished(() => broker.close());
    const running = await run(messageParrot, { via, brokerUrl: broker.url, ...faults({ kind: 'drop', skip: 0 }) });
    await vi.waitFor(() => expect(running.control.faults().faults[0]?.acted).toBe(1));
  });

  test('what is wrong with them is told before there is a wire, and the simulator is stopped', async () => {
    const closed = vi.fn();
    const wrong = faults({ kind: 'mute', when: { state: 'lid', is: true } });
    await expect(runSimulator(kindOf(byteParrot, closed), { ...settings, via: 'pty', ...wrong })).rejects.toMatchObject(
      {
        code: 'invalid-request',
        errors: [{ pointer: '/faults/0/when/state' }],
      },
    );
    expect(closed).toHaveBeenCalledOnce();
  });
});
