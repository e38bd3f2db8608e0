import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { decode } from '../../simulators/sparkplug-b/decode.ts';
import { encode, type OutMetric } from '../../simulators/sparkplug-b/encode.ts';
import { validate } from '../../src/driver/index.ts';
import { bdSeqOf, readBirth } from './birth.ts';
import { encodeCommand } from './command.ts';
import { type Datatype, datatypeNumber, datatypeOf, valueSchema } from './datatypes.ts';
import { decodePayload, maxMetrics, maxPayloadBytes, type RawMetric } from './payload.ts';
import { canonical, readValue, sameValue, type Value } from './values.ts';

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function only(payload: Uint8Array): RawMetric {
  const [metric, ...more] = decodePayload(payload).metrics;
  if (metric === undefined || more.length > 0) throw new Error('one metric was expected');
  return metric;
}

const readingOf = (type: Datatype, payload: Uint8Array) => {
  const { value } = only(payload);
  return value === undefined ? undefined : readValue(type, value);
};

const at = 1_486_144_502_122;

/** What Eclipse Tahu's own library (sparkplug-payload 1.0.3) made of a metric `m` with the alias 7, as message 3. */
const vectors: readonly (readonly [Datatype, string, Value])[] = [
  ['Int8', '08eaf2f5a8a02b12140a016d100718eaf2f5a8a02b200150ffffffff0f1803', -1],
  ['Int8', '08eaf2f5a8a02b12140a016d100718eaf2f5a8a02b20015080ffffff0f1803', -128],
  ['Int16', '08eaf2f5a8a02b12140a016d100718eaf2f5a8a02b200250d4fdffff0f1803', -300],
  ['Int32', '08eaf2f5a8a02b12140a016d100718eaf2f5a8a02b20035080808080081803', -2147483648],
  ['Int64', '08eaf2f5a8a02b12190a016d100718eaf2f5a8a02b20045881808080808080f0ff011803', -9007199254740991],
  ['UInt8', '08eaf2f5a8a02b12110a016d100718eaf2f5a8a02b200550ff011803', 255],
  ['UInt16', '08eaf2f5a8a02b12120a016d100718eaf2f5a8a02b200650ffff031803', 65535],
  ['UInt32', '08eaf2f5a8a02b12140a016d100718eaf2f5a8a02b200758ffffffff0f1803', 4294967295],
  ['UInt64', '08eaf2f5a8a02b12170a016d100718eaf2f5a8a02b200858ffffffffffffff0f1803', 9007199254740991],
  ['Float', '08eaf2f5a8a02b12130a016d100718eaf2f5a8a02b200965cdcccc3d1803', 0.1],
  ['Double', '08eaf2f5a8a02b12170a016d100718eaf2f5a8a02b200a69000000000000f8bf1803', -1.5],
  ['Boolean', '08eaf2f5a8a02b12100a016d100718eaf2f5a8a02b200b70011803', true],
  ['String', '08eaf2f5a8a02b12170a016d100718eaf2f5a8a02b200c7a074772c3bcc39f651803', 'Grüße'],
  ['DateTime', '08eaf2f5a8a02b12150a016d100718eaf2f5a8a02b200d58eaf2f5a8a02b1803', '2017-02-03T17:55:02.122Z'],
  ['Text', '08eaf2f5a8a02b12100a016d100718eaf2f5a8a02b200e7a001803', ''],
  [
    'UUID',
    '08eaf2f5a8a02b12340a016d100718eaf2f5a8a02b200f7a2431323365343536372d653839622d343264332d613435362d3432363631343137343030301803',
    '123e4567-e89b-42d3-a456-426614174000',
  ],
  ['Bytes', '08eaf2f5a8a02b12150a016d100718eaf2f5a8a02b20118201040001feff1803', 'AAH+/w=='],
];

describe('messages of another implementation', () => {
  test.each(vectors)('%s %s', (type, hex, value) => {
    const payload = decodePayload(fromHex(hex));
    expect(payload).toMatchObject({ timestamp: BigInt(at), seq: 3n });
    const [metric] = payload.metrics;
    expect(metric).toMatchObject({ name: 'm', alias: 7n, isNull: false, historical: false });
    expect(datatypeOf(metric?.datatype ?? 0)).toBe(type);
    expect(readingOf(type, fromHex(hex))).toEqual({ value });
    expect(validate(valueSchema(type), value)).toEqual([]);
  });

  test.each<[Datatype, string, string]>([
    ['Int64', '08eaf2f5a8a02b12190a016d100718eaf2f5a8a02b200458808080808080808080011803', '-9223372036854775808'],
    ['UInt64', '08eaf2f5a8a02b12190a016d100718eaf2f5a8a02b200858ffffffffffffffffff011803', '18446744073709551615'],
    ['Double', '08eaf2f5a8a02b12170a016d100718eaf2f5a8a02b200a69000000000000f87f1803', 'NaN'],
  ])('a %s that JSON does not hold is not rounded', (type, hex, told) => {
    expect(readingOf(type, fromHex(hex))).toEqual({ unknown: expect.stringContaining(told) });
  });

  test('null, historical values, properties', () => {
    expect(only(fromHex('08eaf2f5a8a02b12070a016d200338011800'))).toMatchObject({ name: 'm', isNull: true });
    const historical = decodePayload(fromHex('08eaf2f5a8a02b120a1007200328013001500518ff01'));
    expect(historical).toMatchObject({ seq: 255n, metrics: [{ alias: 7n, historical: true }] });
    const { properties } = only(
      fromHex(
        '08eaf2f5a8a02b12660a016d200a4a560a07656e67556e69740a06656e674c6f770a07656e67486967680a075175616c6974790a08726561644f6e6c791207080c4203626172120b080a31000000000000f8bf12040803180a1205080318c0011204080b380169000000000000f03f1801',
      ),
    );
    expect([...properties]).toEqual([
      ['engUnit', 'bar'],
      ['engLow', -1.5],
      ['engHigh', 10],
      ['Quality', 192],
      ['readOnly', true],
    ]);
  });

  test('a DataSet spoils no other metric', () => {
    const { metrics } = decodePayload(
      fromHex('08eaf2f5a8a02b12150a016420108a010d0801120161180322040a02080112070a016d200350011801'),
    );
    expect(metrics).toMatchObject([{ name: 'd', datatype: 16, value: { kind: 'other' } }, { name: 'm' }]);
    const birth = readBirth(
      decodePayload(fromHex('08eaf2f5a8a02b12150a016420108a010d0801120161180322040a02080112070a016d200350011801')),
    );
    expect(birth.announced).toEqual([
      { name: 'd', type: 16 },
      { name: 'm', type: 'Int32' },
    ]);
  });

  test('the death of a node', () => {
    const death = decodePayload(fromHex('08eaf2f5a8a02b120b0a05626453657120085804'));
    expect(death.seq).toBeUndefined();
    expect(bdSeqOf(death)).toBe(4n);
  });
});

describe('integers, byte by byte', () => {
  /** A metric whose only field is its value: 0x50 is field 10 (int_value), 0x58 field 11 (long_value). */
  const metric = (content: string): Uint8Array =>
    fromHex(`12 ${toHex(Uint8Array.of(fromHex(content).length))} ${content}`);

  test.each<[Datatype, string, number]>([
    // As narrow as the type, as Tahu's Python client has it.
    ['Int8', '50 ff01', -1],
    ['Int16', '50 ffff03', -1],
    ['Int8', '50 7f', 127],
    // Widened to 32 bits, and to 64 as protobuf's own int32 does.
    ['Int8', '50 80ffffff0f', -128],
    ['Int16', '50 ffffffffffffffffff01', -1],
    ['Int32', '58 ffffffffffffffffff01', -1],
    ['Int64', '50 05', 5],
    ['UInt32', '50 ffffffff0f', 4_294_967_295],
    ['UInt32', '58 ffffffff0f', 4_294_967_295],
    ['UInt64', '50 05', 5],
  ])('%s %s is %d', (type, content, value) => expect(readingOf(type, metric(content))).toEqual({ value }));

  test.each<[Datatype, string]>([
    ['Int8', '50 8002'],
    ['Int16', '50 808004'],
    ['UInt8', '50 8002'],
    ['UInt8', '50 ffffffff0f'],
    ['UInt16', '50 808004'],
    ['UInt32', '58 8080808010'],
    ['Int64', '50 ffffffff0f'],
    ['Int32', '70 01'],
    ['Boolean', '50 01'],
    ['DateTime', '50 01'],
    ['DateTime', '58 ffffffffffffffffff01'],
    ['String', '8201 00'],
    ['Text', '7a 01 ff'],
    ['Double', '65 0000807f'],
  ])('%s %s is no value of its', (type, content) => {
    expect(readingOf(type, metric(content))).toEqual({ unknown: expect.any(String) });
  });
});

describe('what is no message', () => {
  test.each([
    ['a length beyond the end', '12 05 0a'],
    ['a length beyond all ends', '12 ffffffffffffffffff01'],
    ['a number without an end', '18 ffffffffffffffffffffff'],
    ['a number of 70 bits', '18 ffffffffffffffffff7f'],
    ['a group', '0b 0c'],
    ['a field 0', '00 01'],
    ['a name that is a number', '12 02 08 01'],
    ['a timestamp that is a text', '0a 01 61'],
    ['a name that is no UTF-8', '12 03 0a 01 ff'],
    ['a float of eight bytes', '12 09 61 0000000000000000'],
  ])('%s', (_, hex) => expect(() => decodePayload(fromHex(hex))).toThrow());

  test('too much', () => {
    expect(() => decodePayload(new Uint8Array(maxPayloadBytes + 1))).toThrow('1048577 bytes');
    const metrics = Array.from({ length: maxMetrics }, (): OutMetric => ({ alias: 1, value: true }));
    expect(decodePayload(encode({ metrics })).metrics).toHaveLength(maxMetrics);
    expect(() => decodePayload(encode({ metrics: [...metrics, { alias: 1 }] }))).toThrow('5000 metrics');
    expect(() => decodePayload(encode({ metrics: [{ name: 'x'.repeat(513) }] }))).toThrow('513 bytes');
    const properties = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}`, 1]));
    expect(() => decodePayload(encode({ metrics: [{ name: 'm', properties }] }))).toThrow('properties');
  });

  test.each([
    ['without a metric', []],
    ['with a metric that has no name', [{ alias: 1, datatype: 3, value: 1 }]],
    ['with a metric that has no type', [{ name: 'm', value: 1 }]],
    [
      'with one alias for two',
      [
        { name: 'a', alias: 1, datatype: 3 },
        { name: 'b', alias: 1, datatype: 3 },
      ],
    ],
  ] satisfies [string, OutMetric[]][])('a birth certificate %s', (_, metrics) => {
    expect(() => readBirth(decodePayload(encode({ metrics })))).toThrow();
  });

  test('whatever bytes come, it is a message or an error, soon', () => {
    const valid = vectors.map(([, hex]) => fromHex(hex));
    const damaged = fc
      .tuple(fc.constantFrom(...valid), fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 6 }), fc.nat(80))
      .map(([bytes, changes, length]) => {
        const copy = Uint8Array.from(bytes);
        for (const [index, byte] of changes) if (index < copy.length) copy[index] = byte;
        return copy.subarray(0, copy.length - (length % 3));
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (bytes) => {
        let metrics: readonly RawMetric[] = [];
        try {
          metrics = decodePayload(bytes).metrics;
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
        for (const { datatype, value } of metrics) {
          const type = datatypeOf(datatype ?? 0);
          if (type === undefined || value === undefined) continue;
          const reading = readValue(type, value);
          // UUIDs are texts of a form that the runtime checks.
          if ('value' in reading && type !== 'UUID') expect(validate(valueSchema(type), reading.value)).toEqual([]);
        }
      }),
      { numRuns: 3000, seed: 20_260_101 },
    );
  });
});

describe('commands', () => {
  test('byte by byte: a timestamp, the metric, no sequence number', () => {
    const bytes = encodeCommand(at, [{ id: { name: 'm' }, type: 'Boolean', value: true }]);
    expect(toHex(bytes)).toBe('08eaf2f5a8a02b120e0a016d18eaf2f5a8a02b200b7001');
    const byAlias = encodeCommand(at, [{ id: { alias: 300n }, type: 'Int32', value: -2 }]);
    expect(toHex(byAlias)).toBe('08eaf2f5a8a02b121210ac0218eaf2f5a8a02b200350feffffff0f');
  });

  const values: fc.Arbitrary<readonly [Datatype, Value]> = fc.oneof(
    fc.integer({ min: -128, max: 127 }).map((value) => ['Int8', value] as const),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => ['Int32', value] as const),
    fc.maxSafeInteger().map((value) => ['Int64', value] as const),
    fc.maxSafeNat().map((value) => ['UInt64', value] as const),
    fc.nat({ max: 2 ** 32 - 1 }).map((value) => ['UInt32', value] as const),
    fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => ['Float', value] as const),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ['Double', value] as const),
    fc.boolean().map((value) => ['Boolean', value] as const),
    fc.string({ unit: 'grapheme', maxLength: 50 }).map((value) => ['String', value] as const),
    fc
      .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
      .map((value) => ['DateTime', value.toISOString()] as const),
    fc.uint8Array({ maxLength: 50 }).map((value) => ['Bytes', Buffer.from(value).toString('base64')] as const),
  );

  test('are what they were, to this decoder and to the far end', () => {
    fc.assert(
      fc.property(values, ([type, value]) => {
        const bytes = encodeCommand(at, [{ id: { alias: 2n ** 64n - 1n }, type, value }]);
        expect(decodePayload(bytes)).toMatchObject({ timestamp: BigInt(at) });
        expect(readingOf(type, bytes)).toEqual({ value: canonical(type, value) });
        const far = decode(bytes);
        expect(far).toMatchObject({ hasTimestamp: true, hasSeq: false });
        if (type === 'Int32' || type === 'Boolean' || type === 'String') expect(far?.metrics[0]?.value).toBe(value);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test('integers go into the field that their device uses', () => {
    const command = (integerField: 'int' | 'long') =>
      toHex(encodeCommand(0, [{ id: { name: 'm' }, type: 'UInt32', value: 5, integerField }]));
    expect(command('int')).toBe('0800 1209 0a016d 1800 2007 5005'.replaceAll(' ', ''));
    expect(command('long')).toBe('0800 1209 0a016d 1800 2007 5805'.replaceAll(' ', ''));
  });

  test('half a surrogate pair is refused, not replaced', () => {
    const wrong = { id: { name: 'm' }, type: 'String', value: '\ud800' } as const;
    expect(() => encodeCommand(at, [wrong])).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  test('a Float that was rounded by its type is the one that was asked for', () => {
    expect(sameValue('Float', 0.1, Math.fround(0.1))).toBe(true);
    expect(sameValue('Double', 0.1, Math.fround(0.1))).toBe(false);
    expect(sameValue('UUID', 'ABCDEF00-0000-4000-8000-000000000000', 'abcdef00-0000-4000-8000-000000000000')).toBe(
      true,
    );
    expect(sameValue('DateTime', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z')).toBe(true);
  });
});

test('types have the numbers of the specification', () => {
  expect(datatypeNumber('Int8')).toBe(1);
  expect(datatypeNumber('Bytes')).toBe(17);
  expect(datatypeOf(16)).toBeUndefined();
  expect(datatypeOf(22)).toBeUndefined();
});
