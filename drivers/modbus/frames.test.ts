import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readIdentification } from './identification.ts';
import { mbap } from './mbap.ts';
import {
  maskWrite,
  readBits,
  readRegisters,
  type Request,
  writeAndRead,
  writeCoil,
  writeCoils,
  writeRegister,
  writeRegisters,
} from './pdu.ts';
import { crc16, rtu } from './rtu.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Examples of the Modbus Application Protocol V1.1b3: request, response, and what the response says. */
const examples: [string, Request<unknown>, string, string, unknown][] = [
  [
    '§6.1',
    readBits(1, 0x13, 19),
    '01 0013 0013',
    '01 03 CD 6B 05',
    [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1].map(Boolean),
  ],
  ['§6.3', readRegisters(3, 0x6b, 3), '03 006B 0003', '03 06 02 2B 00 00 00 64', [0x02_2b, 0, 0x64]],
  ['§6.4', readRegisters(4, 8, 1), '04 0008 0001', '04 02 00 0A', [10]],
  ['§6.5', writeCoil(0xac, true), '05 00AC FF00', '05 00AC FF00', undefined],
  ['§6.6', writeRegister(1, 3), '06 0001 0003', '06 0001 0003', undefined],
  [
    '§6.11',
    writeCoils(0x13, [1, 0, 1, 1, 0, 0, 1, 1, 1, 0].map(Boolean)),
    '0F 0013 000A 02 CD 01',
    '0F 0013 000A',
    undefined,
  ],
  ['§6.12', writeRegisters(1, [0x0a, 0x01_02]), '10 0001 0002 04 000A 0102', '10 0001 0002', undefined],
  ['§6.16', maskWrite(4, 0xf2, 0x25), '16 0004 00F2 0025', '16 0004 00F2 0025', undefined],
  [
    '§6.17',
    writeAndRead(14, [255, 255, 255]),
    '17 000E 0003 000E 0003 06 00FF 00FF 00FF',
    '17 06 00FF 00FF 00FF',
    [255, 255, 255],
  ],
  ['§6.21', readIdentification(1), '2B 0E 04 01', '2B 0E 04 81 00 00 01 01 04 4F56454E', 'OVEN'],
];

describe.each(examples)('%s', (_, request, sent, reply, value) => {
  test('is asked and answered as in the standard', () => {
    expect(Buffer.from(request.pdu)).toEqual(hex(sent));
    expect(request.parse(hex(reply))).toEqual(value);
  });

  test('is not answered by a response with any one byte changed that says what is asked, cut or extended', () => {
    const bytes = hex(reply);
    const says = request.pdu[0] === 5 || value === undefined ? bytes.length : 2;
    for (let at = 0; at < says; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => request.parse(changed), `byte ${at}`).toThrow();
    }
    expect(() => request.parse(bytes.subarray(0, -1))).toThrow();
    expect(() => request.parse(Buffer.concat([bytes, hex('00')]))).toThrow();
  });

  test.each([
    ['rtu', rtu],
    ['mbap', mbap],
  ] as const)('goes through %s whole, in whatever pieces', (_name, wrapping) => {
    const frame = wrapping.wrap(17, hex(reply), 0x12_34);
    const twice = Buffer.concat([frame, frame]);
    for (let length = 0; length < frame.length; length++) {
      expect(wrapping.framing.cut(frame.subarray(0, length), 0)).toBeUndefined();
    }
    expect(wrapping.framing.cut(twice, 0)).toMatchObject({ from: 0, to: frame.length, end: frame.length });
    const { unit, pdu } = wrapping.open(frame);
    expect([unit, pdu]).toEqual([17, hex(reply)]);
  });
});

test('the checksum of known frames', () => {
  // Modbus over Serial Line V1.02, §6.2.2: 02 07 has the CRC 1241, sent 41 12.
  expect(Buffer.from(rtu.wrap(2, hex('07'), 0))).toEqual(hex('02 07 41 12'));
  expect(crc16(Buffer.from('123456789'))).toBe(0x4b_37);
});

test('the head of Modbus TCP, Messaging V1.0b §3.1.3', () => {
  expect(Buffer.from(mbap.wrap(0xff, hex('03 0004 0001'), 0x15_01))).toEqual(hex('1501 0000 0006 FF 03 0004 0001'));
  for (const wrong of ['1501 0001 0006 FF 03 0004 0001', '1501 0000 0005 FF 03 0004 0001', '1501 0000 0002 FF']) {
    expect(() => mbap.open(hex(wrong))).toThrow();
  }
});

test('an exception is a whole frame of its own length', () => {
  const frame = rtu.wrap(1, hex('83 02'), 0);
  expect(rtu.framing.cut(frame, 0)).toMatchObject({ end: 5 });
});

test('a frame with any bits changed is none', () => {
  const frame = rtu.wrap(1, hex('03 04 00 01 02 03'), 0);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: frame.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Uint8Array.from(frame);
      changed[at] = (changed[at] ?? 0) ^ flip;
      expect(() => rtu.open(changed)).toThrow();
    }),
  );
});

test('random bytes answer nothing', () => {
  const requests = examples.map(([, request]) => request);
  const size = { minLength: 0, maxLength: 300 };
  fc.assert(
    fc.property(fc.uint8Array(size), fc.constantFrom(...requests), (bytes, request) => {
      expect(() => request.parse(rtu.open(bytes).pdu)).toThrow();
      expect(() => request.parse(mbap.open(bytes).pdu)).toThrow();
    }),
    { numRuns: 2000 },
  );
});
