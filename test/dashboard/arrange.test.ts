import { expect, test } from 'vitest';
import type { DeviceView } from '../../src/client/index.ts';
import { arrange, everything, labelKeys } from '../../src/dashboard/pages/devices/arrange.ts';

const device = (id: string, more: Partial<DeviceView> = {}): DeviceView => ({
  id,
  driver: 'scpi-supply',
  model: 'scpi-supply',
  connection: null,
  labels: {},
  state: 'ready',
  stopped: false,
  stoppedBy: null,
  simulated: false,
  managedBy: 'config',
  adopted: null,
  lastSeenAt: null,
  links: { self: '', properties: '', model: '', openapi: '', td: '/v1/devices/x/td' },
  ...more,
});

const views = [
  device('psu-10', { labels: { bench: 'left', kind: 'supply' } }),
  device('psu-2', { labels: { bench: 'right', kind: 'supply' }, stopped: true }),
  device('oven-1', { labels: { bench: 'right' }, model: 'bellcrank-oven', state: 'offline', detail: 'no such port' }),
  device('gps-1', { labels: { constructor: 'x' }, model: 'nmea0183' }),
];
const alarms = new Map([['oven-1', { count: 1, urgent: false }]]);
const ids = (choice: Partial<typeof everything>): string[][] =>
  arrange(views, { ...everything, ...choice }, alarms).map(({ devices }) => devices.map(({ id }) => id));

test('numbers in ids are numbers', () => {
  expect(ids({})).toEqual([['gps-1', 'oven-1', 'psu-2', 'psu-10']]);
  expect(ids({ descending: true })).toEqual([['psu-10', 'psu-2', 'oven-1', 'gps-1']]);
  expect(ids({ sort: 'state' })).toEqual([['oven-1', 'gps-1', 'psu-2', 'psu-10']]);
});

test.each([
  ['bench=right psu', ['psu-2']],
  ['OVEN', ['oven-1']],
  ['no such port', ['oven-1']],
  ['  ', ['gps-1', 'oven-1', 'psu-2', 'psu-10']],
])('a search for %j', (search, found) => expect(ids({ search }).flat()).toEqual(found));

test.each([
  ['not-ready', ['oven-1']],
  ['stopped', ['psu-2']],
  ['alarm', ['oven-1']],
  ['offline', ['oven-1']],
  ['disabled', []],
])('shown are those that are %s', (show, found) => expect(ids({ show }).flat()).toEqual(found));

test('groups by a label, those without it last; a label may be called anything', () => {
  const groups = arrange(views, { ...everything, group: 'bench' }, alarms);
  expect(groups.map(({ name, devices }) => [name, devices.length])).toEqual([
    ['bench: left', 1],
    ['bench: right', 2],
    ['without bench', 1],
  ]);
  expect(labelKeys(views)).toEqual(['bench', 'constructor', 'kind']);
  const odd = arrange(views, { ...everything, group: 'constructor' }, alarms);
  expect(odd.map(({ name }) => name)).toEqual(['constructor: x', 'without constructor']);
});
