import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostIn } from '../../../test/support/doctor.ts';
import { needs } from '../../../test/support/needs.ts';
import { PortTree } from '../../../test/support/port-tree.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { startMosquitto } from '../../../test/wire/mosquitto.ts';
import { systemClock } from '../../clock.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { mqtt } from '../../transport/index.ts';
import { checkBroker } from './broker.ts';
import type { Host } from './host.ts';

function host(others: Partial<Host> = {}): Host {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  return hostIn(tree, { clock: systemClock, ...others });
}

describe.skipIf(!needs('mosquitto', 'doctor: a broker'))('a Mosquitto', () => {
  test('accepts a client, and who is there by the configured name stays connected', async () => {
    const { port } = await startMosquitto();
    const settings = { url: `mqtt://127.0.0.1:${port}`, clientId: 'the-service' };
    const service = await mqtt.open(settings, { clock: systemClock, signal: new AbortController().signal });
    onTestFinished(() => service.close());
    expect(await checkBroker('house', settings, mqtt, host())).toEqual({
      check: 'broker',
      of: 'house',
      status: 'ok',
      detail: `mqtt://127.0.0.1:${port} accepts a client`,
    });
    // Whoever had been pushed out would not be answered.
    expect(service.isOpen).toBe(true);
  });

  test('wants a password: said, without the one that was tried', async () => {
    const { port } = await startMosquitto(undefined, [], '/dev/null');
    const settings = { url: `mqtt://127.0.0.1:${port}`, username: 'ada', password: 'hunter2' };
    const finding = await checkBroker('house', settings, mqtt, host());
    expect(finding).toMatchObject({ status: 'fail', advice: expect.stringContaining('user, password') });
    expect(JSON.stringify(finding)).not.toContain('hunter2');
  });
});

test('nobody there', async () => {
  const settings = { url: `mqtt://127.0.0.1:${await freePort()}` };
  const { status, detail } = await checkBroker('house', settings, mqtt, host());
  expect([status, detail]).toEqual(['fail', expect.stringContaining('is it running?')]);
});

test('one that is silent is not waited for longer than five seconds, whatever its settings allow', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo; // of TCP
  const clock = new VirtualClock();
  const connected = once(silent, 'connection');
  const settings = { url: `mqtt://127.0.0.1:${port}`, connectTimeoutMs: 60_000 };
  const finding = checkBroker('house', settings, mqtt, host({ clock }));
  await connected;
  await clock.advance(5000);
  expect(await finding).toMatchObject({
    status: 'fail',
    detail: `mqtt://127.0.0.1:${port} did not answer within 5000 ms`,
  });
});

test('who ends the program ends the wait, and nothing is said of the broker', async () => {
  const { status } = await checkBroker(
    'house',
    { url: 'mqtt://127.0.0.1:1' },
    mqtt,
    host({ signal: AbortSignal.abort() }),
  );
  expect(status).toBe('unchecked');
});
