import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Message } from '../../src/transport/connection.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { needs } from '../support/needs.ts';
import { Authority, type Certificate, type IssueOptions } from './certificates.ts';
import { startMosquitto } from './mosquitto.ts';
import { openContext, openMessages, rejection } from './support.ts';

const here = { name: 'broker', altNames: 'DNS:localhost,IP:127.0.0.1' };

/** A Mosquitto that lets in only who has a certificate of the authority; both of its listeners by TLS. */
async function guarded(authority = new Authority(), server: IssueOptions = here) {
  const { certFile, keyFile } = authority.issue(server);
  // Mosquitto gives up root before it reads them.
  chmodSync(authority.folder, 0o755);
  for (const name of readdirSync(authority.folder)) chmodSync(join(authority.folder, name), 0o644);
  const { port, webSocketPort } = await startMosquitto(undefined, [
    `cafile ${authority.caFile}`,
    `certfile ${certFile}`,
    `keyfile ${keyFile}`,
    'require_certificate true',
  ]);
  return {
    authority,
    port,
    url: `mqtts://127.0.0.1:${port}`,
    socketUrl: `wss://127.0.0.1:${webSocketPort}/mqtt`,
    caFile: authority.caFile,
  };
}

function refused(settings: object): Promise<unknown> {
  return rejection(mqtt.open(settings, openContext()));
}

function offline(...words: string[]) {
  return {
    code: 'device-offline',
    message: expect.stringMatching(new RegExp(words.join('.*'))),
  };
}

const available = needs('mosquitto', 'TLS with client certificates') && needs('openssl', 'MQTT over TLS');

describe.skipIf(!available)('Mosquitto with TLS', () => {
  test.each([4, 5] as const)('a client with a certificate is let in (version %i)', async (protocolVersion) => {
    const { authority, url, socketUrl, caFile } = await guarded();
    const plain = authority.issue({ name: 'bellcrank' });
    const secret = authority.issue({ name: 'bellcrank', passphrase: 'open sesame' });
    const near = await openMessages(mqtt, { url, caFile, protocolVersion, ...plain });
    const far = await openMessages(mqtt, {
      url: socketUrl,
      caFile,
      protocolVersion,
      ...secret,
      keyPassphrase: 'open sesame',
    });
    const heard: Message[] = [];
    await far.subscribe('a', (message) => heard.push(message));
    await near.publish('a', 'x');
    await vi.waitFor(() => expect(heard).toHaveLength(1));
  });

  test('a client without one, or with one of somebody else, is told what is wrong', async () => {
    const { url, socketUrl, caFile } = await guarded();
    const foreign = new Authority().issue({ name: 'stranger' });
    expect(await refused({ url, caFile })).toMatchObject(offline('client certificate', 'certFile'));
    expect(await refused({ url, caFile, ...foreign })).toMatchObject(offline('client certificate', 'certFile'));
    expect(await refused({ url: socketUrl, caFile })).toMatchObject({ code: 'device-offline' });
  });

  test('what cannot work is said before anything is opened', async () => {
    const authority = new Authority();
    const [one, other] = [authority.issue({ name: 'one' }), authority.issue({ name: 'other' })];
    const secret = authority.issue({ name: 'secret', passphrase: 'open sesame' });
    const expired = authority.issue({ name: 'old', expired: true });
    const url = 'mqtts://127.0.0.1:1';
    const cases: [object, ...string[]][] = [
      [{ certFile: '/nowhere.pem', keyFile: one.keyFile }, 'certFile cannot be read', 'ENOENT'],
      [{ certFile: one.certFile, keyFile: '/nowhere.key' }, 'keyFile cannot be read', 'ENOENT'],
      [{ certFile: one.certFile }, 'certFile and keyFile go together'],
      [{ certFile: one.keyFile, keyFile: one.keyFile }, 'certFile holds no certificate'],
      [{ certFile: one.certFile, keyFile: one.certFile }, 'keyFile holds no private key'],
      [{ certFile: one.certFile, keyFile: other.keyFile }, 'keyFile is not the key of the certificate'],
      [secret, 'needs keyPassphrase'],
      [{ ...secret, keyPassphrase: 'wrong' }, 'not encrypted with keyPassphrase'],
      [expired, 'certFile expired on Jan  2'],
    ];
    for (const [settings, ...words] of cases) {
      expect(await refused({ url, ...settings })).toMatchObject(offline(...words));
    }
    expect(String(await refused({ url, ...secret, keyPassphrase: 'wr0ng' }))).not.toContain('wr0ng');
  });

  test('a broker that has expired, or has another name, is told apart', async () => {
    const authority = new Authority();
    const mine: Certificate = authority.issue({ name: 'bellcrank' });
    const old = await guarded(authority, { ...here, expired: true });
    expect(await refused({ url: old.url, caFile: old.caFile, ...mine })).toMatchObject(offline('expired'));
    const elsewhere = await guarded(authority, { name: 'broker', altNames: 'DNS:broker.example' });
    const settings = { caFile: elsewhere.caFile, ...mine };
    expect(await refused({ url: elsewhere.url, ...settings })).toMatchObject(offline('another name', 'serverName'));
    await openMessages(mqtt, { url: elsewhere.url, serverName: 'broker.example', ...settings });
    await openMessages(mqtt, { url: elsewhere.socketUrl, serverName: 'broker.example', ...settings });
  });

  test('TLS to a plain port says so', async () => {
    const { port } = await startMosquitto();
    const error = await refused({ url: `mqtts://127.0.0.1:${port}`, connectTimeoutMs: 1000 });
    expect(error).toMatchObject({ code: 'device-offline' });
  });
});
