import { expect, test } from 'vitest';
import { crc16 } from '../../../../drivers/index.ts';
import { differing, drafted, record } from '../drafted.fixture.ts';

const pairs = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

const rtu = (...bytes: number[]): string => {
  const crc = Buffer.alloc(2);
  crc.writeUInt16LE(crc16(Uint8Array.from(bytes)));
  return pairs(Buffer.concat([Uint8Array.from(bytes), crc]));
};
const mbap = (transaction: number, ...bytes: number[]): string =>
  pairs(Uint8Array.from([transaction >> 8, transaction & 255, 0, 0, 0, bytes.length, ...bytes]));

/** Written from the Application Protocol V1.1b3, §6: reads, writes, and an address that is not there. */
const oven = record(
  [
    `0 > ${rtu(17, 4, 0, 0, 0, 2)}`,
    // Chunks do not align with frames.
    `10 < ${rtu(17, 4, 4, 0, 235, 1, 44).slice(0, 8)}`,
    `11 < ${rtu(17, 4, 4, 0, 235, 1, 44).slice(9)}`,
    `100 > ${rtu(17, 3, 0, 10, 0, 1)}`,
    `110 < ${rtu(17, 3, 2, 0, 100)}`,
    `200 > ${rtu(17, 6, 0, 10, 0, 200)}`,
    `210 < ${rtu(17, 6, 0, 10, 0, 200)}`,
    `300 > ${rtu(17, 3, 0, 10, 0, 1)}`,
    `310 < ${rtu(17, 3, 2, 0, 200)}`,
    `400 > ${rtu(17, 1, 0, 0, 0, 3)}`,
    `410 < ${rtu(17, 1, 1, 5)}`,
    `500 > ${rtu(17, 5, 0, 1, 255, 0)}`,
    `510 < ${rtu(17, 5, 0, 1, 255, 0)}`,
    `600 > ${rtu(17, 1, 0, 0, 0, 3)}`,
    `610 < ${rtu(17, 1, 1, 7)}`,
    `700 > ${rtu(17, 16, 0, 20, 0, 2, 4, 0, 1, 0, 2)}`,
    `710 < ${rtu(17, 16, 0, 20, 0, 2)}`,
    `800 > ${rtu(17, 3, 0, 99, 0, 1)}`,
    `810 < ${rtu(17, 0x83, 2)}`,
    `900 > ${rtu(9, 3, 0, 0, 0, 1)}`,
    `1000 > ${rtu(17, 2, 0, 7, 0, 1)}`,
    `1010 < ${rtu(17, 2, 1, 1)}`,
  ],
  ['transport: serial', 'device: oven-1'],
);

test('reads and writes of Modbus RTU become a map of registers', () => {
  const { draft, errors, warnings, text, result } = drafted(oven);
  expect(errors).toEqual([]);
  expect(warnings).toEqual([]);
  expect(draft['transport']).toEqual(['serial']);
  expect(draft['modbus']).toEqual({ maxRegisters: 2, maxBits: 3 });
  const word = { type: 'integer', minimum: 0, maximum: 65_535 };
  expect(draft['properties']).toEqual({
    'input-0': { schema: word, register: { table: 'input', address: 0, type: 'uint16' } },
    'input-1': { schema: word, register: { table: 'input', address: 1, type: 'uint16' } },
    'holding-10': { schema: word, register: { table: 'holding', address: 10, type: 'uint16' }, write: {} },
    'holding-20': {
      schema: word,
      access: 'write',
      register: { table: 'holding', address: 20, type: 'uint16' },
      write: { function: 16 },
    },
    'holding-21': {
      schema: word,
      access: 'write',
      register: { table: 'holding', address: 21, type: 'uint16' },
      write: { function: 16 },
    },
    'discrete-7': { schema: { type: 'boolean' }, register: { table: 'discrete', address: 7, type: 'bool' } },
    'coil-0': { schema: { type: 'boolean' }, register: { table: 'coil', address: 0, type: 'bool' } },
    'coil-1': { schema: { type: 'boolean' }, register: { table: 'coil', address: 1, type: 'bool' }, write: {} },
    'coil-2': { schema: { type: 'boolean' }, register: { table: 'coil', address: 2, type: 'bool' } },
  });
  expect(draft['examples']).toContainEqual({ read: { 'holding-10': 100 }, registers: { 'holding 10': [100] } });
  expect(result?.examples).toBe(4);
  expect(text).toContain('# A draft from frames of Modbus RTU');
  expect(text).toContain('options: { unit: 17 }');
  expect(text).toContain('function 3 at 99 was answered with exception 2');
  expect(text).toContain('Unit 9 was spoken to as well, 1 times');
});

test('the simulator of a map answers what was recorded, from the values that were read first', async () => {
  expect(await differing(oven, { units: [{ unit: 17 }], framing: 'rtu' })).toEqual([]);
  // Another unit is another device: nothing is said for it.
  expect((await differing(oven, { units: [{ unit: 18 }] })).map(([kind]) => kind)).toContain('silent');
});

const pipelined = record(
  [
    `0 > ${mbap(1, 1, 3, 0, 0, 0, 1)}`,
    `1 > ${mbap(2, 1, 3, 0, 5, 0, 1)}`,
    `9 < ${mbap(2, 1, 3, 2, 0, 55)}`,
    `10 < ${mbap(1, 1, 3, 2, 0, 11)}`,
    `20 > ${mbap(3, 1, 23, 0, 0, 0, 1, 0, 5, 0, 1, 2, 0, 66)}`,
    `21 < ${mbap(3, 1, 23, 2, 0, 11)}`,
    `30 > ${mbap(4, 1, 43, 14, 4, 0)}`,
    `40 > "hello"`,
    `41 < "what?"`,
  ],
  ['transport: tcp'],
);

test('answers of Modbus TCP are told by their transactions, and what is no frame is said', () => {
  const { draft, errors, text } = drafted(pipelined);
  expect(errors).toEqual([]);
  expect(draft['examples']).toEqual(
    [
      { read: { 'holding-5': 55 }, registers: { 'holding 5': [55] } },
      { read: { 'holding-0': 11 }, registers: { 'holding 0': [11] } },
    ].toReversed(),
  );
  expect(draft['properties']?.['holding-5']).toMatchObject({ write: { function: 23 } });
  expect(text).toContain('# A draft from frames of Modbus TCP');
  expect(text).toContain('function 43 was not answered');
  expect(text).toContain('2 times what passed was no frame');
});

test('a checksum that does not hold, or a length that is another one, is no Modbus', () => {
  const wrong = rtu(1, 3, 0, 0, 0, 1).replace(/..$/, '00');
  for (const bytes of [wrong, '00 01 00 00 00 09 01 03 00 00 00 01', '00 01 00 07 00 06 01 03 00 00 00 01']) {
    const { draft, errors } = drafted(record([`0 > ${bytes}`, '5 < 01 03 02 00 07 00 00']));
    expect(errors).toEqual([]);
    expect(draft).not.toHaveProperty('modbus');
    expect(draft).toHaveProperty('line');
  }
});

test('the same checksum around something else is no Modbus', () => {
  const frames = [1, 2, 4].flatMap((code, at) => [
    `${at * 10} > ${rtu(0xaa, 0x55, 1, code)}`,
    `${at * 10 + 5} < ${rtu(0xaa, 0x55, 2, code, at)}`,
  ]);
  const { draft, errors } = drafted(record(frames));
  expect(errors).toEqual([]);
  expect(draft['frame']).toEqual({ send: '{message}{%#<modbus>}', expect: '{message}{%#<modbus>}' });
});

test('Modbus of which nothing succeeded is refused', () => {
  const text = record([`0 > ${rtu(1, 3, 0, 0, 0, 1)}`, `5 < ${rtu(1, 0x83, 2)}`]);
  expect(() => drafted(text)).toThrow(/nothing in it was read or written/);
});

test('thousands of registers, and answers that are shorter than they say, are bounded', () => {
  const read = (at: number): string[] => [
    `${at} > ${rtu(1, 3, at >> 8, at & 255, 0, 125)}`,
    `${at} < ${rtu(1, 3, 250, ...Array.from({ length: 250 }, () => 1))}`,
  ];
  const many = Array.from({ length: 20 }, (_, index) => read(index * 125)).flat();
  const { draft, errors, text } = drafted(
    record([...many, `9000 > ${rtu(1, 3, 200, 0, 0, 9)}`, `9001 < ${rtu(1, 3, 2, 0, 1)}`]),
  );
  expect(errors).toEqual([]);
  expect(Object.keys(draft['properties'] ?? {})).toHaveLength(1000);
  expect(text).toContain('more than 1000 registers');
});
