import { beforeEach, expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { callerWith, trusted } from '../../src/access/caller.ts';
import type { MetricsSettings } from '../../src/observe/metrics/index.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { createRig, MemoryLine, type Rig } from '../support/rig.ts';
import { type MetricSample, samplesOf, valueOf } from '../support/samples.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

let toy: ToyDevice;
let line: MemoryLine;
let rig: Rig;
let http: FastifyInstance;

beforeEach(async () => {
  toy = new ToyDevice();
  line = new MemoryLine((far) => toy.serve(far));
  const dead = new MemoryLine(() => {});
  dead.down = true;
  rig = createRig(toyDriver(), { line, dead }, [
    { id: 'toy', connection: 'line' },
    { id: 'gone', connection: 'dead' },
  ]);
  http = await httpOver(rig);
  await rig.until(() => rig.device('toy').state === 'ready');
});

async function scrape(): Promise<MetricSample[]> {
  const response = await http.inject('/metrics');
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  return samplesOf(response.body);
}

const its = { driver: 'toy', simulated: 'true' };

test('commands are counted by outcome, reason and code, and by whether they were simulated', async () => {
  await rig.settled(rig.submit('toy', 'set', { value: 5 }));
  await rig.settled(rig.submit('toy', 'set', { value: 6 }));
  toy.mute = true;
  await rig.settled(rig.submit('toy', 'set', { value: 7 }));
  const samples = await scrape();
  const total = 'bellcrank_commands_total';
  expect(valueOf(samples, total, { outcome: 'succeeded', reason: '', code: '', ...its })).toBe(2);
  expect(valueOf(samples, total, { outcome: 'unknown', code: 'device-timeout', ...its })).toBe(1);
  expect(valueOf(samples, total)).toBe(3);
});

test('the time of a command is told by stage; one that never left has no time on the wire', async () => {
  await rig.settled(rig.submit('toy', 'set', { value: 5 }));
  const slow = rig.submit('toy', 'set', { value: 6 });
  toy.mute = true;
  await rig.settled(slow);
  const samples = await scrape();
  const seconds = (stage: string, of: 'count' | 'sum'): number =>
    valueOf(samples, `bellcrank_command_duration_seconds_${of}`, { stage, ...its });
  expect([seconds('queue', 'count'), seconds('wire', 'count'), seconds('total', 'count')]).toEqual([2, 2, 2]);
  // The toy's exchange waits this long for an answer.
  expect(seconds('wire', 'sum')).toBeGreaterThanOrEqual(0.2);
  expect(seconds('queue', 'sum') + seconds('wire', 'sum')).toBeCloseTo(seconds('total', 'sum'), 6);
});

test('a command that did not leave is told with its reason, and has no time on the wire', async () => {
  toy.mute = true;
  const first = rig.submit('toy', 'set', { value: 5 });
  const withdrawn = await rig.pipeline.start({
    device: 'toy',
    command: 'set',
    params: { value: 6 },
    caller: trusted('test'),
  });
  rig.pipeline.cancel(withdrawn.record.id);
  await rig.settled(withdrawn.ended);
  await rig.settled(first);
  const samples = await scrape();
  expect(valueOf(samples, 'bellcrank_commands_total', { outcome: 'not-sent', reason: 'cancelled' })).toBe(1);
  const count = 'bellcrank_command_duration_seconds_count';
  expect([valueOf(samples, count, { stage: 'total' }), valueOf(samples, count, { stage: 'wire' })]).toEqual([2, 1]);
});

test('a late reply that resolves its command is counted apart, and the command once', async () => {
  toy.held = [];
  const asked = rig.submit('toy', 'set', { value: 5 });
  await rig.settled(asked);
  expect(valueOf(await scrape(), 'bellcrank_commands_total')).toBe(1);
  toy.release();
  await rig.until(() => rig.ended.length === 2);
  const samples = await scrape();
  expect(valueOf(samples, 'bellcrank_commands_total')).toBe(1);
  expect(valueOf(samples, 'bellcrank_commands_resolved_late_total', { outcome: 'succeeded', ...its })).toBe(1);
});

test('devices are told by state, connections by whether they are open, and stops by outcome', async () => {
  await rig.settled(rig.stops.stop('toy', { by: 'test' }));
  const samples = await scrape();
  expect(valueOf(samples, 'bellcrank_devices', { state: 'ready', ...its })).toBe(1);
  expect(valueOf(samples, 'bellcrank_devices')).toBe(2);
  expect(valueOf(samples, 'bellcrank_devices_stopped', its)).toBe(1);
  expect(valueOf(samples, 'bellcrank_stops_total', its)).toBe(1);
  expect(valueOf(samples, 'bellcrank_connections_open', { connection: 'line', simulated: 'true' })).toBe(1);
  expect(valueOf(samples, 'bellcrank_connections_open', { connection: 'dead' })).toBe(0);
  expect(valueOf(samples, 'bellcrank_connection_open_failures_total', { connection: 'dead' })).toBeGreaterThan(0);
});

test('a connection that is lost and comes back is counted, and so is what passed on it', async () => {
  const before = await scrape();
  await line.cut();
  await rig.until(() => line.opens === 2 && rig.device('toy').state === 'ready');
  const after = await scrape();
  const grown = (name: string): number =>
    valueOf(after, name, { connection: 'line' }) - valueOf(before, name, { connection: 'line' });
  expect(grown('bellcrank_reconnects_total')).toBe(1);
  expect(grown('bellcrank_connection_losses_total')).toBe(1);
  expect(grown('bellcrank_sent_bytes_total')).toBeGreaterThan(0);
  expect(grown('bellcrank_received_bytes_total')).toBeGreaterThan(0);
});

test('what waits for a line is told, with the time that the oldest has waited', async () => {
  toy.mute = true;
  const all = [5, 6, 7].map((value) => rig.submit('toy', 'set', { value }));
  await rig.until(() => rig.device('toy').lane.inFlight === 1);
  await rig.clock.advance(100);
  const samples = await scrape();
  const here = { connection: 'line', simulated: 'true' };
  expect(valueOf(samples, 'bellcrank_lane_waiting', here)).toBeGreaterThanOrEqual(2);
  expect(valueOf(samples, 'bellcrank_lane_oldest_wait_seconds', here)).toBeGreaterThanOrEqual(0.1);
  expect(valueOf(samples, 'bellcrank_commands_under_way', { simulated: 'true' })).toBe(3);
  for (const each of all) await rig.settled(each);
});

test('requests are counted by the pattern of their route, and refusals by their status', async () => {
  await http.inject('/v1/devices/toy');
  await http.inject('/v1/devices/nobody');
  await http.inject('/nowhere/at/all');
  await http.inject({ url: '/v1/devices', headers: { host: 'evil.example' } });
  const samples = await scrape();
  const total = 'bellcrank_http_requests_total';
  expect(valueOf(samples, total, { method: 'GET', route: '/v1/devices/:id', status: '2xx' })).toBe(1);
  expect(valueOf(samples, total, { method: 'GET', route: '/v1/devices/:id', status: '4xx' })).toBe(1);
  expect(valueOf(samples, total, { route: 'none', status: '4xx' })).toBe(1);
  expect(valueOf(samples, 'bellcrank_http_refusals_total', { status: '403' })).toBe(1);
});

test('OpenMetrics is served to whoever accepts it, with the same names, and text again to the next', async () => {
  await rig.settled(rig.submit('toy', 'set', { value: 5 }));
  const accept = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.8,text/plain;version=0.0.4;q=0.3';
  const open = await http.inject({ url: '/metrics', headers: { accept } });
  expect(open.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(open.body).toMatch(/\n# EOF\n$/);
  expect(open.body).toContain('# TYPE bellcrank_commands counter\n');
  expect(open.body).toMatch(/\nbellcrank_commands_total\{.*\} 1\n/);
  expect(open.body).toMatch(/\nbellcrank_command_duration_seconds_bucket\{le="0.001",/);
  const plain = await scrape();
  expect(valueOf(plain, 'bellcrank_commands_total')).toBe(1);
  const document: { paths: { '/metrics': { get: { responses: { 200: { content: object } } } } } } = (
    await http.inject('/openapi.json')
  ).json();
  const { content } = document.paths['/metrics'].get.responses[200];
  expect(Object.keys(content)).toEqual(['text/plain', 'application/openmetrics-text']);
});

// OpenMetrics 1.0, "MetricFamily": names are unique, and what ends in _total is a counter's sample.
test('in OpenMetrics no two metrics have one name, and what is no counter keeps its own', async () => {
  const { body } = await http.inject({ url: '/metrics', headers: { accept: 'application/openmetrics-text' } });
  const { body: text } = await http.inject('/metrics');
  const families = (of: string) =>
    [...of.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
  const names = families(body).map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  expect(names).toEqual(
    families(text).map(({ name, type }) => (type === 'counter' ? name.replace(/_total$/, '') : name)),
  );
});

test('they are for whoever may read everything, unless the configuration opens them', async () => {
  const access = { ...openAccess(rig), authenticate: () => callerWith('somebody', []) };
  const serve = (metrics: MetricsSettings) => httpOver(rig, { access, measured: metrics });
  const closed = await serve({ open: false, devices: [] });
  expect((await closed.inject('/metrics')).statusCode).toBe(403);
  const open = await serve({ open: true, devices: [] });
  expect((await open.inject('/metrics')).statusCode).toBe(200);
});

test('devices that the configuration names have metrics of their own, and no others', async () => {
  const named = await httpOver(rig, {
    access: openAccess(rig),
    measured: {
      open: false,
      devices: ['to*'],
    },
  });
  await rig.settled(rig.submit('toy', 'set', { value: 5 }));
  await rig.until(() => rig.device('toy').reading('value').quality === 'good');
  const samples = samplesOf((await named.inject('/metrics')).body);
  expect(valueOf(samples, 'bellcrank_device_ready', { device: 'toy', ...its })).toBe(1);
  expect(valueOf(samples, 'bellcrank_device_commands_total', { device: 'toy', outcome: 'succeeded' })).toBe(1);
  expect(valueOf(samples, 'bellcrank_device_property', { device: 'toy', property: 'value', unit: '' })).toBe(
    rig.device('toy').reading('value').value,
  );
  expect(samples.filter(({ labels }) => labels['device'] === 'gone')).toEqual([]);
  expect((await scrape()).filter(({ labels }) => labels['device'] !== undefined)).toEqual([]);
});

test('polls are counted, and those that came to nothing', async () => {
  const polled = (samples: readonly MetricSample[], name: string): number => valueOf(samples, `bellcrank_${name}`, its);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  const before = await scrape();
  expect(polled(before, 'polls_total')).toBeGreaterThan(0);
  expect(polled(before, 'poll_failures_total')).toBe(0);
  toy.mute = true;
  await rig.clock.advance(60_000);
  await rig.until(() => rig.device('toy').state !== 'ready');
  const after = await scrape();
  expect(polled(after, 'polls_total')).toBeGreaterThan(polled(before, 'polls_total'));
  expect(polled(after, 'poll_failures_total')).toBeGreaterThan(0);
});

test('the process is told of without looking at its handles one by one, which has ended processes', async () => {
  const names = (await scrape()).map(({ name }) => name);
  expect(names).toContain('nodejs_active_resources_total');
  expect(names.filter((name) => /^nodejs_active_(?:handles|requests)/.test(name))).toEqual([]);
});
