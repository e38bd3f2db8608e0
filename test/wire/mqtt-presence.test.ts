import mqttjs from 'mqtt';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { MessageConnection } from '../../src/transport/connection.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { needs } from '../support/needs.ts';
import { brokers } from './brokers.ts';
import { startMosquitto } from './mosquitto.ts';
import { MqttProxy } from './mqtt-proxy.ts';
import { openContext, openMessages } from './support.ts';

const topic = 'spBv1.0/STATE/bellcrank';
const presence = {
  topic,
  online: '{"online":true,"timestamp":{timestamp}}',
  offline: '{"online":false,"timestamp":{timestamp}}',
};

interface State {
  readonly online: boolean;
  readonly timestamp: number;
  readonly retained: boolean;
}

/** What somebody else sees of it. */
async function watch(url: string): Promise<{ seen: State[]; other: MessageConnection }> {
  const other = await openMessages(mqtt, { url });
  const seen: State[] = [];
  await other.subscribe(topic, ({ payload, retained }) => {
    seen.push({ ...JSON.parse(Buffer.from(payload).toString()), retained });
  });
  return { seen, other };
}

describe.each(brokers.filter(({ skip }) => !skip))('presence at $name', ({ start, protocolVersion }) => {
  test('the birth bears the same time as the will that a lost connection leaves', async () => {
    const { url, port } = await start();
    const proxy = await MqttProxy.start(port);
    const { seen } = await watch(url);
    const before = Date.now();
    await openMessages(mqtt, { url: proxy.url, protocolVersion, presence });
    await vi.waitFor(() => expect(seen).toMatchObject([{ online: true }]));
    proxy.close();
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    const [birth, will] = seen;
    expect(will).toEqual({ ...birth, online: false });
    expect(birth?.timestamp).toBeGreaterThanOrEqual(before);
    // Kept for whoever comes later.
    const late = await watch(url);
    await vi.waitFor(() => expect(late.seen).toEqual([{ ...will, retained: true }]));
  });

  test('a goodbye is told, and is not told twice', async () => {
    const { url } = await start();
    const { seen, other } = await watch(url);
    const near = await openMessages(mqtt, { url, protocolVersion, presence });
    await vi.waitFor(() => expect(seen).toMatchObject([{ online: true }]));
    await near.close();
    await vi.waitFor(() => expect(seen).toMatchObject([{ online: true }, { online: false }]));
    const told: string[] = [];
    await other.subscribe('marker', () => told.push('marker'));
    await other.publish('marker', '');
    await vi.waitFor(() => expect(told).toHaveLength(1));
    expect(seen).toHaveLength(2);
  });

  test('whoever says that we are gone while we are there is contradicted', async () => {
    const { url } = await start();
    const { seen, other } = await watch(url);
    await openMessages(mqtt, { url, protocolVersion, presence });
    await vi.waitFor(() => expect(seen).toMatchObject([{ online: true }]));
    // The will of a connection that was cut before this one was made; and what is no word of ours.
    await other.publish(topic, '{"online":false,"timestamp":17}', { retain: true, qos: 1 });
    await other.publish(topic, '{"online":false,"timestamp":-1}', { qos: 1 });
    await other.publish(topic, '{"online":false,"timestamp":18}', { qos: 1 });
    await vi.waitFor(() => expect(seen).toHaveLength(5));
    expect(seen.map(({ online }) => online)).toEqual([true, false, false, false, true]);
    expect(seen[4]).toEqual(seen[0]);
  });

  test('a text without a time is said as it is, not retained if so wished', async () => {
    const { url, port } = await start();
    const proxy = await MqttProxy.start(port);
    const other = await openMessages(mqtt, { url });
    const seen: string[] = [];
    await other.subscribe('here', ({ payload }) => seen.push(Buffer.from(payload).toString()));
    const plain = { topic: 'here', online: 'up', offline: 'down', retain: false, qos: 0 };
    await openMessages(mqtt, { url: proxy.url, protocolVersion, presence: plain });
    await vi.waitFor(() => expect(seen).toEqual(['up']));
    await other.publish('here', 'down');
    await vi.waitFor(() => expect(seen).toEqual(['up', 'down', 'up']));
    proxy.close();
    await vi.waitFor(() => expect(seen).toEqual(['up', 'down', 'up', 'down']));
    const late: string[] = [];
    await other.subscribe('here', () => late.push('retained'));
    await other.publish('end', '', { qos: 1 });
    expect(late).toEqual([]);
  });
});

describe.skipIf(!needs('mosquitto', 'access rules for presence'))('Mosquitto', () => {
  test('presence that may not be told is trouble, and the connection lives', async () => {
    const { port } = await startMosquitto(['topic readwrite allowed/#']);
    const url = `mqtt://127.0.0.1:${port}`;
    const troubles: string[] = [];
    const context = { ...openContext(), onTrouble: (what: string) => void troubles.push(what) };
    const near = await openMessages(mqtt, { url, protocolVersion: 5, presence }, context);
    await vi.waitFor(() => expect(troubles.join('\n')).toContain('presence cannot be told on spBv1.0/STATE/bellcrank'));
    await near.publish('allowed/a', 'x', { qos: 1 });
  });

  test('a goodbye that the broker does not take in time is left to the will', async () => {
    const { port } = await startMosquitto();
    const url = `mqtt://127.0.0.1:${port}`;
    const raw = await mqttjs.connectAsync(url);
    onTestFinished(() => raw.endAsync(true));
    const seen: string[] = [];
    raw.on('message', (_, payload) => seen.push(payload.toString()));
    await raw.subscribeAsync(topic);
    const proxy = await MqttProxy.start(port);
    const near = await openMessages(mqtt, { url: proxy.url, presence });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    proxy.deafen();
    await near.close();
    proxy.close();
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    expect(seen[1]).toBe(seen[0]?.replace('true', 'false'));
  });
});
