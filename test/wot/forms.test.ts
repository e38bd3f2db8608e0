import { expect, test } from 'vitest';
import { sparkplugB } from '../../drivers/sparkplug-b/driver.ts';
import { encode, type OutMetric } from '../../simulators/sparkplug-b/encode.ts';
import { createLab } from '../../src/testing/index.ts';
import { HubLine } from '../support/hub-line.ts';
import { httpOver } from '../support/http.ts';
import { createRig } from '../support/rig.ts';
import { follow } from '../support/sse.ts';

interface Affordances {
  readonly title: string;
  readonly properties: Readonly<Record<string, { readonly forms: readonly { readonly href: string }[] }>>;
}

/** A device that calls its metrics what it likes. */
async function node(names: readonly string[]) {
  const line = new HubLine();
  const options = { group: 'G', node: 'N' };
  const rig = createRig(sparkplugB, { broker: line }, [{ id: 'node', connection: 'broker', options }]);
  const metrics = names.map((name): OutMetric => ({ name, datatype: 3, value: 7 }));
  await rig.clock.advance(600);
  const bdSeq: OutMetric = { name: 'bdSeq', datatype: 8, value: 1 };
  const birth = encode({ timestamp: rig.clock.now(), metrics: [bdSeq, ...metrics], seq: 0 });
  await line.hub.connect().publish('spBv1.0/G/NBIRTH/N', birth);
  await rig.until(() => rig.device('node').state === 'ready');
  return { rig, http: await httpOver(rig) };
}

test('whatever a device calls its properties, their forms lead to them, and are no templates', async () => {
  const { rig, http } = await node([
    'constructor',
    'a/b ?#%',
    '{evil}',
    '__proto__',
    'Ünïcode\u001b[2J\u{1f4a9}',
    `${'x'.repeat(199)}\u{1f4a9}`,
  ]);
  const answer = await http.inject('/v1/devices/node/td');
  // oxlint-disable-next-line no-control-regex -- They are what it looks for.
  expect(answer.body).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  const { properties } = answer.json<Affordances>();
  expect(Object.keys(properties).length).toBeGreaterThanOrEqual(6);
  for (const [name, { forms }] of Object.entries(properties)) {
    const { href = '' } = forms[0] ?? {};
    expect(href).toMatch(/^\/v1\/devices\/node\/wot\/properties\/[A-Za-z0-9%._~-]+$/);
    const { statusCode, body } = await rig.settled(http.inject(href));
    if (name !== 'bdSeq') expect([name, statusCode, body]).toEqual([name, 200, '7']);
  }
});

test('the Host that a client uses is where the forms lead, and no other machine', async () => {
  const { http } = await node(['a']);
  const td = async (host: string) => await http.inject({ url: '/v1/devices/node/td', headers: { host } });
  expect((await td('[::1]:7080')).json()).toMatchObject({
    base: 'http://[::1]:7080/',
    id: 'http://[::1]:7080/v1/devices/node',
  });
  expect((await td('localhost:99999')).json()).toMatchObject({ code: 'invalid-request' });
  expect((await td('evil.example')).json()).toMatchObject({ code: 'forbidden' });
});

test('there is a bare value only while it can be relied on', async () => {
  await using lab = await createLab({ devices: { a: { model: 'scpi-supply' } } });
  const get = async (path: string) => await lab.http.inject(`/v1/devices/a/wot/${path}`);
  expect((await get('properties/voltage-setpoint')).json()).toBe(0);
  expect((await get('properties')).json()).toMatchObject({ 'voltage-setpoint': 0 });
  expect((await get('properties/none')).json()).toMatchObject({ code: 'property-not-found' });
  expect((await get('events/none')).json()).toMatchObject({ code: 'not-found' });
  lab.device('a').wire.down = true;
  lab.device('a').wire.cut();
  await lab.clock.advance(100);
  for (const path of ['properties/voltage-setpoint', 'properties']) {
    expect((await get(path)).json()).toMatchObject({ status: 503, code: 'device-offline' });
  }
});

test('who observes is told the value, each new one, when it cannot be relied on, and that it is over', async () => {
  await using lab = await createLab({ devices: { a: { model: 'scpi-supply' } } });
  const { url } = await lab.listen();
  const path = '/v1/devices/a/wot/properties/voltage-setpoint/observe';
  const reader = await follow(url, '', {}, path);
  await lab.device('a').write('voltage-setpoint', 3);
  const values = (its: typeof reader): unknown[] =>
    its.told.filter(({ event }) => event === undefined).map(({ data }) => data);
  await reader.until((its) => values(its).includes(3));
  expect(values(reader).filter((value) => value !== undefined)[0]).toBe(0);
  const again = await follow(
    url,
    '',
    { 'last-event-id': String(reader.told.find(({ data }) => data === 0)?.id) },
    path,
  );
  await again.until((its) => values(its).includes(3));
  expect(values(again)).not.toContain(0);
  const late = await follow(url, '', { 'last-event-id': '1' }, path);
  await late.until((its) => values(its).includes(3));
  expect(late.data('gap')).toMatchObject([{ from: 1 }]);
  await lab.device('a').faults.set([{ kind: 'mute' }]);
  await lab.clock.advance(5000);
  await reader.until((its) => its.events('quality').length > 0);
  expect(reader.data('quality')[0]).toMatchObject({ quality: expect.stringMatching(/bad|stale/) });
  for (const each of [again, late]) each.close();
  await lab.close();
  await reader.over();
  expect(reader.data('bye')).toMatchObject([{ reason: expect.any(String) }]);
});
