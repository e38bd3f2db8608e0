import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Receiver, secret } from '../support/receiver.ts';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, type Service, startService } from './service.ts';

interface Alarm {
  readonly id: string;
  readonly alarm: string;
  readonly state: string;
  readonly occurrences: number;
}

/** A supply whose output is at 5 V, with an alarm above 6 V; whoever shall hear of it is elsewhere. */
function files(url: string) {
  const folder = temporaryFolder();
  const config = join(folder, 'bellcrank.yaml');
  writeFileSync(
    config,
    `connections:
  one: { simulate: { model: scpi-supply, via: tcp, options: { outputOn: true } } }
devices:
  psu-1: { driver: scpi-supply, connection: one }
alarms:
  - { name: too-high, device: psu-1, property: voltage-setpoint, high: 6, severity: critical }
webhooks:
  - { name: pager, url: '${url}', secret: { env: PAGER }, types: [alarm, device] }
`,
  );
  return { config, env: { PAGER: secret, BELLCRANK_STORE__DIRECTORY: join(folder, 'data') } };
}

// Machines do other things as well.
const patience = { timeout: 30_000 };

const open = async (service: Service): Promise<readonly Alarm[]> =>
  (await service.get<{ items: readonly Alarm[] }>('/v1/alarms?open=true')).items;

const alarms = ({ received }: Receiver) =>
  received.flatMap(({ body }) => {
    const { change, alarm } = body['data'] as { change: string; alarm?: Alarm };
    return body.type === 'alarm' ? [{ id: body.id, change, alarm: alarm?.id }] : [];
  });

/** What the live stream begins with. */
async function firstSnapshot(service: Service): Promise<unknown> {
  const leave = new AbortController();
  const { body } = await fetch(`${service.url}/v1/stream`, { signal: leave.signal });
  let text = '';
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const [, data] = /^event: snapshot\ndata: (.*)\n\n/m.exec(text) ?? [];
    if (data !== undefined) return JSON.parse(data);
  }
  throw new Error('the stream ended');
}

test(
  'killed between an alarm and its delivery, it is delivered after the start, and holds',
  { timeout: 120_000 },
  async () => {
    const receiver = await Receiver.start();
    receiver.status(503);
    const { config, env } = files(receiver.url);
    const before = await startService(config, env);
    await allReady(before);
    await before.post('/v1/devices/psu-1/commands/set-voltage', { volts: 7 });
    await expect.poll(() => open(before), patience).toHaveLength(1);
    const [alarm] = await open(before);
    const hook = (): Promise<unknown> => before.get('/v1/webhooks/pager');
    const { origin } = new URL(receiver.url);
    await expect.poll(hook, patience).toMatchObject({ state: 'retrying', delivered: 0, origin });
    const waiting = await hook();
    await before.end('SIGKILL');
    const [first] = receiver.ids;

    receiver.status(204);
    const after = await startService(config, env);
    await expect.poll(() => alarms(receiver).map(({ change }) => change), patience).toEqual(['raised', 'cleared']);
    // What had been tried before came again, with the same id; the simulated supply is at 5 V after its own restart.
    expect(receiver.ids.filter((id) => id === first).length).toBeGreaterThan(1);
    expect(await open(after)).toMatchObject([{ id: alarm?.id, state: 'cleared', occurrences: 1 }]);
    expect(await firstSnapshot(after)).toMatchObject({ kind: 'alarms', alarms: [{ id: alarm?.id, open: true }] });
    await after.post(`/v1/alarms/${alarm?.id}/acknowledge`, { by: 'anna' });
    await after.end('SIGKILL');

    const last = await startService(config, env);
    expect(await last.get(`/v1/alarms/${alarm?.id}`)).toMatchObject({ acknowledgedBy: 'anna', open: false });
    const told = [before, after, last].map((service) => service.stderr() + service.stdout()).join('');
    expect(told).toContain('a webhook cannot be delivered');
    for (const hidden of [secret, secret.slice(6), 'token=hidden']) expect(told).not.toContain(hidden);
    const shown = JSON.stringify([waiting, await last.get('/v1/webhooks'), await last.get('/openapi.json')]);
    for (const hidden of [secret.slice(6), 'token=hidden']) expect(shown).not.toContain(hidden);
  },
);
