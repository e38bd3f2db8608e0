import { expect, test } from 'vitest';
import { dialects, findingText, readDefinition } from '../index.ts';

/** What is said of a file, without its name. */
function said(...lines: readonly string[]): string[] {
  const { findings } = readDefinition({ name: 'f', text: lines.join('\n') }, () => undefined, dialects);
  return findings.map((finding) => findingText(finding).replace('f:', ''));
}

const head = ['model: m', 'modbus: {}'];
const none = [...head, 'properties: {}'];

test('a key that is not known is suggested, and stands where the key stands', () => {
  expect(
    said(
      ...head,
      'idetify: {}',
      'properties:',
      '  p:',
      '    schema: { type: number }',
      '    register: { tabel: coil, adress: 1, type: bool }',
      '    write: { efect: actuate }',
      'stop: { writes: [{ register: { table: coil, address: 0, type: bool }, value: false, valeu: 1 }] }',
    ),
  ).toEqual([
    '3:1: error: idetify: is not a known key; did you mean "identify"?',
    '7:17: error: properties.p.register.tabel: is not a known key; did you mean "table"?',
    '7:30: error: properties.p.register.adress: is not a known key; did you mean "address"?',
    '8:14: error: properties.p.write.efect: is not a known key; did you mean "effect"?',
    '9:85: error: stop.writes[0].valeu: is not a known key; did you mean "value"?',
  ]);
});

test('a name that cannot be one is told as that', () => {
  const property = '{ schema: { type: number }, register: { table: input, address: 0, type: int16 } }';
  expect(said(...head, `properties: { Bad name: ${property} }`)).toEqual([
    '3:15: error: properties["Bad name"]: the name must be lower-case words and digits with hyphens between them',
  ]);
});

test.each([
  ['3', ['4:11: error: identify: must be a map with `register` or `object`']],
  ['{ equals: 3 }', ['4:11: error: identify: needs `register` or `object`']],
  ['{ objct: revision }', ['4:13: error: identify.objct: is not a known key; did you mean "object"?']],
  [
    '{ object: revison, starts: x }',
    [
      '4:21: error: identify.object: must be one of',
      '4:30: error: identify.starts: is not a known key; known: object, equals, startsWith',
    ],
  ],
  ['{ register: { reference: 30001, type: int16 } }', ['4:1: error: identify.equals: is required']],
  [
    '{ register: { reference: 30001, type: int16 }, equals: [3] }',
    ['4:66: error: identify.equals: must be a number, text, true or false'],
  ],
])('identify: %s is explained by the form that is meant', (identify, expected) => {
  const found = said(...none, `identify: ${identify}`).map((text) => text.replace(/( must be one of).*/, '$1'));
  expect(found).toEqual(expected);
});

test('several forms are told in one sentence', () => {
  const register = '{ table: input, address: 0, type: int16, invalid: never }';
  expect(said(...head, `properties: { p: { schema: { type: number }, register: ${register} } }`)).toEqual([
    '3:106: error: properties.p.register.invalid: must be a number, a list of numbers, or `nan`',
  ]);
});

test('what is referred to by a name that is not there is suggested', () => {
  const found = said(
    ...head,
    'properties: { level: { schema: { type: number }, register: { table: holding, address: 0, type: int16 } } }',
    'commands:',
    '  fill:',
    '    effect: actuate',
    '    params: { level: { type: integer, minimum: 0, maximum: 9 } }',
    '    writes: [{ register: { table: holding, address: 0, type: int16 }, param: level }]',
    '    verify: { property: levle, param: lvel }',
  );
  expect(found).toEqual([
    '9:25: error: commands.fill.verify.property: names no property; did you mean "level"?',
    '9:39: error: commands.fill.verify.param: names no parameter; did you mean "level"?',
  ]);
});

test('a key `modbus` with nothing after it', () => {
  expect(said('model: m', 'modbus:', 'properties: {}')).toEqual(['2:1: error: modbus: is empty; write `modbus: {}`']);
});
