import { beforeEach, expect, test } from 'vitest';
import type { AlarmView, CommandView, DeviceView, PropertyChange, StreamEvent } from '../../src/client/index.ts';
import { LiveStore } from '../../src/dashboard/live/store.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const view = (id: string, more: Partial<DeviceView> = {}): DeviceView => ({
  id,
  driver: 'scpi-supply',
  model: 'scpi-supply',
  connection: `${id}-line`,
  labels: {},
  state: 'ready',
  stopped: false,
  stoppedBy: null,
  simulated: true,
  managedBy: 'config',
  adopted: null,
  lastSeenAt: at(0),
  links: { self: '', properties: '', model: '', openapi: '', td: '/v1/devices/x/td' },
  ...more,
});
const volts = (device: string, value: unknown, second: number, more: Partial<PropertyChange> = {}): PropertyChange => {
  const told = { unit: 'V', at: at(second), quality: 'good', source: 'polled', simulated: true } as const;
  return { device, name: 'voltage', value, cause: { kind: 'poll' }, ...told, ...more };
};
const command = (id: string, more: Partial<CommandView> = {}): CommandView => ({
  id,
  device: 'psu-1',
  command: 'set-voltage',
  params: {},
  state: 'queued',
  confirmation: null,
  by: 'anonymous',
  simulated: true,
  submittedAt: at(0),
  sentAt: null,
  endedAt: null,
  links: { self: '', device: '' },
  ...more,
});

let flush: () => void;
let scheduled: number;
let store: LiveStore;
let id: number;
beforeEach(() => {
  flush = () => {};
  scheduled = 0;
  id = 0;
  const schedule = (given: () => void): void => {
    scheduled += 1;
    flush = given;
  };
  store = new LiveStore({ now: () => 1000, schedule });
});

type Told = {
  readonly [T in StreamEvent['type']]: readonly [T, Extract<StreamEvent, { type: T }>['data']];
}[StreamEvent['type']];

function tell(...[type, data]: Told): void {
  // The pair is one of an event's.
  store.apply({ type, data, id: (id += 1) } as StreamEvent);
}

function snapshot(...devices: readonly string[]): void {
  for (const device of devices) {
    const { cause: _cause, device: _device, ...property } = volts(device, 1, 0);
    tell('snapshot', {
      kind: 'device',
      device: view(device),
      properties: [property],
      lease: null,
      commands: [],
      simulated: true,
    });
  }
  tell('synced', { at: at(0), devices: devices.length });
  flush();
}

test('a snapshot makes it live, and what it does not name is gone', () => {
  snapshot('psu-2', 'psu-1');
  expect(store.devices.map((device) => device.view.id)).toEqual(['psu-1', 'psu-2']);
  expect(store.connection.state).toBe('live');
  snapshot('psu-2');
  expect(store.views.map((each) => each.id)).toEqual(['psu-2']);
});

test('a snapshot that breaks off takes nothing away, and the next one starts from the beginning', () => {
  snapshot('psu-1', 'psu-2');
  tell('snapshot', {
    kind: 'device',
    device: view('psu-1'),
    properties: [],
    lease: null,
    commands: [],
    simulated: true,
  });
  store.connected('lost', 'gone');
  expect(store.devices).toHaveLength(2);
  snapshot('psu-2');
  expect(store.views.map((each) => each.id)).toEqual(['psu-2']);
});

test('a thousand changes are told once, and objects stay the same until then', () => {
  snapshot('psu-1', 'psu-2');
  const before = store.device('psu-1');
  const other = store.device('psu-2');
  let told = 0;
  let others = 0;
  store.topics.subscribe('device:psu-1', () => (told += 1));
  store.topics.subscribe('device:psu-2', () => (others += 1));
  const scheduledBefore = scheduled;
  for (let index = 1; index <= 1000; index += 1) tell('property', volts('psu-1', index, index));
  expect(store.device('psu-1')).toBe(before);
  expect(told).toBe(0);
  flush();
  expect([told, others, scheduled - scheduledBefore]).toEqual([1, 0, 1]);
  expect(store.device('psu-1')?.properties.get('voltage')?.value).toBe(1000);
  expect(store.device('psu-2')).toBe(other);
});

test('where a number was lately is kept, 120 points of it, and only what is good and later', () => {
  snapshot('psu-1');
  for (let index = 1; index <= 500; index += 1) tell('property', volts('psu-1', index, index));
  tell('property', volts('psu-1', -1, 3));
  tell('property', volts('psu-1', -2, 900, { quality: 'stale' }));
  tell('property', volts('psu-1', 'text', 901));
  flush();
  const recent = store.device('psu-1')?.properties.get('voltage')?.recent ?? [];
  expect(recent).toHaveLength(120);
  expect(recent.at(-1)).toEqual({ at: Date.parse(at(500)), value: 500 });
});

test('the list of devices is another one only when a device comes, goes or changes its state', () => {
  snapshot('psu-1', 'psu-2');
  const { views } = store;
  tell('property', volts('psu-1', 3, 3));
  flush();
  expect(store.views).toBe(views);
  tell('device', {
    device: 'psu-1',
    change: 'state',
    at: at(1),
    view: view('psu-1', { state: 'offline' }),
    simulated: true,
  });
  flush();
  expect(store.views.map(({ state }) => state)).toEqual(['offline', 'ready']);
  tell('device', { device: 'psu-2', change: 'removed', at: at(1), view: null, simulated: true });
  flush();
  expect(store.views).toHaveLength(1);
});

test('a device that is added later is there with what is told of it', () => {
  snapshot();
  tell('device', { device: 'psu-9', change: 'added', at: at(1), view: view('psu-9'), simulated: true });
  tell('property', volts('psu-9', 5, 5));
  flush();
  expect(store.device('psu-9')?.properties.get('voltage')?.value).toBe(5);
  tell('property', volts('nobody', 5, 5));
  flush();
  expect(store.device('nobody')).toBeUndefined();
});

test('what a device told before it was away is old when it is back, until that is told again', () => {
  snapshot('psu-1');
  const quality = () => store.device('psu-1')?.properties.get('voltage')?.quality;
  const state = (given: DeviceView['state']): void => {
    tell('device', {
      device: 'psu-1',
      change: 'state',
      view: view('psu-1', { state: given }),
      simulated: true,
      at: at(1),
    });
    flush();
  };
  state('ready');
  expect(quality()).toBe('good');
  state('offline');
  state('ready');
  expect(quality()).toBe('stale');
  tell('property', volts('psu-1', 1, 0));
  flush();
  expect(quality()).toBe('good');
});

test('a command stands as it came furthest, whoever told it last', () => {
  snapshot('psu-1');
  tell('command', command('c1', { state: 'ended', outcome: 'unknown' }));
  store.loaded([command('c1', { state: 'sent' }), command('c0', { submittedAt: at(9) })]);
  flush();
  expect(store.commands().map((each) => [each.id, each.outcome])).toEqual([
    ['c0', undefined],
    ['c1', 'unknown'],
  ]);
  tell('command', command('c1', { state: 'ended', outcome: 'succeeded', resolvedLate: true }));
  tell('command', command('c1', { state: 'ended', outcome: 'unknown' }));
  flush();
  expect(store.commands().at(-1)).toMatchObject({ outcome: 'succeeded' });
});

test('the latest 200 commands are kept, and those of a device that is followed beside all others', () => {
  snapshot('psu-1');
  store.followCommands('psu-1');
  tell('command', command('mine', { submittedAt: at(0) }));
  for (let index = 1; index <= 3000; index += 1) {
    tell('command', command(`c${index}`, { device: 'psu-2', submittedAt: at(index) }));
  }
  flush();
  expect(store.commands()).toHaveLength(200);
  expect(store.commands()[0]?.id).toBe('c3000');
  expect(store.commands('psu-1').map((each) => each.id)).toEqual(['mine']);
  store.forgetCommands('psu-1');
  expect(store.commands('psu-1')).toEqual([]);
});

test('alarms that are there come first; a snapshot of them is all that there is', () => {
  const alarm = (name: string, state: AlarmView['state'], second: number): AlarmView => {
    // Only what orders them matters here.
    return { id: name, state, open: state !== 'cleared', raisedAt: at(second) } as AlarmView;
  };
  tell('snapshot', { kind: 'alarms', alarms: [alarm('a', 'acknowledged', 3), alarm('b', 'active', 1)] });
  tell('alarm', { change: 'raised', alarm: alarm('c', 'active', 2), at: at(2), simulated: false });
  expect(store.alarms.map((each) => each.id)).toEqual(['c', 'b', 'a']);
  for (let index = 0; index < 300; index += 1) {
    tell('alarm', { change: 'cleared', alarm: alarm(`old-${index}`, 'cleared', 0), at: at(2), simulated: false });
  }
  expect(store.alarms).toHaveLength(103);
  tell('snapshot', { kind: 'alarms', alarms: [] });
  expect(store.alarms.every(({ state }) => state === 'cleared')).toBe(true);
});

test('what this page does not know passes', () => {
  snapshot('psu-1');
  // A newer service may tell more.
  store.apply({ type: 'tomorrow', data: {}, id: 99 } as unknown as StreamEvent);
  expect(store.lastEventId).toBe(99);
  expect(store.devices).toHaveLength(1);
});
