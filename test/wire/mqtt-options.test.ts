import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import mqttjs from 'mqtt';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Broker, startBroker } from '../../simulators/wire/broker.ts';
import { systemClock } from '../../src/clock.ts';
import type { Message } from '../../src/transport/connection.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { needs } from '../support/needs.ts';
import { startMosquitto } from './mosquitto.ts';
import { openContext, openMessages, rejection, temporaryFolder } from './support.ts';

async function broker(): Promise<Broker> {
  const started = await startBroker();
  onTestFinished(() => started.close());
  return started;
}

test('no label and no error carries credentials', async () => {
  const { aedes, port } = await broker();
  aedes.authenticate = (_client, _user, _password, done) => done(null, false);
  const url = `mqtt://user:s3cret@127.0.0.1:${port}?token=s3cret`;
  expect(mqtt.label({ url })).toBe(`mqtt://127.0.0.1:${port}`);
  expect(mqtt.label({ url: 'ws://u:p@host/mqtt?token=t' })).toBe('ws://host/mqtt');
  expect(mqtt.label({ url: 'mqtt://u:p@ba d host?x' })).toBe('mqtt://ba d host');
  const error = await rejection(mqtt.open({ url, password: 's3cret' }, openContext()));
  expect(error).toMatchObject({ code: 'device-offline', message: expect.stringContaining('refused') });
  expect(String(error)).not.toContain('s3cret');
});

test('user name, password and client identifier reach the broker, and every open has an identifier of its own', async () => {
  const { aedes, url } = await broker();
  const seen: unknown[] = [];
  aedes.authenticate = (client, user, password, done) => {
    seen.push([client.id, user, password?.toString()]);
    done(null, true);
  };
  await openMessages(mqtt, { url, username: 'u', password: 'p', clientId: 'bench-7' });
  await openMessages(mqtt, { url });
  await openMessages(mqtt, { url });
  expect(seen[0]).toEqual(['bench-7', 'u', 'p']);
  const [, second, third] = seen.map((entry) => String((entry as unknown[])[0])); // as pushed above
  expect(second).toMatch(/^bellcrank-[\da-f]{12}$/);
  expect(third).not.toBe(second);
});

test('a subscription that the broker refuses rejects, and others live on', async () => {
  const { aedes, url } = await broker();
  aedes.authorizeSubscribe = (_client, subscription, done) =>
    done(null, subscription.topic === 'secret' ? null : subscription);
  const near = await openMessages(mqtt, { url });
  expect(await rejection(near.subscribe('secret', () => {}))).toMatchObject({
    code: 'device-refused',
    device: { code: '128' },
  });
  const heard: Message[] = [];
  await near.subscribe('open', (message) => heard.push(message));
  await near.publish('secret', '1');
  await near.publish('open', '2');
  await vi.waitFor(() => expect(heard).toHaveLength(1));
});

test('a publish resolves when the socket took it: what this process still holds is lost with the connection', async () => {
  const peer = Promise.withResolvers<Socket>();
  // Accepts the client by hand (CONNACK, MQTT 3.1.1 §3.2) and then reads no more.
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Uint8Array.of(0x20, 0x02, 0x00, 0x00));
      socket.pause();
      peer.resolve(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    (await peer.promise).destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // a server on a port has one once it listens
  const near = await openMessages(mqtt, { url: `mqtt://127.0.0.1:${port}` });
  let resolved = 0;
  const send = (): Promise<unknown> =>
    near.publish('a', new Uint8Array(20_000)).then(
      () => (resolved += 20_000),
      (error: unknown) => error,
    );
  let last = send();
  while (await settlesSoon(last)) last = send();
  await near.close();
  expect(await last).toMatchObject({ code: 'connection-lost' });
  let arrived = 0;
  const socket = await peer.promise;
  socket.on('data', (chunk: Buffer) => (arrived += chunk.length));
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.resume();
  await ended;
  expect(resolved).toBeGreaterThan(100_000);
  expect(arrived).toBeGreaterThanOrEqual(resolved);
});

/** Whether it settles while the event loop has been given a few turns. */
async function settlesSoon(promise: Promise<unknown>): Promise<boolean> {
  const patience = async (): Promise<boolean> => {
    for (let turn = 0; turn < 10; turn++) await systemClock.ioTurn();
    return false;
  };
  return Promise.race([promise.then(() => true), patience()]);
}

describe.skipIf(!needs('mosquitto', 'MQTT 5 properties, access rules and WebSockets'))('Mosquitto', () => {
  test('MQTT 5 properties go out, and correlation data comes back', async () => {
    const { port } = await startMosquitto();
    const url = `mqtt://127.0.0.1:${port}`;
    const raw = await mqttjs.connectAsync(url, { protocolVersion: 5 });
    onTestFinished(() => raw.endAsync(true));
    const seen: unknown[] = [];
    raw.on('message', (_topic, _payload, { properties }) => seen.push(properties));
    await raw.subscribeAsync('ask');
    const near = await openMessages(mqtt, { url, protocolVersion: 5 });
    const heard: Message[] = [];
    await near.subscribe('ask', (message) => heard.push(message));
    const correlationData = Uint8Array.of(0, 255, 128);
    await near.publish('ask', 'x', { responseTopic: 'answer', correlationData, messageExpirySeconds: 60 });
    await vi.waitFor(() => expect(heard).toMatchObject([{ correlationData }]));
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    expect(seen).toMatchObject([{ responseTopic: 'answer', messageExpiryInterval: 60 }]);
  });

  test('on MQTT 3.1.1 properties are left out and the message still goes', async () => {
    const { port } = await startMosquitto();
    const near = await openMessages(mqtt, { url: `mqtt://127.0.0.1:${port}` });
    const heard: Message[] = [];
    await near.subscribe('ask', (message) => heard.push(message));
    await near.publish('ask', 'x', { responseTopic: 'answer', correlationData: Uint8Array.of(1) });
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    expect(heard[0]).not.toHaveProperty('correlationData');
  });

  test.each([4, 5] as const)(
    'a message that the access rules forbid is refused where the protocol can say so (version %i)',
    async (protocolVersion) => {
      const { port } = await startMosquitto(['topic readwrite allowed/#']);
      const near = await openMessages(mqtt, { url: `mqtt://127.0.0.1:${port}`, protocolVersion });
      // 3.1.1 has no way to refuse a message, so a broker acknowledges and drops it.
      const publishing = near.publish('secret/a', 'x', { qos: 1 });
      if (protocolVersion === 4) await publishing;
      else expect(await rejection(publishing)).toMatchObject({ code: 'device-refused', device: { code: '135' } });
      await near.publish('allowed/a', 'x', { qos: 1 });
    },
  );

  test('it works over WebSockets', async () => {
    const { port, webSocketPort } = await startMosquitto();
    const near = await openMessages(mqtt, { url: `ws://127.0.0.1:${webSocketPort}/mqtt` });
    const far = await openMessages(mqtt, { url: `mqtt://127.0.0.1:${port}` });
    const heard: Message[] = [];
    await far.subscribe('a', (message) => heard.push(message));
    await near.publish('a', 'x');
    await near.publish('a', 'y', { qos: 1 });
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    await near.close();
    expect(await near.closed).toMatchObject({ lost: false });
  });
});

describe.skipIf(!needs('openssl', 'MQTT over TLS'))('TLS', () => {
  /** A broker with a certificate that signs itself. */
  async function secureBroker(): Promise<{ url: string; caFile: string }> {
    const folder = temporaryFolder();
    const [key, caFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'].concat(
        ['-keyout', key, '-out', caFile, '-subj', '/CN=localhost'],
        ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ),
      { stdio: 'ignore' },
    );
    const { aedes } = await broker();
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(caFile) }, (socket) => {
      aedes.handle(socket);
    });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo; // a server on a port has one once it listens
    return { url: `mqtts://127.0.0.1:${port}`, caFile };
  }

  test('a certificate that nobody knows is refused, with what to do', async () => {
    const { url } = await secureBroker();
    expect(await rejection(mqtt.open({ url }, openContext()))).toMatchObject({
      code: 'device-offline',
      message: expect.stringContaining('caFile'),
    });
  });

  test('the authority can be given, or the check turned off', async () => {
    const { url, caFile } = await secureBroker();
    const near = await openMessages(mqtt, { url, caFile });
    const careless = await openMessages(mqtt, { url, rejectUnauthorized: false });
    const heard: Message[] = [];
    await careless.subscribe('a', (message) => heard.push(message));
    await near.publish('a', 'x');
    await vi.waitFor(() => expect(heard).toHaveLength(1));
  });

  test('an authority that cannot be read says so', async () => {
    const error = await rejection(mqtt.open({ url: 'mqtts://127.0.0.1:1', caFile: '/nowhere.pem' }, openContext()));
    expect(error).toMatchObject({ code: 'device-offline', message: expect.stringContaining('caFile') });
  });
});
