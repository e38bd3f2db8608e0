import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { trusted } from '../../src/access/caller.ts';
import { systemClock } from '../../src/clock.ts';
import { OtlpTracing } from '../../src/observe/tracing/otlp.ts';
import type { TracingSettings } from '../../src/observe/tracing/tracing.ts';
import { Webhooks } from '../../src/webhooks/webhooks.ts';
import { about, chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { Receiver, secret } from '../support/receiver.ts';
import { type CollectedSpan, collector } from '../support/collector.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { createRig, MemoryLine, silentLog } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

let far: Awaited<ReturnType<typeof collector>>;
beforeEach(async () => {
  far = await collector();
});
afterEach(() => far.close());

function tracingTo(settings: Partial<TracingSettings> = {}): OtlpTracing {
  const common = { endpoint: far.url, ratio: 1, service: 'lab', headers: {} };
  return new OtlpTracing({ settings: { ...common, ...settings }, clock: systemClock, version: '1.2.3' });
}

async function traced(tracing: OtlpTracing, more: { readonly retries?: number } = {}) {
  const toy = new ToyDevice();
  const line = new MemoryLine((near) => toy.serve(near));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line', ...more }]);
  await rig.until(() => rig.device('toy').state === 'ready');
  const logged = { which: 'off', log: silentLog, tracing } as const;
  const http = await httpOver(rig, { access: openAccess(rig), logged });
  const send = (headers: Record<string, string> = {}, command = 'set', body: object = { value: 5 }) =>
    rig.settled(
      http.inject({
        method: 'POST',
        url: `/v1/devices/toy/commands/${command}`,
        headers: { 'content-type': 'application/json', ...headers },
        payload: JSON.stringify(body),
      }),
    );
  return { toy, rig, http, send };
}

function named(name: string): CollectedSpan {
  const found = far.spans.filter((span) => span.name === name);
  expect(found, name).toHaveLength(1);
  return found[0] as CollectedSpan; // there is one
}

test('a command is spans with the right parents, below the one that its request names', async () => {
  const tracing = tracingTo({ headers: { 'x-key': 'k' } });
  const { send } = await traced(tracing);
  const response = await send({ traceparent });
  expect(response.headers['traceresponse']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  await tracing.close();
  const request = named('POST /v1/devices/:id/commands/:name');
  const command = named('command set');
  const [queue, exchange] = [named('queue'), named('exchange')];
  expect(far.spans.map((span) => span.traceId)).toEqual(Array(4).fill(traceId));
  expect(request.parentSpanId).toBe('00f067aa0ba902b7');
  expect(command.parentSpanId).toBe(request.spanId);
  expect([queue.parentSpanId, exchange.parentSpanId]).toEqual([command.spanId, command.spanId]);
  // OpenTelemetry begins spans at whole milliseconds, and ends them between.
  expect(exchange.startNs + 1_000_000n).toBeGreaterThan(queue.endNs);
  expect(far.asked[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-key': 'k' } });
  expect(far.resources[0]).toMatchObject({ 'service.name': 'lab', 'service.version': '1.2.3' });
});

test('spans say which device, which command and how it ended, that it was simulated, and nothing of its parameters', async () => {
  const tracing = tracingTo();
  const { send } = await traced(tracing);
  const { id } = (await send({}, 'set', { value: 42 })).json<{ id: string }>();
  await tracing.close();
  expect(named('command set').attributes).toEqual({
    'bellcrank.device': 'toy',
    'bellcrank.command': 'set',
    'bellcrank.command.id': id,
    'bellcrank.outcome': 'succeeded',
    'bellcrank.simulated': true,
  });
  expect(named('POST /v1/devices/:id/commands/:name').attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/v1/devices/:id/commands/:name',
    'http.response.status_code': 200,
  });
  // An id may hold the same digits.
  const told = JSON.stringify(far.spans.map(({ attributes }) => attributes)).replaceAll(/[\da-f-]{36}/g, '');
  expect(told).not.toContain('42');
});

test('each time that a command is sent says whose it is, and that it is simulated', async () => {
  const tracing = tracingTo();
  const { send, toy, rig } = await traced(tracing, { retries: 1 });
  toy.mute = true;
  const sent = send({ traceparent });
  await rig.until(() => rig.device('toy').state !== 'ready');
  toy.mute = false;
  const { id } = (await sent).json<{ id: string }>();
  await tracing.close();
  const exchanges = far.spans.filter(({ name }) => name === 'exchange');
  expect(exchanges).toHaveLength(2);
  for (const { attributes } of exchanges) {
    const its = { 'bellcrank.device': 'toy', 'bellcrank.command.id': id, 'bellcrank.simulated': true };
    expect(attributes).toMatchObject(its);
  }
});

test('a command that never left has no exchange, and says why', async () => {
  const tracing = tracingTo();
  const { rig, send } = await traced(tracing);
  await rig.settled(rig.stops.stop('toy', { by: 'test' }));
  await send();
  await tracing.close();
  expect(far.spans.map(({ name }) => name).toSorted()).toEqual([
    'POST /v1/devices/:id/commands/:name',
    'command set',
    'queue',
  ]);
  expect(named('command set')).toMatchObject({
    attributes: { 'error.type': 'stopped' },
    status: { message: 'stopped' },
  });
});

test.each([
  ['a version that there is not', `ff-${traceId}-00f067aa0ba902b7-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ['a parent of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['capital letters', traceparent.toUpperCase()],
  ['something behind it', `${traceparent}-00`],
  ['something in front of it', ` ${traceparent}x`],
  ['too short', traceparent.slice(0, -1)],
  ['no such thing', 'hello'],
])('a traceparent that is wrong is as if it were not there: %s', async (_, wrong) => {
  const tracing = tracingTo();
  const { send } = await traced(tracing);
  expect((await send({ traceparent: wrong })).statusCode).toBe(200);
  await tracing.close();
  const { parentSpanId, traceId: own } = named('POST /v1/devices/:id/commands/:name');
  expect(parentSpanId).toBeUndefined();
  expect(own).not.toBe(traceId);
});

test('what begins here is followed as the ratio says; what began elsewhere, as that side says', async () => {
  const tracing = tracingTo({ ratio: 0 });
  const { send } = await traced(tracing);
  await send();
  await send({ traceparent: traceparent.replace(/01$/, '00') });
  await send({ traceparent });
  await tracing.close();
  expect(new Set(far.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
});

test('a collector that is down costs spans, which are counted, and no request', async () => {
  far.status = 400;
  const tracing = tracingTo();
  const { send } = await traced(tracing);
  for (let n = 0; n < 3; n++) expect((await send()).statusCode).toBe(200);
  await tracing.close();
  expect(tracing.counts).toMatchObject({ exported: 0, failed: 12 });
});

test('no more wait for a collector that hangs than a bound, and it does not hold up the end', async () => {
  far.hangs = true;
  const tracing = tracingTo();
  for (let n = 0; n < 3000; n++) tracing.request({ method: 'GET', route: '/', traceparent: undefined }).answered(200);
  expect(tracing.counts.dropped).toBe(3000 - 2048);
  const begun = performance.now();
  await tracing.close();
  expect(performance.now() - begun).toBeLessThan(1500);
});

test('without tracing a request has no trace, and no header says so', async () => {
  const line = new MemoryLine((near) => new ToyDevice().serve(near));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  const http = await httpOver(rig);
  const response = await http.inject({ url: '/v1/devices', headers: { traceparent } });
  expect(response.headers).not.toHaveProperty('traceresponse');
});

test('spans arrive while the service runs', async () => {
  const tracing = tracingTo();
  const { send } = await traced(tracing);
  await send();
  await vi.waitFor(() => expect(far.spans).toHaveLength(4), { timeout: 10_000 });
  await tracing.close();
});

test.each([
  [5, true],
  [4, false],
] as const)('with MQTT %s the trace goes on in what is published: %s', async (protocolVersion, carries) => {
  const tracing = tracingTo();
  const line = new HubLine();
  const open = async () => Object.assign(line.hub.connect(), { protocolVersion });
  const rig = createRig(chirpDriver(), { broker: { opener: { ...line.opener, open } } }, []);
  about(line, 'a', { serial: '1' });
  rig.registry.add({
    id: 'a',
    driver: 'chirp',
    connection: 'broker',
    options: { name: 'a' },
    labels: {},
    restrictions: {},
    enabled: true,
    managedBy: 'api',
  });
  await rig.until(() => rig.device('a').state === 'ready');
  const request = tracing.request({ method: 'POST', route: '/', traceparent });
  const trace = request.command('a', 'nudge');
  const submission = { device: 'a', command: 'nudge', params: { by: 1 }, caller: trusted('test'), trace };
  await rig.settled(rig.pipeline.submit(submission));
  await tracing.close();
  const sent = rig
    .device('a')
    .wire.trace.read({ device: 'a', limit: 100 })
    .items.filter(({ kind }) => kind === 'sent');
  const told = sent.flatMap((entry) => ('message' in entry ? [entry.message.userProperties?.['traceparent']] : []));
  expect(told.at(-1)).toBe(carries ? `00-${traceId}-${named('exchange').spanId}-01` : undefined);
  // What is no command’s has no trace.
  expect(told.slice(0, -1).filter((each) => each !== undefined)).toEqual([]);
});

test('a webhook is told which trace brought about what it is told of', async () => {
  const tracing = tracingTo();
  const { rig, send } = await traced(tracing);
  const receiver = await Receiver.start();
  const common = {
    name: 'pager',
    secret,
    types: ['command'],
    timeoutMs: 5000,
    queueEvents: 10,
    queueMegabytes: 1,
  } as const;
  const webhooks = new Webhooks({
    settings: [{ ...common, url: receiver.url }],
    stream: rig.stream,
    notices: rig.store.notices,
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    version: '1.2.3',
    traceOf: (command) => tracing.traceparentOf(command),
  });
  onTestFinished(() => webhooks.close());
  webhooks.begin();
  await send({ traceparent });
  await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(0));
  await tracing.close();
  expect(receiver.received[0]?.headers['traceparent']).toBe(`00-${traceId}-${named('command set').spanId}-01`);
});
