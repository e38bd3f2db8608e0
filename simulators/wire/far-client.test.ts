import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Message, MessageConnection } from '../../src/transport/connection.ts';
import { MemoryHub, type Will } from '../../src/transport/memory.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { startBroker } from './broker.ts';
import { brokerFarClient, hubFarClient, type RunningFarClient } from './far-client.ts';

interface Rig {
  near: MessageConnection;
  far(will?: Will): Promise<RunningFarClient>;
}

async function overBroker(): Promise<Rig> {
  const broker = await startBroker();
  const near = await mqtt.open({ url: broker.url }, { signal: new AbortController().signal, clock: systemClock });
  if (near.shape !== 'messages') throw new Error('not a message connection');
  const clients: RunningFarClient[] = [];
  onTestFinished(async () => {
    await Promise.all([near.close(), ...clients.map((client) => client.close())]);
    await broker.close();
  });
  return {
    near,
    async far(will) {
      const client = await brokerFarClient(broker.url, will, new AbortController().signal);
      clients.push(client);
      return client;
    },
  };
}

async function overHub(): Promise<Rig> {
  const hub = new MemoryHub();
  return { near: hub.connect(), far: async (will) => hubFarClient(hub, will) };
}

const will: Will = { topic: 'plug/online', payload: 'no', retain: true };

describe.each([
  ['a broker', overBroker],
  ['a hub in memory', overHub],
])('over %s', (_, rig) => {
  async function heardOn(connection: MessageConnection, filter: string): Promise<string[]> {
    const heard: string[] = [];
    await connection.subscribe(filter, ({ topic, payload, retained }: Message) => {
      heard.push(`${retained ? 'r ' : ''}${topic}=${Buffer.from(payload).toString()}`);
    });
    return heard;
  }

  test('both sides hear each other', async () => {
    const { near, far } = await rig();
    const heard = await heardOn(near, 'plug/#');
    const device = await far();
    device.subscribe('cmnd/#', ({ topic, payload }) => {
      device.publish('plug/state', `${topic} ${Buffer.from(payload).toString()}`, { retain: true });
    });
    await vi.waitFor(async () => {
      await near.publish('cmnd/power', 'on');
      expect(heard).toContain('plug/state=cmnd/power on');
    });
    const late = await heardOn(near, 'plug/state');
    await vi.waitFor(() => expect(late).toContain('r plug/state=cmnd/power on'));
  });

  test('killed, its will is published', async () => {
    const { near, far } = await rig();
    const heard = await heardOn(near, 'plug/#');
    const device = await far(will);
    await device.kill();
    expect(await device.closed).toMatchObject({ lost: true });
    await vi.waitFor(() => expect(heard).toEqual(['plug/online=no']));
    const late = await heardOn(near, 'plug/online');
    await vi.waitFor(() => expect(late).toEqual(['r plug/online=no']));
  });

  test('closed, its will is not published', async () => {
    const { near, far } = await rig();
    const heard = await heardOn(near, '#');
    const device = await far(will);
    await device.close();
    await device.close();
    expect(await device.closed).toMatchObject({ lost: false });
    device.publish('plug/late', 'x');
    const other = await far();
    other.publish('marker', 'x');
    await vi.waitFor(() => expect(heard).toEqual(['marker=x']));
  });
});

test('a broker that is not there is a clear error, without credentials', async () => {
  const signal = new AbortController().signal;
  await expect(brokerFarClient('mqtt://u:s3cret@127.0.0.1:1', undefined, signal)).rejects.toMatchObject({
    code: 'device-offline',
    message: expect.stringMatching(/^the broker mqtt:\/\/127\.0\.0\.1:1 /),
  });
});
