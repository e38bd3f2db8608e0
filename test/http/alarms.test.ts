import { expect, test } from 'vitest';
import type { AlarmSettings } from '../../src/alarms/rule.ts';
import { gaugeRig } from '../support/gauge.ts';
import { httpOver } from '../support/http.ts';

const hot: AlarmSettings = {
  name: 'hot',
  device: 'oven',
  property: 'temperature',
  high: 80,
  hysteresis: 5,
  delayMs: 0,
  severity: 'critical',
  message: 'Open the door',
};
const mild: AlarmSettings = { ...hot, name: 'mild', low: 30, severity: 'warning', hysteresis: 0 };

async function service() {
  const { high: _, message: __, ...low } = mild;
  const its = await gaugeRig({ alarms: [hot, low] });
  return { ...its, http: await httpOver(its.rig) };
}

interface View {
  readonly id: string;
  readonly alarm: string;
}

test('an alarm is a resource with all that is known of it', async () => {
  const { http, gauge } = await service();
  gauge.tell(93);
  const { items } = (await http.inject('/v1/alarms')).json<{ items: View[] }>();
  const id = items[0]?.id ?? '';
  const view = {
    id,
    alarm: 'hot',
    device: 'oven',
    property: 'temperature',
    kind: 'high',
    severity: 'critical',
    message: 'Open the door',
    state: 'active',
    open: true,
    value: 93,
    limit: 80,
    reference: null,
    unit: '°C',
    detail: 'temperature is 93 °C, above 80 °C',
    firstRaisedAt: '2026-01-01T00:00:00.050Z',
    raisedAt: '2026-01-01T00:00:00.050Z',
    occurrences: 1,
    acknowledgedAt: null,
    acknowledgedBy: null,
    clearedAt: null,
    simulated: true,
    links: { self: `/v1/alarms/${id}`, device: '/v1/devices/oven' },
  };
  expect(items).toEqual([{ ...view, firstRaisedAt: expect.any(String), raisedAt: expect.any(String) }]);
  const one = await http.inject(`/v1/alarms/${id}`);
  expect(one.json()).toMatchObject({ id, transitions: [{ change: 'raised', value: 93, by: null }] });
  expect(one.headers['bellcrank-simulated']).toBe('true');
  expect((await http.inject('/v1/devices/oven')).json()).toMatchObject({ openAlarms: 1 });
});

test('acknowledging says who has seen it; a second time changes nothing', async () => {
  const { http, gauge, rig } = await service();
  gauge.tell(93);
  const id = rig.alarms.list({ limit: 1 }).items[0]?.id ?? '';
  const url = `/v1/alarms/${id}/acknowledge`;
  const forged = await http.inject({ method: 'POST', url, payload: { by: 'key:admin' } });
  expect(forged.json()).toMatchObject({ status: 400, errors: [{ pointer: '/by' }] });
  const first = await http.inject({ method: 'POST', url, payload: { by: 'anna' } });
  expect(first.statusCode).toBe(200);
  expect(first.json()).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'anna', open: true });
  await rig.clock.advance(1000);
  const second = await http.inject({ method: 'POST', url });
  expect(second.json()).toEqual(first.json());
  expect(rig.alarmChanges.map(({ change }) => change)).toEqual(['raised', 'acknowledged']);
  gauge.tell(50);
  expect((await http.inject(`/v1/alarms/${id}`)).json()).toMatchObject({ state: 'cleared', open: false });
});

test('who does not say who they are is anonymous', async () => {
  const { http, gauge, rig } = await service();
  gauge.tell(93);
  const id = rig.alarms.list({ limit: 1 }).items[0]?.id ?? '';
  const answer = await http.inject({ method: 'POST', url: `/v1/alarms/${id}/acknowledge` });
  expect(answer.json()).toMatchObject({ acknowledgedBy: 'anonymous' });
});

test('alarms are found by state, device, rule and severity, page by page', async () => {
  const { http, gauge, rig } = await service();
  for (const value of [93, 20, 50, 94]) gauge.tell(value);
  const found = async (query: string) =>
    (await http.inject(`/v1/alarms?${query}`)).json<{ items: View[]; next?: string }>();
  const names = async (query: string): Promise<string[]> => (await found(query)).items.map(({ alarm }) => alarm);
  expect(await names('')).toEqual(['mild', 'hot']);
  expect(await names('state=active')).toEqual(['hot']);
  expect(await names('state=cleared&open=true')).toEqual(['mild']);
  expect(await names('open=false')).toEqual([]);
  expect(await names('severity=warning')).toEqual(['mild']);
  expect(await names('alarm=hot')).toEqual(['hot']);
  expect(await names('device=oven')).toHaveLength(2);
  expect(await names('device=nobody')).toEqual([]);
  const first = await found('limit=1');
  expect(first).toMatchObject({ items: [{ alarm: 'mild' }], next: rig.alarms.list({ limit: 1 }).items[0]?.id });
  const second = await found(`limit=1&cursor=${first.next}`);
  expect(second.items).toMatchObject([{ alarm: 'hot' }]);
  expect(second).not.toHaveProperty('next');
});

test.each([
  ['GET', '/v1/alarms?state=raised', undefined, 400, 'invalid-request'],
  ['GET', '/v1/alarms?cursor=x', undefined, 400, 'invalid-request'],
  ['GET', '/v1/alarms/none', undefined, 404, 'alarm-not-found'],
  ['POST', '/v1/alarms/none/acknowledge', undefined, 404, 'alarm-not-found'],
  ['POST', '/v1/alarms/none/acknowledge', { by: '' }, 400, 'invalid-request'],
  ['POST', '/v1/alarms/none/acknowledge', { by: 'a\u001b[2J' }, 400, 'invalid-request'],
  ['POST', '/v1/alarms/none/acknowledge', { by: 'a\u202eb' }, 400, 'invalid-request'],
  ['POST', '/v1/alarms/none/acknowledge', { who: 'anna' }, 400, 'invalid-request'],
  ['DELETE', '/v1/alarms/none', undefined, 405, 'method-not-allowed'],
] as const)('%s %s %j is a %i %s', async (method, url, payload, status, code) => {
  const { http } = await service();
  const answer = await http.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  expect(answer.json()).toMatchObject({ status, code });
});
