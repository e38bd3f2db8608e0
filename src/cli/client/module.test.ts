import { expect, test } from 'vitest';
import { compiled } from '../../../test/support/compiled.ts';
import type { CommandSpec, DeviceDetailView, PropertySpec } from '../../client/index.ts';
import { devicesModule } from './module.ts';

const closed = { type: 'object', properties: {}, additionalProperties: false };
const spec: CommandSpec = {
  summary: 'Do it',
  effect: 'actuate',
  confirmation: 'sent',
  timeoutMs: 1000,
  params: closed,
  result: closed,
};
const volts: PropertySpec = {
  summary: 'Volts',
  access: 'read-write',
  source: 'pushed',
  schema: { type: 'number', unit: 'V' },
  write: { effect: 'idempotent', confirmation: 'sent', timeoutMs: 1000, schema: { type: 'number', maximum: 5 } },
};

/** As much of a device as its types need. */
function device(id: string, more: Partial<DeviceDetailView> = {}): DeviceDetailView {
  const some = { id, driver: 'toy', model: 'toy', connection: null, labels: {}, simulated: false };
  const offers = { commands: { go: spec }, properties: { volts }, events: {} };
  // The rest is of no interest to its types.
  return { ...some, ...offers, ...more } as DeviceDetailView;
}

test('a device, with what it can do', () => {
  const labels = { room: 'a', bench: 'left' };
  expect(devicesModule([device('d-1', { labels, simulated: true, driver: 'mqtt', connection: 'house' })])).toBe(
    `/**
 * What the devices of a service can do. Written by \`bellcrank client\`; write it anew when they change.
 *
 *     import { connect } from 'bellcrank/client';
 *     import type { Devices } from './devices.d.ts';
 *     const lab = connect<Devices>();
 */

/** The devices, by id. */
export interface Devices {
  /** SIMULATED. toy (mqtt) on house; bench=left, room=a. */
  'd-1': ToyDevice;
}

/** toy: d-1. */
export interface ToyDevice {
  commands: {
    /**
     * Do it.
     * Effect: actuate. Confirmation: sent, within 1000 ms.
     */
    go: {
      params: Record<string, never>;
      result: Record<string, never>;
    };
  };
  properties: {
    /**
     * Volts.
     * In V. Writing: idempotent, sent. At most 5.
     */
    volts: {
      read: number;
      write: number;
    };
  };
  events: {};
}
`,
  );
});

test('devices that can do the same share a type; where their limits differ, each kind has its own', () => {
  const narrow = { ...volts, write: { ...volts.write, schema: { type: 'number', maximum: 3 } } } as PropertySpec;
  const module = devicesModule([
    device('b'),
    device('c', { properties: { volts: narrow } }),
    device('a'),
    device('d', { model: 'toy-d' }),
    device('e', { model: 'Toy.B', commands: {} }),
    device('f', { model: '7 segments', commands: {}, events: { e: { summary: '', data: {} } } }),
  ]);
  expect(module.match(/^ {2}.*Device;$/gm)).toEqual([
    '  a: ToyADevice;',
    '  b: ToyADevice;',
    '  c: ToyCDevice;',
    '  d: ToyADevice;',
    '  e: ToyBDevice;',
    '  f: _7SegmentsDevice;',
  ]);
});

test('the same devices are the same text, in whatever order they and their names come', () => {
  const one = device('a', { commands: { go: spec, stop: spec } });
  const other = device('a', { commands: { stop: spec, go: spec } });
  const b = device('b', { labels: { x: '1', a: '2' } });
  expect(devicesModule([b, other])).toBe(devicesModule([one, { ...b, labels: { a: '2', x: '1' } }]));
});

test('whatever devices say of themselves, it compiles, and every name can be called', { timeout: 60_000 }, async () => {
  const names = [
    'then',
    'constructor',
    '__proto__',
    'a-b',
    'aB',
    '5v',
    "it's",
    'a`b',
    '温度',
    '*/',
    '\u2028',
    'to-string',
  ];
  const text = '*/ } evil(); /* \n @deprecated \u202E `${x}`';
  const commands = Object.fromEntries(
    names.map((name) => [
      name,
      { ...spec, summary: text, params: { ...closed, title: text, properties: { [name]: {} } } },
    ]),
  );
  const enumerated = { summary: text, data: { enum: names, title: text, pattern: text, description: text } };
  const module = devicesModule([
    device('psu-1', { model: text, driver: text, connection: text, labels: { [text]: text }, commands }),
    device('psu-2', { model: '', events: Object.fromEntries(names.map((name) => [name, enumerated])) }),
  ]);
  const use = `import { connect } from '@root/src/client/index.ts';
import type { Devices } from './devices.ts';
const { commands } = connect<Devices>().device('psu-1');
void commands.then_({});
void commands.constructor_();
void commands.toString_();
void commands['a-b']({ 'a-b': 1 });
void commands.aB({ aB: 1 });
void commands['5v']({ '5v': 1 });
void commands['温度']();
void commands.proto();
// @ts-expect-error nothing of the sort
void commands.evil();
`;
  expect(await compiled({ 'devices.ts': module, 'use.ts': use })).toBe('');
});
