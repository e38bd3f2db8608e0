import { beforeAll, expect, test, vi } from 'vitest';
import { homeAssistant } from '../../drivers/home-assistant/driver.ts';
import { systemClock } from '../../src/clock.ts';
import { defaultLimits } from '../../src/device/limits.ts';
import { Registry } from '../../src/device/registry.ts';
import type { DeviceEvent } from '../../src/device/settings.ts';
import type { Message } from '../../src/driver/index.ts';
import { heapBytes } from '../support/heap.ts';
import { HubLine } from '../support/hub-line.ts';
import { silentLog } from '../support/rig.ts';

const count = 2000;
/** A device has three parts and four topics here. Its announcement is not in it, which all have heard before. */
const mostBytes = 4200;

const nameOf = (index: number): string => `relay-${index}`;

function described(name: string): object {
  const at = (key: string) => ({ state_topic: `fleet/${name}/${key}`, unique_id: `${name}-${key}`, name: key });
  return {
    dev: { ids: [name], name, mf: 'Bench', mdl: 'Relay 1' },
    o: { name: 'bench' },
    availability_topic: `fleet/${name}/availability`,
    cmps: {
      relay: { p: 'switch', ...at('relay'), command_topic: `fleet/${name}/set/relay` },
      level: { p: 'number', ...at('level'), command_topic: `fleet/${name}/set/level`, min: 0, max: 100 },
      temperature: { p: 'sensor', ...at('temperature'), unit_of_measurement: '°C' },
    },
  };
}

/** A broker in memory that counts whom its messages wake. */
function countedLine() {
  const line = new HubLine();
  let woken = 0;
  const open = async () => {
    const connection = line.hub.connect();
    line.near = connection;
    const { subscribe, subscriptionSet } = connection;
    const counted = (listener: (message: Message) => void) => (message: Message) => (woken++, listener(message));
    connection.subscribe = (filter, listener, options) =>
      subscribe.call(connection, filter, counted(listener), options);
    if (subscriptionSet !== undefined)
      connection.subscriptionSet = (listener) => subscriptionSet.call(connection, counted(listener));
    return connection;
  };
  return { line, opener: { ...line.opener, open }, woken: () => woken };
}

const { line, opener, woken } = countedLine();
const events: DeviceEvent[] = [];
let isWatched = false;
const registry = new Registry({
  drivers: [homeAssistant],
  clock: systemClock,
  random: Math.random,
  log: silentLog,
  limits: defaultLimits,
  maxDevices: 2 * count,
  observe: (event) => void (isWatched && events.push(event)),
});
/** What each `add` took, in ms. */
const took: number[] = [];
let bytes = 0;

function add(index: number): void {
  const id = nameOf(index);
  const settings = { driver: 'home-assistant', connection: 'broker', options: { device: id }, labels: {} };
  const begun = performance.now();
  registry.add({ ...settings, id, restrictions: {}, enabled: true, managedBy: 'api' });
  took.push(performance.now() - begun);
}

const ready = async (): Promise<void> =>
  await vi.waitFor(() => expect(registry.devices.filter(({ state }) => state !== 'ready')).toHaveLength(0), {
    timeout: 60_000,
    interval: 50,
  });

beforeAll(async () => {
  registry.addConnection('broker', opener);
  for (let index = 0; index < count + 20; index++) {
    line.publish(`homeassistant/device/${nameOf(index)}/config`, described(nameOf(index)));
    line.publish(`fleet/${nameOf(index)}/availability`, 'online');
  }
  add(0);
  await ready();
  const before = heapBytes();
  for (let index = 1; index < count; index++) {
    add(index);
    if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await ready();
  bytes = (heapBytes() - before) / count;
}, 120_000);

test('all of them have one model', () => {
  expect(new Set(registry.devices.map(({ model }) => model)).size).toBe(1);
});

test('a message for one wakes no other', async () => {
  const before = woken();
  isWatched = true;
  line.publish('fleet/relay-777/temperature', '21.5', false);
  await vi.waitFor(() => expect(events.length).toBeGreaterThan(0));
  isWatched = false;
  expect(events.map(({ device, name }) => [device.id, name])).toEqual([['relay-777', 'temperature']]);
  expect(woken() - before).toBe(1);
});

test('the two thousand and first is added as quickly as the eleventh', async () => {
  for (let index = count; index < count + 20; index++) add(index);
  await ready();
  // The quickest of twenty, so that what else the machine does has no part in it.
  const quickest = (from: number): number => Math.min(...took.slice(from, from + 20));
  expect(quickest(count)).toBeLessThan(5 * quickest(10));
});

test('a device weighs no more than it must', () => {
  expect(bytes).toBeLessThan(mostBytes);
});

test('they hear in turn that their connection is lost, and what is asked meanwhile is not sent', async () => {
  line.lose();
  await new Promise((resolve) => setImmediate(resolve));
  const last = registry.get(nameOf(count - 1));
  expect(registry.get(nameOf(0)).state).toBe('offline');
  expect(last.state).toBe('ready');
  const { left, error } = await last.run({
    id: 'c1',
    effect: 'actuate',
    handler: (session) => session.write('relay', true),
    deadline: systemClock.monotonic() + 1000,
  });
  expect(left).toBe(false);
  expect(error).toMatchObject({ code: 'device-offline', outcome: 'not-sent' });
  await vi.waitFor(() => expect(last.state).toBe('offline'), { timeout: 60_000 });
  await ready();
}, 120_000);

test('they come back with their connection, and no attach runs out of time because of the others', async () => {
  isWatched = true;
  events.length = 0;
  line.lose();
  await vi.waitFor(() => expect(events.filter(({ name }) => name === 'ready').length).toBe(registry.devices.length), {
    timeout: 60_000,
    interval: 50,
  });
  isWatched = false;
  const changes = (name: string): number => events.filter((each) => each.kind === 'state' && each.name === name).length;
  expect(changes('offline')).toBe(registry.devices.length);
}, 120_000);
