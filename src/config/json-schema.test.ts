import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { catalogue, load } from './fixture.ts';
import { configJsonSchema } from './json-schema.ts';
import { isRecord } from '../yaml/schema-walk.ts';

const schema = configJsonSchema(catalogue);
const accepts = new Ajv({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
  keywords: ['unit'],
}).compile(schema);

const guarded =
  'connections: { l: { tcp: { host: h, port: 1 } } }\ndevices: { d: { driver: supply, connection: l, labels: { k: v } } }\ninterlocks: [';

/** Files whose verdict the editor and the service must share: all that a schema can say. */
const good = [
  '{}',
  'server: { port: 1 }\nlog: { level: warn }\nsimulation: { brokerPort: 1883, directory: ./ports }',
  'connections: { a: { serial: { path: /dev/a } } }',
  'connections: { a: { mqtt: { url: mqtt://h, password: { env: P } }, simulated: true } }',
  'connections: { a: { simulate: { model: supply, via: pty, seed: 3, options: { load: 4 } } } }',
  'connections: { a: { simulate: { via: mqtt, devices: [{ model: plug, seed: 3 }, { model: plug, options: { topic: x } }] } } }',
  'connections: { a: { simulate: { model: supply, via: pty, faults: [{ kind: delay, ms: 4 }, { kind: echo }], faultSeed: 2 } } }',
  'connections: { a: { simulate: { via: mqtt, devices: [{ model: plug, faults: [{ kind: retained, match: x }] }] } } }',
  'devices: { a: { driver: virtual, labels: { b: c }, enabled: false } }',
  'connections: { l: { tcp: { host: h, port: 1 } } }\ndevices: { a: { driver: supply, connection: l, deny: [reset], limits: { set-voltage: { volts: { maximum: 5 } }, "write:setpoint": { minimum: 1 } } } }',
  `${guarded}{ name: a, device: d, forbid: [reset, "write:setpoint"], unless: self.voltage < 5 }]`,
  `${guarded}{ name: a, label: k=v, forbid: ["*"], unless: self.voltage < 5, maxAgeMs: 900 }]`,
];
const bad = [
  'interlocks: {}',
  `${guarded}{ name: a, forbid: [reset], unless: self.voltage < 5 }]`,
  `${guarded}{ name: a, device: d, label: k, forbid: [reset], unless: self.voltage < 5 }]`,
  `${guarded}{ name: a, device: d, forbid: [], unless: self.voltage < 5 }]`,
  `${guarded}{ name: a, device: d, forbid: [reset], unless: self.voltage < 5, maxAgeMs: 0 }]`,
  `${guarded}{ name: a, device: d, forbid: [reset], unless: self.voltage < 5, onViolation: halt }]`,
  'sever: {}',
  'server: { host: 1 }',
  'server: { prot: 1 }',
  'log: { level: loud }',
  'connections: { A: { serial: { path: /dev/a } } }',
  'connections: { a: {} }',
  'connections: { a: { serial: { path: /dev/a }, tcp: { host: h, port: 1 } } }',
  'connections: { a: { serial: { baudRate: 9600 } } }',
  'connections: { a: { serial: { path: { environment: P } } } }',
  'connections: { a: { simulate: { model: supply, via: pty }, simulated: true } }',
  'connections: { a: { simulate: { model: supply, via: usb } } }',
  'connections: { a: { simulate: { model: supply, via: pty, options: { topic: x } } } }',
  'connections: { a: { simulate: { via: mqtt, devices: [{ model: plug, options: { load: 1 } }] } } }',
  'connections: { a: { simulate: { via: mqtt, model: plug, devices: [{ model: plug }] } } }',
  'connections: { a: { simulate: { via: memory, devices: [{ model: plug }] } } }',
  'connections: { a: { simulate: { via: mqtt } } }',
  'connections: { a: { simulate: { model: supply, via: pty, faults: [{ kind: delai, ms: 4 }] } } }',
  'connections: { a: { simulate: { model: supply, via: pty, faults: [{ kind: delay }] } } }',
  'connections: { a: { simulate: { model: supply, via: pty, faults: [{ ms: 4 }] } } }',
  'connections: { a: { simulate: { model: supply, via: pty, faults: [{ kind: echo, ms: 4 }] } } }',
  'connections: { a: { simulate: { model: supply, via: pty, faultSeed: x } } }',
  'connections: { a: { simulate: { via: mqtt, faults: [], devices: [{ model: plug }] } } }',
  'connections: { a: { simulate: { via: mqtt, devices: [{ model: plug, faults: [{ kind: retained, mtch: x }] }] } } }',
  'discovery: { b: { dialect: [x] } }',
  'discovery: { b: { autoAdopt: yes } }',
  'devices: { a: {} }',
  'devices: { a: { driver: virtual, options: { x: 1 } } }',
  'devices: { a: { driver: virtual, limits: { c: { p: { maximun: 1 } } } } }',
  'devices: { a: { driver: virtual, limits: { "write:p": { q: { maximum: 1 } } } } }',
  'devices: { a: { driver: virtual, labels: { x: 1 } } }',
  'drivers: ./mine.ts',
];

describe('the editor’s schema and the service agree', () => {
  test.each(good)('on accepting %s', async (text) => {
    expect([accepts(parse(text)), accepts.errors]).toEqual([true, null]);
    expect(await load(text, { env: { P: 'password' } })).toMatchObject({ ok: true });
  });
  test.each(bad)('on refusing %s', async (text) => {
    expect(accepts(parse(text))).toBe(false);
    expect(await load(text)).toMatchObject({ ok: false });
  });
});

test('every key has a description, and every object of ours is closed', () => {
  const walk = (node: unknown, path: string): string[] => {
    if (!isRecord(node)) return [];
    const entries = Object.entries(isRecord(node['properties']) ? node['properties'] : {});
    const undescribed = entries
      .filter(([, value]) => isRecord(value) && !('description' in value) && !('$ref' in value))
      .map(([key]) => `${path}.${key} has no description`);
    const open =
      entries.length > 0 && !('additionalProperties' in node) && !path.endsWith('else') && !path.endsWith('not');
    return [
      ...undescribed.filter(() => !path.includes('else') && !path.includes('not')),
      ...(open ? [`${path} is open`] : []),
      ...Object.entries(node).flatMap(([key, value]) =>
        Array.isArray(value)
          ? value.flatMap((item, index) => walk(item, `${path}.${key}[${index}]`))
          : walk(value, `${path}.${key}`),
      ),
    ];
  };
  expect(walk(schema, '')).toEqual([]);
});

test('it is plain JSON', () => {
  expect(JSON.parse(JSON.stringify(schema))).toStrictEqual(schema);
});

test('the example of this checkout names the schema where it is', async () => {
  const text = await readFile(new URL('../../examples/lab/bellcrank.yaml', import.meta.url), 'utf8');
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../../docs/bellcrank.schema.json');
});
