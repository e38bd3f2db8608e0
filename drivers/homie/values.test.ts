import { describe as suite, expect, test } from 'vitest';
import { validate } from '../../src/driver/index.ts';
import { AttributeTree } from './attributes.ts';
import { readDescription } from './description.ts';
import { jsonSubset } from './json-subset.ts';
import { describe } from './specs.ts';
import { typeOf, type ValueType } from './types.ts';
import { decode, encode, readSchema, writeSchema } from './values.ts';

const bytes = (payload: string): Uint8Array => Uint8Array.from(Buffer.from(payload));
const type = (datatype: string, format?: string, version: 4 | 5 = 5): ValueType => {
  const read = typeOf(datatype, format, version);
  return typeof read === 'string' ? expect.fail(read) : read;
};
const read = (of: ValueType, payload: string): unknown => decode(of, bytes(payload));

suite('payloads (Homie 5, "Payload")', () => {
  test.each([
    ['integer', '21', 21],
    ['integer', '-3', -3],
    ['integer', '-', undefined],
    ['integer', '2.5', undefined],
    ['integer', '', undefined],
    ['integer', ' 1', undefined],
    ['integer', '9223372036854775807', undefined],
    ['float', '21.5', 21.5],
    ['float', '1e3', 1000],
    ['float', '-20', -20],
    ['float', 'NaN', undefined],
    ['float', '1e999', undefined],
    ['float', '1.2.3', undefined],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['boolean', 'TRUE', undefined],
    ['string', 'a\nb', 'a\nb'],
    ['string', '\0', ''],
    ['string', '', undefined],
    ['datetime', '2024-10-08T10:15:30Z', '2024-10-08T10:15:30Z'],
    ['datetime', 'yesterday', undefined],
    ['duration', 'PT12H5M46S', 'PT12H5M46S'],
    ['duration', 'PT5M', 'PT5M'],
    ['duration', 'PT', undefined],
    ['duration', '5 minutes', undefined],
    ['json', '{"temperature":21.5,"humidity":60}', { temperature: 21.5, humidity: 60 }],
    ['json', '7', undefined],
    ['json', '{', undefined],
  ])('%s %j is %j', (datatype, payload, value) => expect(read(type(datatype), payload)).toEqual(value));

  test('bytes that are no text are nothing', () => {
    for (const datatype of ['string', 'integer', 'json']) {
      expect(decode(type(datatype), Uint8Array.of(0xff, 0xfe))).toBeUndefined();
    }
  });

  test('an empty text is one byte 0', () => {
    expect([encode(type('string'), ''), encode(type('string'), 'x')]).toEqual(['\0', 'x']);
  });

  test('colors begin with their form, except in Homie 4', () => {
    const color = type('color', 'rgb,hsv,xyz');
    expect(read(color, 'rgb,100,100,100')).toEqual({ r: 100, g: 100, b: 100 });
    expect(read(color, 'hsv,300,50,75')).toEqual({ h: 300, s: 50, v: 75 });
    expect(read(color, 'xyz,0.25,0.34')).toEqual({ x: 0.25, y: 0.34 });
    for (const wrong of ['100,100,100', 'rgb,1,2', 'rgb,1,2,300', 'rgb,1,2,3,4', 'cmyk,1,2,3', 'rgb,1.5,2,3']) {
      expect(read(color, wrong), wrong).toBeUndefined();
    }
    expect(read(type('color', 'rgb'), 'hsv,300,50,75')).toBeUndefined();
    expect(encode(color, { h: 300, s: 50, v: 75 })).toBe('hsv,300,50,75');
    expect(validate(writeSchema(color), { r: 1, g: 2 })).not.toEqual([]);
    const four = type('color', 'hsv', 4);
    expect(read(four, '300,50,75')).toEqual({ h: 300, s: 50, v: 75 });
    expect(encode(four, { h: 300, s: 50, v: 75 })).toBe('300,50,75');
  });
});

suite('formats', () => {
  test.each([
    ['5:30:0.5', { minimum: 5, maximum: 30, step: 0.5 }],
    ['0:', { minimum: 0 }],
    [':10', { maximum: 10 }],
    ['::0.25', { step: 0.25 }],
    ['', {}],
  ])('a range %j', (format, range) => expect(type('float', format)).toEqual({ kind: 'float', ...range }));

  test.each([
    ['float', '30:5'],
    ['float', 'a:b'],
    ['float', '1:2:3:4'],
    ['float', '1:2:0'],
    ['enum', ''],
    ['enum', 'a,a'],
    ['enum', 'a,,b'],
    ['enum', Array.from({ length: 300 }, (_, n) => `v${n}`).join(',')],
    ['color', ''],
    ['color', 'cmyk'],
    ['quaternion', ''],
  ])('%s %j is not understood', (datatype, format) => expect(typeOf(datatype, format, 5)).toBeTypeOf('string'));

  test('white space belongs to the words of an enum', () => {
    expect(type('enum', 'a, b')).toEqual({ kind: 'enum', values: ['a', ' b'] });
  });

  test('a range holds for what is written, and not for what is told', () => {
    const range = type('float', '5:30');
    expect(read(range, '31')).toBe(31);
    expect(validate(readSchema(range), 31)).toEqual([]);
    expect(validate(writeSchema(range), 31)).not.toEqual([]);
  });

  test('steps count from the minimum, else from the maximum, and without either are left to the device', () => {
    expect(writeSchema(type('float', '5:30:0.5'))).toMatchObject({ multipleOf: 0.5 });
    const odd = type('float', '0.2:10.2:0.5');
    expect(writeSchema(odd)).not.toHaveProperty('multipleOf');
    expect(encode(odd, 0.7)).toBe('0.7');
    expect(() => encode(odd, 0.8)).toThrow('steps of 0.5 from 0.2');
    expect(() => encode(type('float', ':10:3'), 3)).toThrow('steps of 3 from 10');
    expect(encode(type('float', ':10:3'), 7)).toBe('7');
    expect(encode(type('float', '::3'), 4)).toBe('4');
  });
});

suite('schemas of JSON are taken as far as they are harmless', () => {
  const taken = (schema: unknown): unknown => jsonSubset(JSON.stringify(schema));
  const anything = { type: ['object', 'array'] };

  test('types, ranges, lengths, choices and structure', () => {
    const schema = {
      type: 'object',
      properties: {
        level: { type: 'integer', minimum: 0, maximum: 10 },
        tags: { type: 'array', items: { enum: ['a', 'b'] } },
      },
      required: ['level'],
      additionalProperties: false,
    };
    expect(taken({ $schema: 'x', title: 'Level', ...schema })).toEqual(schema);
    expect(validate(jsonSubset(JSON.stringify(schema)), { level: 11 })).not.toEqual([]);
  });

  test.each([
    ['a pattern', { type: 'string', pattern: '(a+)+$' }],
    ['a reference', { $ref: '#/definitions/x' }],
    ['a remote one', { $ref: 'http://example.org/x' }],
    ['a condition', { if: {}, else: {} }],
    ['an unknown word', { type: 'object', frobnicate: true }],
    ['an unknown type', { type: 'quaternion' }],
    ['a part that is not taken', { type: 'object', properties: { a: { pattern: 'x' } } }],
    ['a choice that is not taken', { anyOf: [{ type: 'object' }, { format: 'email' }] }],
    ['prototypes', JSON.parse('{"properties":{"__proto__":{"type":"object"}}}')],
    ['a list where an object belongs', []],
    ['steps of nothing', { multipleOf: 0 }],
  ])('%s makes it any JSON', (_, schema) => expect(taken(schema)).toEqual(anything));

  test('depth, breadth and length end somewhere', () => {
    let deep: unknown = { type: 'object' };
    for (let level = 0; level < 10; level++) deep = { properties: { a: deep } };
    const wide = { properties: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`p${n}`, {}])) };
    for (const schema of [deep, wide, { title: 'x'.repeat(20_000) }]) expect(taken(schema)).toEqual(anything);
    for (const text of [undefined, '', '{', 'null']) expect(jsonSubset(text)).toEqual(anything);
  });
});

suite('descriptions', () => {
  const car = {
    homie: '5.0',
    version: 7,
    name: 'Supercar',
    nodes: {
      engine: {
        name: 'Car engine',
        properties: {
          temperature: { name: 'Engine temperature', unit: '°C', datatype: 'float', format: '-20:120' },
          start: { datatype: 'enum', format: 'go', settable: true, retained: false },
        },
      },
    },
    children: [],
    extensions: ['org.bellcrank.devices'],
  };
  const told = (document: unknown) => readDescription(bytes(JSON.stringify(document)));

  test("the convention's car", () => {
    const announced = told(car) ?? expect.fail('it is none');
    expect(announced).toMatchObject({ name: 'Supercar', leftOut: [], extensions: ['org.bellcrank.devices'] });
    const { model, states, moments, orders } = describe(announced);
    expect(model.properties['engine-temperature']).toMatchObject({
      access: 'read',
      schema: { title: 'Car engine: Engine temperature', type: 'number', unit: '°C' },
    });
    expect([...states.keys(), ...moments.keys(), ...orders.keys()]).toEqual([
      'engine-temperature',
      'engine-start',
      'engine-start',
    ]);
    expect(model.commands['engine-start']).toMatchObject({ effect: 'actuate', confirmation: 'sent' });
    expect(model.stop).toBeUndefined();
  });

  test('devices that have the same to say have one model, whatever they are called', () => {
    const one = told(car);
    const other = told({ ...car, name: 'Another', version: 8 });
    expect(one && other && describe(one).model).toEqual(other && describe(other).model);
  });

  test.each([
    ['no version', { ...car, homie: undefined }],
    ['a version of its own', { ...car, homie: '6.0' }],
    ['a list', []],
    ['nothing', null],
  ])('%s is none', (_, document) => expect(told(document)).toBeUndefined());

  test('what is no node and no property is left out', () => {
    const nodes = {
      'Not An Id': {},
      fine: {
        properties: {
          'x/y': { datatype: 'float' },
          '+': {},
          none: 7,
          good: { datatype: 'integer' },
          odd: { datatype: 'enum' },
        },
      },
      broken: 'x',
    };
    const announced = told({ ...car, nodes });
    expect(announced?.properties.map(({ id }) => id)).toEqual(['good']);
    expect(announced?.leftOut).toHaveLength(6);
  });

  test('more properties than anybody has', () => {
    const properties = Object.fromEntries(Array.from({ length: 800 }, (_, n) => [`p${n}`, { datatype: 'float' }]));
    expect(told({ ...car, nodes: { a: { properties } } })?.properties).toHaveLength(500);
  });

  test('attributes of Homie 4, in any order', () => {
    const attributes: readonly (readonly [string, string])[] = [
      ['$name', 'Super car'],
      ['$nodes', 'engine,lights[],engine'],
      ['engine/$name', 'Car engine'],
      ['engine/$properties', 'temperature'],
      ['engine/temperature/$datatype', 'float'],
      ['engine/temperature/$format', '-20:120'],
      ['engine/temperature/$unit', '°C'],
      ['engine/temperature/$settable', 'true'],
    ];
    const tree = new AttributeTree();
    for (const [path, text] of attributes.toReversed()) tree.put(path, bytes(text));
    expect(tree.announced()).toMatchObject({
      name: 'Super car',
      properties: [
        { node: 'engine', id: 'temperature', settable: true, retained: true, unit: '°C', type: { minimum: -20 } },
      ],
    });
    expect(tree.put('$name', bytes('Super car'))).toBe(false);
    tree.put('engine/temperature/$datatype', bytes(''));
    expect(tree.announced()).toBeUndefined();
  });
});
