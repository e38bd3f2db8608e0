import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startBroker } from '../../simulators/wire/broker.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { subscriptionSetOn } from '../../src/transport/subscription-set.ts';
import { needs } from '../support/needs.ts';
import { brokers } from './brokers.ts';
import { startMosquitto } from './mosquitto.ts';
import { MqttProxy } from './mqtt-proxy.ts';
import { openMessages, rejection } from './support.ts';

describe.each(brokers.filter(({ skip }) => !skip))('$name', ({ start, protocolVersion }) => {
  test('many devices that attach at once ask in few packets, and each hears its own', async () => {
    const { url, port } = await start();
    const proxy = await MqttProxy.start(port);
    const far = await openMessages(mqtt, { url });
    for (let nth = 0; nth < 500; nth++) void far.publish(`tele/d${nth}/state`, `old ${nth}`, { retain: true });
    await far.publish('end', '', { qos: 1 });
    const near = await openMessages(mqtt, { url: proxy.url, protocolVersion });
    const heard = new Map<string, string[]>();
    const hear = (filter: string) =>
      near.subscribe(filter, ({ topic, payload }) => {
        heard.set(filter, [...(heard.get(filter) ?? []), `${topic}=${Buffer.from(payload).toString()}`]);
      });
    const filters = Array.from({ length: 500 }, (_, nth) => [`stat/d${nth}/+`, `tele/d${nth}/state`]).flat();
    await Promise.all(['tele/+/state', ...filters].map(hear));
    expect(proxy.sent.filter((packet) => packet === 'subscribe').length).toBeLessThan(20);
    for (let nth = 0; nth < 500; nth++) void far.publish(`stat/d${nth}/on`, String(nth));
    await far.publish('tele/d7/state', 'new', { qos: 1 });
    await vi.waitFor(() => expect(heard.get('tele/d7/state')).toContain('tele/d7/state=new'));
    await vi.waitFor(() => expect(heard.get('stat/d499/+')).toEqual(['stat/d499/on=499']));
    for (let nth = 0; nth < 500; nth++) expect(heard.get(`stat/d${nth}/+`)).toEqual([`stat/d${nth}/on=${nth}`]);
    // A message that is live is heard once by each, however many filters it fits.
    for (const filter of ['tele/d7/state', 'tele/+/state']) {
      expect(heard.get(filter)?.filter((message) => message.endsWith('new'))).toHaveLength(1);
    }
    expect(heard.get('tele/d8/state')).toContain('tele/d8/state=old 8');
  });

  test('filters are given up together', async () => {
    const { port } = await start();
    const proxy = await MqttProxy.start(port);
    const near = await openMessages(mqtt, { url: proxy.url, protocolVersion });
    const stops = await Promise.all(Array.from({ length: 50 }, (_, nth) => near.subscribe(`a/${nth}`, () => {})));
    const again: string[] = [];
    const stopping = stops.map((stop) => stop());
    await near.subscribe('a/7', () => again.push('heard'));
    await Promise.all(stopping);
    expect(proxy.sent).toEqual(['connect', 'subscribe', 'unsubscribe', 'subscribe']);
    await near.publish('a/8', '', { qos: 1 });
    await near.publish('a/7', '', { qos: 1 });
    await vi.waitFor(() => expect(again).toEqual(['heard']));
  });

  test('a set of many filters asks in few packets, hears each of them once, and gives them up', async () => {
    const { url, port } = await start();
    const proxy = await MqttProxy.start(port);
    const far = await openMessages(mqtt, { url });
    await far.publish('tele/d7', 'old', { retain: true, qos: 1 });
    const near = await openMessages(mqtt, { url: proxy.url, protocolVersion });
    const heard: string[] = [];
    const set = subscriptionSetOn(near, ({ topic, payload }) => {
      heard.push(`${topic}=${Buffer.from(payload).toString()}`);
    });
    const filters = Array.from({ length: 500 }, (_, nth) => `tele/d${nth}`);
    await Promise.all(filters.map((filter) => set.add(filter)));
    expect(proxy.sent.filter((packet) => packet === 'subscribe').length).toBeLessThan(10);
    await vi.waitFor(() => expect(heard).toEqual(['tele/d7=old']));
    await Promise.all(filters.slice(0, 250).map((filter) => set.remove(filter)));
    await set.add('tele/d3');
    for (const nth of [3, 4, 300]) await far.publish(`tele/d${nth}`, 'new', { qos: 1 });
    await vi.waitFor(() => expect(heard.slice(1)).toEqual(['tele/d3=new', 'tele/d300=new']));
  });
});

describe.skipIf(!needs('mosquitto', 'access rules and identifiers'))('Mosquitto', () => {
  test('on MQTT 5 what is retained is heard again only by whom it was sent for', async () => {
    const { port } = await startMosquitto();
    const near = await openMessages(mqtt, { url: `mqtt://127.0.0.1:${port}`, protocolVersion: 5 });
    await near.publish('state', 'on', { retain: true, qos: 1 });
    const heard: string[] = [];
    await near.subscribe('state', ({ retained }) => heard.push(`first ${retained}`));
    await vi.waitFor(() => expect(heard).toEqual(['first true']));
    await near.subscribe('state', ({ retained }) => heard.push(`second ${retained}`));
    await vi.waitFor(() => expect(heard).toEqual(['first true', 'second true']));
    await near.publish('state', 'off', { qos: 1 });
    await vi.waitFor(() => expect(heard.slice(2)).toEqual(['first false', 'second false']));
  });

  test('a second listener does not lower the QoS of the first', async () => {
    const { port } = await startMosquitto();
    const proxy = await MqttProxy.start(port);
    const near = await openMessages(mqtt, { url: proxy.url });
    const heard: string[] = [];
    await near.subscribe('a', () => heard.push('first'), { qos: 1 });
    await near.subscribe('a', () => heard.push('second'));
    const far = await openMessages(mqtt, { url: `mqtt://127.0.0.1:${port}` });
    await far.publish('a', '', { qos: 1 });
    await vi.waitFor(() => expect(proxy.sent).toContain('puback'));
    expect(heard).toEqual(['first', 'second']);
  });
});

test('a filter that the broker refuses is refused alone, whatever was asked for with it', async () => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  broker.aedes.authorizeSubscribe = (_client, subscription, done) =>
    done(null, subscription.topic === 'secret/a' ? null : subscription);
  const near = await openMessages(mqtt, { url: broker.url });
  const heard: string[] = [];
  const [first, refused, last] = ['allowed/a', 'secret/a', 'allowed/b'].map((filter) =>
    near.subscribe(filter, ({ topic }) => heard.push(topic)),
  );
  expect(await rejection(refused ?? Promise.resolve())).toMatchObject({
    code: 'device-refused',
    device: { code: '128' },
    message: expect.stringContaining('secret/a'),
  });
  await Promise.all([first, last]);
  for (const topic of ['secret/a', 'allowed/a', 'allowed/b']) await near.publish(topic, '', { qos: 1 });
  await vi.waitFor(() => expect(heard).toEqual(['allowed/a', 'allowed/b']));
});
