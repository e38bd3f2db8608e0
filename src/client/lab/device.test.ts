import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type Caller, eventServer } from '../../../test/support/event-server.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { CommandNotSent, CommandUnknown, connect, type Lab, StreamGap } from '../index.ts';

/** What a device can do, as far as names go. */
const model = {
  // oxlint-disable-next-line unicorn/no-thenable -- A device may have a command of that name.
  commands: { 'set-voltage': {}, start: {}, then: {}, 'a-b': {}, aB: {} },
  properties: { 'measured-voltage': {} },
  events: { 'device-error': {} },
};

interface Over {
  readonly lab: Lab;
  readonly clock: VirtualClock;
  readonly server: Awaited<ReturnType<typeof eventServer>>;
  /** The next request, whose method and path must be these. */
  asked(what: string): Promise<Caller>;
}

async function over(): Promise<Over> {
  const server = await eventServer();
  const clock = new VirtualClock();
  const asked = async (what: string): Promise<Caller> => {
    const caller = await server.next();
    expect(`${caller.request.method} ${caller.request.url}`).toBe(what);
    return caller;
  };
  return { lab: connect({ url: server.url, clock, random: () => 1 }), clock, server, asked };
}

const thrownBy = (promise: Promise<unknown> | undefined): Promise<unknown> =>
  Promise.resolve(promise).catch((error: unknown) => error);

const ended = { id: 'c-1', state: 'ended', outcome: 'succeeded' };

test('names are looked up once, in the device itself', async () => {
  const { lab, asked, server } = await over();
  const device = lab.device('psu-1');
  const set = device.commands['setVoltage']?.({ volts: 5 });
  (await asked('GET /v1/devices/psu-1')).answer(200, model);
  const caller = await asked('POST /v1/devices/psu-1/commands/set-voltage');
  expect(JSON.parse(Buffer.concat(await caller.request.toArray()).toString())).toEqual({ volts: 5 });
  caller.answer(200, ended);
  expect(await set).toEqual(ended);
  for (const [key, path] of Object.entries({ 'set-voltage': 'set-voltage', then_: 'then', 'a-b': 'a-b', aB: 'aB' })) {
    const sent = lab.device('psu-1').commands[key]?.({});
    (await asked(`POST /v1/devices/psu-1/commands/${path}`)).answer(200, ended);
    await sent;
  }
  expect(server.seen).toBe(6);
});

test('a name that the device has not is told with those that it has; whatever was known before is asked for again', async () => {
  const { lab, asked } = await over();
  const wrong = thrownBy(lab.device('psu-1').commands['setVolts']?.({}));
  (await asked('GET /v1/devices/psu-1')).answer(200, model);
  expect(await wrong).toMatchObject({
    code: 'command-not-found',
    detail: 'device psu-1 has no command "setVolts"; it has setVoltage, start, then_, a-b, aB',
  });
  const later = lab.device('psu-1').properties['later']?.read();
  (await asked('GET /v1/devices/psu-1')).answer(200, { ...model, properties: { later: {} } });
  (await asked('GET /v1/devices/psu-1/properties/later')).answer(200, { value: 1 });
  expect(await later).toEqual({ value: 1 });
});

test('a device that could not be asked is asked again', async () => {
  const { lab, asked } = await over();
  const first = thrownBy(lab.device('x').commands['start']?.());
  (await asked('GET /v1/devices/x')).cut();
  expect(await first).toMatchObject({ name: 'Unreachable' });
  const second = thrownBy(lab.device('x').commands['start']?.());
  (await asked('GET /v1/devices/x')).answer(404, { code: 'device-not-found', detail: 'no', status: 404 });
  expect(await second).toMatchObject({ code: 'device-not-found' });
});

test('whoever may command a device and not read it sends by its own names', async () => {
  const { lab, asked, server } = await over();
  const { commands, properties } = lab.device('d');
  const sent = commands['set-voltage']?.({});
  (await asked('GET /v1/devices/d')).answer(403, { code: 'forbidden', detail: 'lacks read:d', status: 403 });
  (await asked('POST /v1/devices/d/commands/set-voltage')).answer(200, ended);
  expect(await sent).toEqual(ended);
  const written = properties['measured-voltage']?.write(1);
  (await asked('PUT /v1/devices/d/properties/measured-voltage')).answer(200, ended);
  expect(await written).toEqual(ended);
  expect(server.seen).toBe(3);
});

test.each(['', '.', '..'])('%j is no device: it would lead elsewhere', (id) => {
  expect(() => connect().device(id)).toThrow(TypeError);
});

test('a name with a slash stays one name', async () => {
  const { lab, asked } = await over();
  void thrownBy(lab.device('../stop?x#y').stop());
  await asked('POST /v1/devices/..%2Fstop%3Fx%23y/stop');
});

test('printing, comparing, awaiting or spreading what has the commands sends nothing', async () => {
  const { lab, server } = await over();
  const { commands, properties, events } = lab.device('psu-1');
  for (const some of [commands, properties, events]) {
    expect(await Promise.resolve(some)).toBe(some);
    // oxlint-disable-next-line typescript/no-base-to-string -- It is what somebody does who prints it.
    expect(String(some)).toMatch(/^\[.* of psu-1\]$/);
    expect(JSON.stringify(some)).toBe('{}');
    expect(inspect(some)).toContain('of psu-1');
    expect({ ...some }).toEqual({});
    expect((some as Record<string, unknown>)['constructor']).toBeUndefined();
    expect(() => Object.assign(some, { start: 1 })).toThrow(TypeError);
  }
  expect(server.seen).toBe(0);
});

/** A device whose names are known already, so that requests are those of its commands. */
async function known() {
  const parts = await over();
  const name = thrownBy(parts.lab.device('d').events['nothing']?.watch()[Symbol.asyncIterator]().next());
  (await parts.asked('GET /v1/devices/d')).answer(200, model);
  await name;
  return { ...parts, device: parts.lab.device('d'), start: 'POST /v1/devices/d/commands/start' };
}

test('how a command is sent stands in its headers', async () => {
  const { device, asked, start } = await known();
  const options = { wait: 2.5, idempotencyKey: 'a "b" \\', timeoutMs: 1500, leaseToken: 't' };
  const sent = device.commands['start']?.({}, options);
  const { request, answer } = await asked(start);
  expect(request.headers).toMatchObject({
    prefer: 'wait=2',
    'idempotency-key': String.raw`"a \"b\" \\"`,
    'request-timeout': '1.5',
    'lease-token': 't',
  });
  answer(200, ended);
  await sent;
  const plain = device.commands['start']?.();
  const second = await asked(start);
  expect(Object.keys(second.request.headers)).not.toContain('prefer');
  second.answer(200, ended);
  await plain;
  const bad = { wait: -1, timeoutMs: 0, idempotencyKey: 'é' };
  for (const [key, value] of Object.entries(bad)) {
    expect(await thrownBy(device.commands['start']?.({}, { [key]: value }))).toBeInstanceOf(TypeError);
  }
});

test('a command that takes long is asked for until it has ended', async () => {
  const { device, asked, start, clock } = await known();
  const sent = device.commands['start']?.();
  (await asked(start)).answer(202, { id: 'c-1', state: 'sent' });
  for (const state of ['sent', 'sent']) {
    (await asked('GET /v1/commands/c-1')).answer(200, { id: 'c-1', state });
    await expect.poll(() => clock.pendingTimers).toBe(1);
    await clock.advance(200);
  }
  // The service starts anew meanwhile.
  (await asked('GET /v1/commands/c-1')).cut();
  await expect.poll(() => clock.pendingTimers).toBe(1);
  await clock.advance(2000);
  (await asked('GET /v1/commands/c-1')).answer(200, ended);
  expect(await sent).toEqual(ended);
});

test('a service that stays away is given up; the command is not', async () => {
  const { lab, asked, clock } = await known();
  const waiting = thrownBy(lab.ended('c-1'));
  for (let passed = 0; passed < 60_000; passed += 2000) {
    (await asked('GET /v1/commands/c-1')).cut();
    await expect.poll(() => clock.pendingTimers).toBe(1);
    await clock.advance(2000);
  }
  (await asked('GET /v1/commands/c-1')).cut();
  await expect.poll(() => clock.pendingTimers).toBe(1);
  await clock.advance(2000);
  (await asked('GET /v1/commands/c-1')).cut();
  expect(await waiting).toMatchObject({ name: 'Unreachable', commandId: 'c-1' });
});

test('a command that was accepted is never said not to have been sent, although nobody listens any more', async () => {
  const clock = new VirtualClock();
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  const answers = [Response.json(model), Response.json({ id: 'c-1', state: 'sent' }, { status: 202 })];
  const fetch = (): Promise<Response> => {
    const answer = answers.shift();
    return answer === undefined
      ? Promise.reject(new TypeError('fetch failed', { cause: refused }))
      : Promise.resolve(answer);
  };
  const sent = thrownBy(connect({ clock, fetch }).device('d').commands['start']?.());
  const told: { error?: unknown } = {};
  void sent.then((error) => (told.error = error));
  while (told.error === undefined) {
    await expect.poll(() => told.error !== undefined || clock.pendingTimers === 1).toBe(true);
    await clock.advance(2000);
  }
  expect(told.error).toMatchObject({ name: 'Unreachable', sent: 'maybe', commandId: 'c-1' });
});

test.each([
  { code: 'unauthenticated', status: 401, detail: 'the key was revoked' },
  { code: 'not-found', status: 404, detail: 'its sender may not read it' },
  { code: 'forbidden', status: 403, detail: 'not any more', retryable: true },
])('a command that was accepted and whose end its sender may not know is unknown: $code', async (problem) => {
  const { device, asked, start } = await known();
  const sent = thrownBy(device.commands['start']?.());
  const command = { id: 'c-1', state: 'sent' };
  (await asked(start)).answer(202, command);
  (await asked('GET /v1/commands/c-1')).answer(problem.status, problem);
  const error = await sent;
  expect(error).toBeInstanceOf(CommandUnknown);
  const told = { code: problem.code, outcome: 'unknown', retryable: false, commandId: 'c-1', command };
  expect(error).toMatchObject(told);
});

test('the time that the service may be away begins with its last answer', async () => {
  const { lab, asked, clock } = await known();
  const waiting = lab.ended('c-1');
  for (let passed = 0; passed < 70_000; passed += 2000) {
    (await asked('GET /v1/commands/c-1')).answer(200, { id: 'c-1', state: 'sent' });
    await expect.poll(() => clock.pendingTimers).toBe(1);
    await clock.advance(2000);
  }
  (await asked('GET /v1/commands/c-1')).cut();
  await expect.poll(() => clock.pendingTimers).toBe(1);
  await clock.advance(2000);
  (await asked('GET /v1/commands/c-1')).answer(200, ended);
  expect(await waiting).toEqual(ended);
});

test('what is not waited for is answered as it stands', async () => {
  const { device, asked, start, clock } = await known();
  const queued = { id: 'c-1', state: 'queued' };
  const sent = device.commands['start']?.({}, { async: true });
  const caller = await asked(start);
  expect(caller.request.headers).toMatchObject({ prefer: 'respond-async' });
  caller.answer(202, queued);
  expect(await sent).toEqual(queued);
  const patient = device.commands['start']?.({}, { wait: 40 });
  const held = await asked(start);
  expect(held.request.headers).toMatchObject({ prefer: 'wait=30' });
  await clock.advance(30_000);
  held.answer(202, queued);
  (await asked('GET /v1/commands/c-1')).answer(200, queued);
  await expect.poll(() => clock.pendingTimers).toBe(1);
  await clock.advance(10_000);
  (await asked('GET /v1/commands/c-1')).answer(200, queued);
  expect(await patient).toEqual(queued);
});

test('a command that ends otherwise than well is an error by its outcome, with the command', async () => {
  const { device, asked, start } = await known();
  const sent = thrownBy(device.commands['start']?.());
  const problem = {
    code: 'device-timeout',
    status: 504,
    title: 't',
    detail: 'd',
    outcome: 'unknown',
    commandId: 'c-1',
  };
  (await asked(start)).answer(504, problem);
  (await asked('GET /v1/commands/c-1')).answer(200, { ...ended, outcome: 'unknown' });
  const error = await sent;
  expect(error).toBeInstanceOf(CommandUnknown);
  expect(error).toMatchObject({ code: 'device-timeout', outcome: 'unknown', command: { id: 'c-1' }, problem });
  const later = thrownBy(device.commands['start']?.());
  (await asked(start)).answer(202, { id: 'c-2', state: 'queued' });
  const command = { id: 'c-2', state: 'ended', outcome: 'not-sent', reason: 'stopped' };
  (await asked('GET /v1/commands/c-2')).answer(200, {
    ...command,
    error: { code: 'stopped', detail: 'it was stopped' },
  });
  const second = await later;
  expect(second).toBeInstanceOf(CommandNotSent);
  expect(second).toMatchObject({ code: 'stopped', reason: 'stopped', commandId: 'c-2', command });
});

test('each command has a key of its own: browsers may send it again by themselves', async () => {
  const { device, asked, start } = await known();
  const keys: unknown[] = [];
  for (let times = 0; times < 2; times++) {
    const sent = device.commands['start']?.();
    const caller = await asked(start);
    keys.push(caller.request.headers['idempotency-key']);
    caller.answer(200, ended);
    await sent;
  }
  expect(keys).toEqual([expect.stringMatching(/^"[0-9a-f]{32}"$/), expect.stringMatching(/^"[0-9a-f]{32}"$/)]);
  expect(keys[0]).not.toBe(keys[1]);
  const again = thrownBy(device.commands['start']?.());
  const problem = { code: 'idempotency-in-flight', status: 409, title: 't', detail: 'still running', retryable: true };
  (await asked(start)).answer(409, problem);
  expect(await again).toMatchObject({ name: 'CommandUnknown', outcome: 'unknown', code: 'idempotency-in-flight' });
});

test('what something in between answers to a command leaves its outcome unknown', async () => {
  const { device, asked, start } = await known();
  const gateway = thrownBy(device.commands['start']?.());
  (await asked(start)).response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway');
  expect(await gateway).toMatchObject({ name: 'CommandUnknown', code: 'unexpected-answer', outcome: 'unknown' });
  const portal = thrownBy(device.commands['start']?.());
  (await asked(start)).response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in');
  expect(await portal).toMatchObject({ name: 'CommandUnknown', code: 'unexpected-answer', outcome: 'unknown' });
});

test('a stop that is not known to have made the device safe is an error', async () => {
  const { device, asked } = await known();
  const stop = { id: 'c-1', device: 'd', stopped: true };
  const good = device.stop();
  (await asked('POST /v1/devices/d/stop')).answer(200, { ...stop, outcome: 'succeeded' });
  expect(await good).toMatchObject({ stopped: true });
  const bad = thrownBy(device.stop());
  const error = { code: 'device-timeout', status: 504, title: 't', detail: 'no answer', outcome: 'unknown' };
  (await asked('POST /v1/devices/d/stop')).answer(200, { ...stop, outcome: 'unknown', error });
  expect(await bad).toMatchObject({ name: 'CommandUnknown', code: 'device-timeout', commandId: 'c-1' });
});

test.each([
  ['a stop of everything', (lab: Lab) => lab.stop(), 'POST /v1/stop'],
  ['a cancellation', (lab: Lab) => lab.cancel('c-1'), 'DELETE /v1/commands/c-1'],
])('what something in between answers to %s is no word of the service', async (_, ask, path) => {
  const { lab, asked } = await over();
  for (const body of ['{"status":"ok"}', '']) {
    const answer = thrownBy(ask(lab));
    (await asked(path)).response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    expect(await answer).toMatchObject({ name: 'BellcrankProblem', code: 'unexpected-answer' });
  }
});

const event = (type: string, data: object, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

test('a property is watched: as it is, at each change, and as it is after a gap', async () => {
  const { device, asked } = await known();
  const values = device.properties['measuredVoltage']?.watch()[Symbol.asyncIterator]();
  const first = values?.next();
  const caller = await asked('GET /v1/stream?device=d&type=property&type=device');
  const reading = { name: 'measured-voltage', value: 1, at: 't1', quality: 'good' };
  const snapshot = (properties: object[]): string =>
    event('snapshot', { kind: 'device', device: { id: 'd' }, properties, lease: null, commands: [] });
  caller.send(snapshot([{ name: 'other', value: 9 }, reading]) + event('synced', { devices: 1 }, 1));
  expect(await first).toMatchObject({ value: { device: 'd', value: 1 } });
  caller.send(event('property', { device: 'd', name: 'other', value: 8 }, 2));
  caller.send(event('property', { ...reading, device: 'd', value: 2, at: 't2', cause: { kind: 'poll' } }, 3));
  expect(await values?.next()).toMatchObject({ value: { value: 2, cause: { kind: 'poll' } } });
  caller.send(event('gap', { from: 3, to: 9, reason: 'expired', reload: [] }));
  caller.send(snapshot([{ ...reading, value: 2, at: 't2' }]));
  caller.send(event('property', { ...reading, device: 'd', value: 3, at: 't3', cause: { kind: 'poll' } }, 10));
  expect(await values?.next()).toMatchObject({ value: { value: 3 } });
  await values?.return?.(undefined);
});

test('whoever watches a value is told that it is stale when its device goes away, or is removed', async () => {
  const { device, asked } = await known();
  const values = device.properties['measuredVoltage']?.watch()[Symbol.asyncIterator]();
  const first = values?.next();
  const caller = await asked('GET /v1/stream?device=d&type=property&type=device');
  const reading = { device: 'd', name: 'measured-voltage', value: 1, at: 't1', quality: 'good' };
  const change = (state: string | undefined, of = 'd'): string =>
    event('device', { device: of, change: 'state', view: state === undefined ? null : { id: of, state } });
  caller.send(event('property', { ...reading, cause: { kind: 'poll' } }, 1));
  expect(await first).toMatchObject({ value: { quality: 'good', cause: { kind: 'poll' } } });
  // Others, and what it is while it is there, are no news; that it is away is, once.
  caller.send(change('offline', 'e') + change('ready') + change('quarantined') + change('offline'));
  expect((await values?.next())?.value).toEqual({ ...reading, quality: 'stale' });
  caller.send(change('ready') + event('property', { ...reading, at: 't2' }, 2) + change(undefined));
  expect(await values?.next()).toMatchObject({ value: { at: 't2', quality: 'good' } });
  expect(await values?.next()).toMatchObject({ value: { at: 't2', quality: 'stale' } });
  await values?.return?.(undefined);
});

test('an event that may have been missed is told, or ends the watch', async () => {
  const { device, asked } = await known();
  const gap = event('gap', { from: 1, to: 9, reason: 'restarted', reload: [] });
  const alarm = event('event', { device: 'd', name: 'device-error', data: { code: 1 } }, 2);
  const other = event('event', { device: 'd', name: 'other', data: {} }, 3);
  const strict = device.events['deviceError']?.watch()[Symbol.asyncIterator]();
  const first = strict?.next();
  (await asked('GET /v1/stream?device=d&type=event')).send(other + alarm + gap);
  expect(await first).toMatchObject({ value: { data: { code: 1 } } });
  const error = await thrownBy(strict?.next());
  expect(error).toBeInstanceOf(StreamGap);
  expect(error).toMatchObject({ gap: { from: 1 }, message: expect.stringContaining('restarted') });

  const gaps: unknown[] = [];
  const easy = device.events['deviceError']?.watch({ onGap: (one) => gaps.push(one) })[Symbol.asyncIterator]();
  const next = easy?.next();
  (await asked('GET /v1/stream?device=d&type=event')).send(gap + alarm);
  expect(await next).toMatchObject({ value: { data: { code: 1 } } });
  expect(gaps).toHaveLength(1);
  await easy?.return?.(undefined);
});
