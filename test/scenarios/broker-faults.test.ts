import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import mqttjs from 'mqtt';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { CommandRecord } from '../../src/store/record.ts';
import { needs } from '../support/needs.ts';
import { PulseCounter, type PulseRig, pulseRig } from '../support/pulse.ts';
import { type Mosquitto, startMosquitto } from '../wire/mosquitto.ts';
import { temporaryFolder } from '../wire/support.ts';

const ids = ['d1', 'd2', 'd3', 'd4'];

/** A password file of Mosquitto's with one user, `bench`, whose password nobody knows. */
function passwords(): string {
  const file = join(temporaryFolder(), 'passwords');
  chmodSync(dirname(file), 0o755);
  writeFileSync(file, `bench:$7$101$${'A'.repeat(16)}$${'A'.repeat(86)}==\n`, { mode: 0o644 });
  return file;
}

interface Sent {
  readonly device: string;
  readonly id: number;
  readonly ended: Promise<CommandRecord>;
}

/** Commands with numbers of their own, for all devices at once. */
function volley(rig: PulseRig, from: number, count: number): Sent[] {
  return ids.flatMap((device) =>
    Array.from({ length: count }, (_, nth) => ({ device, id: from + nth, ended: rig.submit(device, from + nth) })),
  );
}

async function ready(rig: PulseRig, devices = ids): Promise<void> {
  for (const id of devices) await expect.poll(() => rig.device(id).state, { timeout: 10_000 }).toBe('ready');
}

async function pulsing(protocolVersion: 4 | 5): Promise<{ broker: Mosquitto; far: PulseCounter; rig: PulseRig }> {
  const broker = await startMosquitto();
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const far = new PulseCounter(url);
  const rig = pulseRig({ url, protocolVersion, keepaliveSeconds: 1, connectTimeoutMs: 500 }, ids);
  await ready(rig);
  return { broker, far, rig };
}

/** Every outcome against what the far end really got, and how many there were of each. */
async function audited(far: PulseCounter, sent: readonly Sent[]): Promise<Record<string, number>> {
  const count: Record<string, number> = {};
  for (const { device, id, ended } of sent) {
    const { outcome = 'none' } = await ended;
    count[outcome] = (count[outcome] ?? 0) + 1;
    const times = far.times(device, id);
    const mayBe = outcome === 'succeeded' ? [1] : outcome === 'not-sent' ? [0] : outcome === 'unknown' ? [0, 1] : [];
    expect(mayBe, `${device} ${id}: ${outcome}`).toContain(times);
  }
  return count;
}

/** Both ends are back: a command of each device succeeds. */
async function recovered(far: PulseCounter, rig: PulseRig, from: number): Promise<void> {
  await ready(rig);
  // The far end may come back later than we do.
  let next = from;
  await vi.waitFor(
    async () => {
      const counts = await audited(far, volley(rig, next++, 1));
      expect(counts).toEqual({ succeeded: ids.length });
    },
    { timeout: 10_000, interval: 50 },
  );
}

describe.skipIf(!needs('mosquitto', 'a broker that fails'))('a broker that fails', { timeout: 30_000 }, () => {
  test.each([4, 5] as const)('killed under load and started again (version %i)', async (protocolVersion) => {
    const { broker, far, rig } = await pulsing(protocolVersion);
    const before = volley(rig, 0, 30);
    await vi.waitFor(() => expect(far.heard.size).toBeGreaterThan(10), { interval: 1 });
    await broker.kill();
    await expect.poll(() => rig.device('d1').state, { timeout: 5000 }).not.toBe('ready');
    const during = volley(rig, 100, 3);
    const downCounts = await audited(far, during);
    await broker.start();
    await recovered(far, rig, 200);
    const counts = await audited(far, before);
    expect(counts['succeeded']).toBeGreaterThan(0);
    expect(counts['not-sent']).toBeGreaterThan(0);
    expect(downCounts).toEqual({ 'not-sent': during.length });
  });

  test('paused with its connections up: what left is unknown, what comes later is not sent', async () => {
    const { broker, far, rig } = await pulsing(4);
    broker.pause();
    onTestFinished(() => broker.resume());
    const caught = volley(rig, 0, 1);
    expect(await audited(far, caught)).toEqual({ unknown: ids.length });
    await expect.poll(() => rig.device('d1').state, { timeout: 5000 }).toBe('offline');
    const later = volley(rig, 100, 3);
    expect(await audited(far, later)).toEqual({ 'not-sent': later.length });
    broker.resume();
    await recovered(far, rig, 200);
    await audited(far, [...caught, ...later]);
  });

  test('one that is not there, or does not let us in: nothing is sent, and the reason says what to do', async () => {
    const broker = await startMosquitto(undefined, [], passwords());
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const offline = async (settings: object, words: string): Promise<void> => {
      const rig = pulseRig(settings, ['d1']);
      await expect.poll(() => rig.device('d1').detail, { timeout: 5000 }).toContain(words);
      expect(await rig.submit('d1', 0)).toMatchObject({ outcome: 'not-sent', error: { code: 'device-offline' } });
      await rig.close();
    };
    await offline({ url, username: 'bench', password: 'wrong', protocolVersion: 4 }, 'check username, password');
    await offline({ url, username: 'bench', password: 'wrong', protocolVersion: 5 }, 'check username, password');
    await offline({ url: 'mqtt://127.0.0.1:1' }, 'nothing accepts connections there');
  });

  test('access rules that forbid a topic: the connection lives, and the command is not taken for done', async () => {
    const broker = await startMosquitto(['topic read +/done', 'topic readwrite d1/#']);
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const far = new PulseCounter(url);
    const rig = pulseRig({ url, protocolVersion: 5 }, ['d1', 'd2']);
    await ready(rig, ['d1', 'd2']);
    expect(await rig.submit('d2', 0)).toMatchObject({ outcome: 'unknown' });
    expect(await rig.submit('d1', 0)).toMatchObject({ outcome: 'succeeded' });
    expect([far.times('d1', 0), far.times('d2', 0)]).toEqual([1, 0]);
  });

  test('another client that takes the session ends what is under way, and its reason is told', async () => {
    const broker = await startMosquitto();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const rig = pulseRig({ url, protocolVersion: 5, clientId: 'bench' }, ['d1']);
    await ready(rig, ['d1']);
    const asked: string[] = [];
    const silent = await mqttjs.connectAsync(url, { reconnectPeriod: 0 });
    onTestFinished(() => silent.endAsync(true));
    silent.on('message', (topic) => asked.push(topic));
    await silent.subscribeAsync('d1/pulse');
    const under = rig.submit('d1', 0);
    await expect.poll(() => asked).toHaveLength(1);
    const thief = await mqttjs.connectAsync(url, { protocolVersion: 5, clientId: 'bench', reconnectPeriod: 0 });
    onTestFinished(() => thief.endAsync(true));
    expect(await under).toMatchObject({
      outcome: 'unknown',
      error: { detail: expect.stringContaining('another client with the id “bench”') },
    });
    await ready(rig, ['d1']);
    expect(thief.connected).toBe(false);
  });
});
