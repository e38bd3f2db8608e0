import { expect, test } from 'vitest';
import { validate } from '../../src/driver/index.ts';
import { type Announced, describe, type DescribeSettings } from './describe.ts';
import { fitsGlob } from './glob.ts';

const device: DescribeSettings = { kind: 'device', hasStop: false, rebirth: true };

const of = (announced: readonly Announced[], settings: Partial<DescribeSettings> = {}) =>
  describe(announced, { ...device, ...settings });

const accessOf = (announced: readonly Announced[], settings: Partial<DescribeSettings> = {}) =>
  Object.fromEntries(
    Object.entries(of(announced, settings).model.properties).map(([name, { access }]) => [name, access]),
  );

test('each metric is a property, named after it', () => {
  const { model, byMetric, byProperty } = of([
    { name: 'Outputs/LEDs/Green', type: 'Boolean' },
    { name: 'constructor', type: 'Int32' },
    { name: '__proto__', type: 'Int32' },
    { name: 'a b', type: 'String' },
    { name: 'a/b', type: 'String' },
  ]);
  const [first, ...others] = Object.keys(model.properties);
  expect(first).toBe('outputs-leds-green');
  expect(others.slice(0, 2)).toEqual(['constructor', 'proto']);
  expect(others.slice(2)).toEqual([
    expect.stringMatching(/^a-b-[0-9a-f]{6}$/),
    expect.stringMatching(/^a-b-[0-9a-f]{6}$/),
  ]);
  expect(byMetric.get('Outputs/LEDs/Green')).toMatchObject({ property: 'outputs-leds-green', writable: true });
  expect(byProperty.get('constructor')).toMatchObject({ metric: 'constructor' });
});

test.each([
  ['Int8', [-128, 127], [-129, 128, 1.5]],
  ['UInt16', [0, 65_535], [-1, 65_536]],
  ['UInt32', [4_294_967_295], [4_294_967_296]],
  ['Int64', [-9_007_199_254_740_991, 9_007_199_254_740_991], [9_007_199_254_740_992]],
  ['UInt64', [0, 9_007_199_254_740_991], [-1]],
  ['Float', [3.4e38, -1.5], [3.5e38, '1']],
  ['Double', [1e308], [true]],
  ['Boolean', [true], [1, 'true']],
  ['String', ['', 'x'.repeat(4096)], ['x'.repeat(4097), 1]],
  [
    'DateTime',
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123Z'],
    ['2026-01-01', '2026-01-01T00:00:00.1234Z', '2026-13-01T00:00:00Z'],
  ],
  ['UUID', ['123e4567-e89b-42d3-a456-426614174000'], ['123']],
  ['Bytes', ['', 'AAH+/w=='], ['AAH', 'A===', '%%%%']],
] as const)('a %s takes its values and no others', (type, right, wrong) => {
  const { model } = of([{ name: 'm', type }]);
  const params = model.commands['set']?.params ?? {};
  for (const value of right) expect(validate(params, { m: value }), String(value)).toEqual([]);
  for (const value of wrong) expect(validate(params, { m: value }), String(value)).not.toEqual([]);
  expect(validate(params, {})).not.toEqual([]);
  expect(validate(params, { other: 1 })).not.toEqual([]);
});

test('the unit is that of the metric, and its engineering range bounds what is written, not what is read', () => {
  const { model } = of([{ name: 'Speed', type: 'Int32', unit: 'rpm', low: -10, high: 3000 }]);
  const speed = model.properties['speed'];
  expect(speed?.schema).toMatchObject({ unit: 'rpm', minimum: -2_147_483_648 });
  expect(speed).toMatchObject({ write: { schema: { unit: 'rpm', minimum: -10, maximum: 3000 } } });
  expect(validate(model.commands['set']?.params ?? {}, { speed: 3001 })).not.toEqual([]);
});

test.each([
  ['none', {}],
  ['one end alone', { low: 1 }],
  ['no width', { low: 5, high: 5 }],
  ['the wrong way round', { low: 5, high: 1 }],
  ['no numbers', { low: Number.NaN, high: 1 }],
])('an engineering range of %s bounds nothing', (_, range) => {
  expect(of([{ name: 'm', type: 'Double', ...range }]).model.properties['m']).not.toHaveProperty('write.schema');
});

test('a range wider than the type is cut to it', () => {
  const { model } = of([{ name: 'm', type: 'UInt8', low: -5, high: 1000 }]);
  expect(model.properties['m']).toMatchObject({ write: { schema: { minimum: 0, maximum: 255 } } });
});

const mixed: readonly Announced[] = [
  { name: 'Outputs/Valve', type: 'Boolean' },
  { name: 'Inputs/Level', type: 'Double', readOnly: true },
  { name: 'Properties/Serial', type: 'String' },
  { name: 'Device Control/Rebirth', type: 'Boolean' },
  { name: 'Device Info/Firmware', type: 'String' },
];

test('by default all may be written but what tells of the device itself, and what says that it may not', () => {
  expect(accessOf(mixed)).toEqual({
    'outputs-valve': 'read-write',
    'inputs-level': 'read',
    'properties-serial': 'read',
    'device-control-rebirth': 'read',
    'device-info-firmware': 'read',
  });
});

test('`writable` says it exactly', () => {
  expect(accessOf(mixed, { writable: ['*/Serial', 'Inputs/*'] })).toEqual({
    'outputs-valve': 'read',
    'inputs-level': 'read-write',
    'properties-serial': 'read-write',
    'device-control-rebirth': 'read',
    'device-info-firmware': 'read',
  });
  expect(of(mixed, { writable: [] }).model.commands).toEqual({});
});

test('types that are not one value are left out and named', () => {
  const { model } = of([
    { name: 'table', type: 16 },
    { name: 'kind', type: 19 },
    { name: 'list', type: 24 },
    { name: 'new', type: 99 },
    { name: 'm', type: 'Int32' },
  ]);
  expect(Object.keys(model.properties)).toEqual(['m']);
  expect(model.summary).toBe('Sparkplug B device; without its DataSet, Template, arrays, unknown types metrics');
});

test('a node has commands of its own, and bdSeq is no property', () => {
  const announced: readonly Announced[] = [
    { name: 'bdSeq', type: 'Int64' },
    { name: 'Node Control/Rebirth', type: 'Boolean' },
    { name: 'Node Control/Next Server', type: 'Boolean' },
    { name: 'Node Control/Scan Rate', type: 'Int64' },
  ];
  const { model, controls } = of(announced, { kind: 'node', make: 'Acme Edge 5' });
  expect(Object.keys(model.commands)).toEqual(['rebirth', 'next-server']);
  expect(Object.keys(model.properties)).toEqual(['node-control-scan-rate']);
  expect(controls.get('next-server')).toBe('Node Control/Next Server');
  expect(model).toMatchObject({ name: 'sparkplug-b-acme-edge-5', summary: 'Sparkplug B edge node, Acme Edge 5' });
  expect(Object.keys(of(announced, { kind: 'node', rebirth: false }).model.commands)).toEqual(['next-server']);
});

test.each([
  ['a*', 'abc', true],
  ['*c', 'abc', true],
  ['a*c', 'ac', true],
  ['a*b*c', 'a/b/b/c', true],
  ['*', '', true],
  ['a', 'a', true],
  ['a', 'ab', false],
  ['aa*aa', 'aaa', false],
  ['a*x*c', 'abc', false],
  ['*ab*ab', 'ab', false],
  ['a.c', 'abc', false],
])('%s fits %s: %s', (pattern, text, fits) => expect(fitsGlob(pattern, text)).toBe(fits));

test('a pattern of stars takes no time', () => {
  expect(fitsGlob(`${'*a'.repeat(200)}*b`, 'a'.repeat(500))).toBe(false);
});
