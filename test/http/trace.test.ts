import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { maxFollowers } from '../../src/http/trace/routes.ts';
import { parseRecording, type RecordedEvent, type Recording } from '../../src/recording/index.ts';
import { chirpDriver, about } from '../support/chirp.ts';
import { httpOver } from '../support/http.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig, MemoryLine, type Rig } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

interface Item {
  readonly sequence: number;
  readonly kind: string;
  readonly text?: string;
  readonly hex?: string;
  readonly what?: string;
  readonly device?: string;
  readonly decoded?: unknown;
  readonly call?: { readonly kind: string; readonly name?: string; readonly id?: string };
  readonly message?: { readonly topic: string; readonly text: string; readonly retained: boolean };
}
interface Page {
  readonly items: readonly Item[];
  readonly dropped: number;
  readonly next: number;
  readonly simulated: boolean;
}

const told = ({ kind, text, what, device, call, message }: Item): string => {
  if (kind === 'wire') return `! ${what}`;
  const data = message === undefined ? text : `${message.topic} ${message.text}`;
  return [kind === 'sent' ? '>' : '<', data, device, call?.kind].filter((part) => part !== undefined).join(' ');
};

async function over(rig: Rig) {
  const http = await httpOver(rig);
  const ask = async (url: string, accept?: string) => {
    const response = await http.inject({ url, headers: accept === undefined ? {} : { accept } });
    return { status: response.statusCode, body: response.body, headers: response.headers };
  };
  const page = async (device: string, query = ''): Promise<Page> => {
    const { status, body } = await ask(`/v1/devices/${device}/trace${query}`);
    expect(status, body).toBe(200);
    return JSON.parse(body) as Page;
  };
  return { http, rig, ask, page };
}

/** Two devices on one line. */
async function service() {
  const devices = [new ToyDevice('A'), new ToyDevice('B')];
  const line = new MemoryLine((far) => devices.forEach((device) => device.serve(far)));
  const rig = createRig(toyDriver(), { line }, [
    { id: 'a', connection: 'line', options: { unit: 'A' } },
    { id: 'b', connection: 'line', options: { unit: 'B' } },
  ]);
  const isReady = (id: string): boolean =>
    rig.device(id).state === 'ready' && rig.device(id).reading('setpoint').quality === 'good';
  await rig.until(() => isReady('a') && isReady('b'));
  return { line, devices, isReady, ...(await over(rig)) };
}

describe('what passed', () => {
  test('says who sent it and why, and everybody on the line hears what is heard', async () => {
    const { rig, page } = await service();
    const record = await rig.settled(rig.submit('a', 'set', { value: 3 }));
    const { items, simulated, dropped } = await page('b');
    expect(simulated).toBe(true);
    expect(dropped).toBe(0);
    const all = items.map(told);
    expect(all.slice(0, 5)).toEqual(['! opened', '> AID?\\n a attach', '< ATOY\\n', '> BID?\\n b attach', '< BTOY\\n']);
    expect(all).toContain('> BGET?\\n b poll');
    expect(all.slice(-2)).toEqual(['> ASET 3\\n a command', '< OK\\n']);
    expect(items.at(-2)).toMatchObject({ hex: '4153455420330a', call: { name: 'set', id: record.id } });
    const sequences = items.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    const its = await page('a', `?command=${record.id}`);
    expect(its.items.map(told)).toEqual(['> ASET 3\\n a command']);
    expect((await page('a', '?command=none')).items).toEqual([]);
  });

  test('a stop, a read and what the runtime asks have their names', async () => {
    const { rig, page, ask } = await service();
    await rig.clock.advance(1);
    await rig.settled(ask('/v1/devices/a/properties/value?maxAgeMs=0'));
    await rig.settled(rig.stops.stop('a', { by: 'test' }));
    const sent = (await page('a')).items.filter(({ kind }) => kind === 'sent').map(({ call }) => call);
    expect(sent).toContainEqual({ kind: 'read', name: 'value' });
    expect(sent).toContainEqual({ kind: 'stop', id: expect.any(String) });
  });

  test('comes in pages, and goes on where one ended', async () => {
    const { rig, page } = await service();
    const newest = await page('a', '?limit=2');
    const all = await page('a', '?limit=500');
    expect(newest.items).toEqual(all.items.slice(-2));
    const first = await page('a', '?since=0&limit=3');
    expect(first.items).toEqual(all.items.slice(0, 3));
    const second = await page('a', `?since=${first.next}&limit=500`);
    expect([...first.items, ...second.items]).toEqual(all.items);
    expect((await page('a', `?since=${second.next}`)).items).toEqual([]);
    await rig.settled(rig.submit('a', 'set', { value: 3 }));
    expect((await page('a', `?since=${second.next}`)).items).toHaveLength(2);
  });

  test('goes on over a lost connection', async () => {
    const { rig, line, page, isReady } = await service();
    await line.cut();
    await rig.until(() => line.opens === 2 && isReady('a') && isReady('b'));
    const all = (await page('a', '?limit=500')).items.map(told);
    const lost = all.indexOf('! lost');
    expect(all.slice(lost, lost + 3)).toEqual([
      '! lost',
      '! opened',
      expect.stringMatching(/^> [AB]ID\?\\n \w attach$/),
    ]);
  });

  test('hostile bytes are escaped, and a long one is cut', async () => {
    const { line, page, rig } = await service();
    await line.far?.write(Uint8Array.from([0x1b, 0x5b, 0x32, 0x4a, 0xff, 0x22]));
    await line.far?.write(new Uint8Array(10_000).fill(0x61));
    await rig.clock.advance(1);
    const [escape, long] = (await page('a')).items.slice(-2);
    expect(escape).toMatchObject({ text: '\\x1b[2J\\xff\\"', hex: '1b5b324aff22' });
    expect(long).toMatchObject({ cutFrom: 10_000, text: 'a'.repeat(4096) });
  });

  test('of a broker with many devices, each has its own, and what is nobody’s alone', async () => {
    const line = new HubLine();
    const names = Array.from({ length: 20 }, (_, index) => `d${index}`);
    for (const name of names) about(line, name, { serial: name });
    const devices = names.map((name) => ({ id: name, connection: 'broker', options: { name } }));
    const rig = createRig(chirpDriver(), { broker: line }, devices);
    await rig.until(() => names.every((name) => rig.device(name).state === 'ready'));
    const { page } = await over(rig);
    await rig.settled(rig.submit('d1', 'nudge', { by: 1 }));
    await rig.settled(rig.submit('d2', 'nudge', { by: 2 }));
    const sent = async (id: string) => (await page(id, '?limit=500')).items.filter(({ kind }) => kind === 'sent');
    expect((await sent('d1')).map(({ device, call }) => [device, call?.name])).toEqual([['d1', 'nudge']]);
    expect((await sent('d3')).map(told)).toEqual([]);
    // Its inventory is shared by all of them.
    const heard = (await page('d3', '?limit=500')).items.filter(({ kind }) => kind === 'heard');
    expect(heard.length).toBeGreaterThanOrEqual(20);
    expect(heard.every(({ device }) => device === undefined)).toBe(true);
  });
});

describe('as a recording', () => {
  test('is the same, from when the first of it passed', async () => {
    const { ask, page, rig } = await service();
    const { body, headers } = await ask('/v1/devices/a/trace?limit=500', 'text/plain');
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    const { header, events } = parseRecording(body);
    expect(header).toEqual({
      device: 'a',
      driver: 'toy',
      connection: 'line',
      transport: 'memory',
      label: 'memory',
      began: '2026-01-01T00:00:00.000Z',
      simulated: true,
    });
    const { items } = await page('a', '?limit=500');
    expect(events).toHaveLength(items.length);
    expect(events[0]).toEqual({ at: 0, kind: 'wire', what: 'opened', detail: 'memory' });
    expect(events.at(-1)?.at).toBe(rig.clock.monotonic());
  });

  test('says how much is gone before it', async () => {
    const { ask, rig } = await service();
    for (let sent = 0; sent < 600; sent++) await rig.settled(rig.submit('a', 'ask'));
    const { events } = parseRecording((await ask('/v1/devices/a/trace?since=5', 'text/plain')).body);
    expect(events[0]).toMatchObject({ at: 0, what: 'missed', detail: expect.stringMatching(/^\d{3} entries before/) });
    const { events: newest } = parseRecording((await ask('/v1/devices/a/trace', 'text/plain')).body);
    expect(newest[0]).not.toMatchObject({ what: 'missed' });
  });

  test.each([
    ['', 'image/png', 406, 'not-acceptable'],
    ['?follow=true', 'application/json', 406, 'not-acceptable'],
    ['?follow=true&limit=3', '*/*', 400, 'invalid-request'],
    ['?follow=yes', '*/*', 400, 'invalid-request'],
    ['?limit=501', '*/*', 400, 'invalid-request'],
    ['?since=-1', '*/*', 400, 'invalid-request'],
    ['?until=1', '*/*', 400, 'invalid-request'],
  ])('%s as %s is refused with %i %s', async (query, accept, status, code) => {
    const { ask } = await service();
    const answer = await ask(`/v1/devices/a/trace${query}`, accept);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([status, { code }]);
  });
});

const open: IncomingMessage[] = [];
afterEach(() => {
  for (const response of open.splice(0)) response.destroy();
});

/** A service that listens, and one who follows its device `a`. */
async function followed() {
  const its = await service();
  await its.http.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => its.http.close());
  const { port } = its.http.server.address() as AddressInfo; // it listens on a port
  const follow = async (id = 'a', headers: Record<string, string> = {}): Promise<IncomingMessage> => {
    const path = `/v1/devices/${id}/trace?follow=true`;
    const request = get({ host: '127.0.0.1', port, path, agent: false, headers });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    open.push(response);
    return response;
  };
  return { ...its, follow };
}

function reading(response: IncomingMessage): { readonly text: () => string; readonly recording: () => Recording } {
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { text: () => text, recording: () => parseRecording(text.slice(0, text.lastIndexOf('\n') + 1)) };
}

const bytesIn = (event: RecordedEvent): string => ('bytes' in event ? Buffer.from(event.bytes).toString() : '');

const sentIn = (events: readonly RecordedEvent[]): string[] =>
  events.flatMap((event) => ('bytes' in event && event.kind === 'sent' ? [Buffer.from(event.bytes).toString()] : []));

/** More than may wait, in one turn of the event loop, so that no socket takes any of it. */
async function flood({ far }: MemoryLine): Promise<void> {
  for (let written = 0; written < 30; written++) await far?.write(new Uint8Array(64 * 1024).fill(0xff));
}

describe('as it happens', () => {
  test('is what passes from now on, whole', async () => {
    const { follow, rig, line } = await followed();
    const { recording } = reading(await follow());
    await rig.settled(rig.submit('a', 'set', { value: 9 }));
    await line.far?.write(new Uint8Array(10_000).fill(0x61));
    await rig.clock.advance(1);
    await expect.poll(() => recording().events.length).toBe(4);
    const [opened, sent, heard, long] = recording().events;
    expect(opened).toEqual({ at: 0, kind: 'wire', what: 'opened', detail: 'memory' });
    expect(sent).toMatchObject({ kind: 'sent', device: 'a', call: { kind: 'command', name: 'set' } });
    expect(heard).toMatchObject({ kind: 'heard', bytes: Uint8Array.from(Buffer.from('OK\n')) });
    expect(long).toMatchObject({ bytes: { length: 10_000 } });
    expect(long).not.toHaveProperty('cutFrom');
  });

  test('an answer to what was sent before it began is not in it', async () => {
    const { follow, rig, devices, line } = await followed();
    const [device = new ToyDevice()] = devices;
    device.held = [];
    const set = rig.submit('a', 'set', { value: 9 });
    await rig.until(() => device.held?.length === 1);
    const { recording } = reading(await follow());
    device.release();
    await rig.settled(set);
    await rig.clock.advance(1000);
    await line.far?.write(Buffer.from('by itself\n'));
    await expect.poll(() => JSON.stringify(recording().events.map(bytesIn))).toContain('by itself');
    expect(recording().events.map(bytesIn)).not.toContain('OK\n');
    expect(sentIn(recording().events)).not.toContain('ASET 9\n');
  });

  test('goes on over a lost connection', async () => {
    const { follow, rig, line, isReady } = await followed();
    const { recording } = reading(await follow());
    await line.cut();
    await rig.until(() => line.opens === 2 && isReady('a'));
    await expect.poll(() => sentIn(recording().events)).toContain('AID?\n');
    const changes = recording().events.flatMap((event) => (event.kind === 'wire' ? [event.what] : []));
    expect(changes).toEqual(['opened', 'lost', 'opened']);
  });

  test('a reader who does not read is told at the end that it is not whole, and nothing grows meanwhile', async () => {
    const { follow, line } = await followed();
    const response = await follow();
    response.pause();
    await flood(line);
    const { recording } = reading(response);
    response.resume();
    await once(response, 'end');
    const { events } = recording();
    expect(events.at(-1)).toMatchObject({ what: 'missed', detail: expect.stringContaining('more slowly') });
    expect(events.length).toBeLessThan(30);
  });

  test('one who never reads is let go', async () => {
    const { follow, rig, line } = await followed();
    const response = await follow();
    response.pause();
    const gone = once(response, 'error');
    await flood(line);
    await rig.clock.advance(31_000);
    response.resume();
    await expect(gone).resolves.toMatchObject([{ code: 'ECONNRESET' }]);
  });

  test('there are so many at once, and a place is free when one leaves', async () => {
    const { follow } = await followed();
    const all = await Promise.all(Array.from({ length: maxFollowers }, () => follow()));
    const refused = await follow('b');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '10']);
    all[0]?.destroy();
    await expect.poll(async () => (await follow()).statusCode).toBe(200);
  });

  test('who asks for its headers alone takes no place', async () => {
    const { follow, http } = await followed();
    for (let asked = 0; asked <= maxFollowers; asked++) {
      const head = await http.inject({ method: 'HEAD', url: '/v1/devices/a/trace?follow=true' });
      expect([head.statusCode, head.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    }
    expect((await follow()).statusCode).toBe(200);
  });

  test('ends when the device is removed, and says so', async () => {
    const { follow, rig } = await followed();
    const response = await follow();
    const { recording } = reading(response);
    const ended = once(response, 'end');
    await rig.settled(rig.devices.remove('a', { by: 'test' }));
    await rig.clock.advance(1001);
    await ended;
    expect(recording().events.at(-1)).toMatchObject({ what: 'missed', detail: expect.stringContaining('removed') });
  });

  test('ends when the service does, and says so', async () => {
    const { follow, http } = await followed();
    const response = await follow();
    const { recording } = reading(response);
    const ended = once(response, 'end');
    await http.close();
    await ended;
    expect(recording().events.at(-1)).toMatchObject({ what: 'missed', detail: 'the service is shutting down' });
  });

  test('of no device there is none', async () => {
    const { follow } = await followed();
    expect((await follow('nobody')).statusCode).toBe(404);
  });
});

describe('as server-sent events', () => {
  const accept = { accept: 'text/event-stream' };
  const eventsIn = (text: string) =>
    text
      .split('\n\n')
      .map((frame) => /^(?:id: (\d+)\n)?event: (\w+)\ndata: (.*)$/s.exec(frame))
      .flatMap((found) =>
        found === null ? [] : [{ id: found[1], event: found[2], data: JSON.parse(found[3] ?? '') as Item }],
      );

  test('is what passes from now on, with its sequence for an id', async () => {
    const { follow, rig } = await followed();
    const response = await follow('a', accept);
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const { text } = reading(response);
    const record = await rig.settled(rig.submit('a', 'set', { value: 3 }));
    await expect.poll(() => eventsIn(text())).toHaveLength(2);
    const [sent, heard] = eventsIn(text());
    expect(sent).toMatchObject({ event: 'entry', data: { kind: 'sent', text: 'ASET 3\\n', call: { id: record.id } } });
    expect(sent?.id).toBe(String(sent?.data.sequence));
    expect(heard?.data).toMatchObject({ kind: 'heard', text: 'OK\\n' });
  });

  test('goes on after the last id, and says at the end that it ends', async () => {
    const { follow, rig, page, http } = await followed();
    const { next } = await page('a');
    await rig.settled(rig.submit('a', 'set', { value: 3 }));
    const { text } = reading(await follow('a', { ...accept, 'last-event-id': String(next) }));
    await expect.poll(() => eventsIn(text()).map(({ data }) => data.text)).toEqual(['ASET 3\\n', 'OK\\n']);
    await http.close();
    await expect.poll(() => eventsIn(text()).at(-1)?.event).toBe('bye');
  });

  test('a reader who takes nothing is let go, and nothing is kept for it', async () => {
    const { follow, line } = await followed();
    const response = await follow('a', accept);
    for (let round = 0; round < 40; round++) await flood(line);
    const { text } = reading(response);
    await expect.poll(() => eventsIn(text()).at(-1)?.event).toBe('bye');
  });
});

test('what is JSON is there decoded as well, and what is no JSON is not', async () => {
  const line = new HubLine();
  const rig = createRig(chirpDriver(), { broker: line }, []);
  about(line, 'a', { serial: '1' });
  const common = { driver: 'chirp', connection: 'broker', labels: {}, restrictions: {}, enabled: true } as const;
  rig.registry.add({ ...common, id: 'a', options: { name: 'a' }, managedBy: 'api' });
  await rig.until(() => rig.device('a').state === 'ready');
  const { page } = await over(rig);
  const { items } = await page('a');
  const told = items.filter(({ message }) => message?.text.startsWith('{') === true);
  expect(told.length).toBeGreaterThan(0);
  for (const { message, decoded } of told)
    expect(decoded).toEqual(JSON.parse(message?.text.replaceAll('\\"', '"') ?? ''));
  expect(
    items.filter(({ message, decoded }) => message?.text.startsWith('{') !== true && decoded !== undefined),
  ).toEqual([]);
});
