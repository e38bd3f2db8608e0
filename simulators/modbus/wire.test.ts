import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ModbusMap, oven } from '../../drivers/modbus/model.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { checksum } from './crc.ts';
import { modbusSimulator, ovenSimulator } from './index.ts';
import { rtuFrame } from './request-frames.ts';

const number = { type: 'number' };
const register = (table: 'holding' | 'input' | 'coil' | 'discrete', address: number) =>
  ({
    summary: 'R',
    schema: number,
    register: { table, address, type: table === 'coil' || table === 'discrete' ? 'bool' : 'uint16' },
  }) as const;

/** Registers where the examples of the standard have theirs. */
const standard: ModbusMap = {
  model: 'standard',
  summary: 'The examples of the Application Protocol V1.1b3, §6',
  properties: {
    ...Object.fromEntries(
      [0x6b, 0x6c, 0x6d, 1, 2, 4, 3, 5, 6, 7, 8, 14, 15, 16].map((at) => [`h${at}`, register('holding', at)]),
    ),
    ...Object.fromEntries(Array.from({ length: 19 }, (_, at) => [`c${0x13 + at}`, register('coil', 0x13 + at)])),
    c172: register('coil', 0xac),
    i8: register('input', 8),
  },
};

/** Somebody at the near end who types hexadecimal. */
function terminal(map: ModbusMap = standard, options: object = {}) {
  const clock = new VirtualClock();
  const simulator = modbusSimulator(map).create({ clock, seed: 1, options });
  const { near, far } = memoryBytes();
  if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
  let heard = '';
  near.onData((chunk) => (heard += Buffer.from(chunk).toString('hex').toUpperCase()));
  const type = async (text: string): Promise<string> => {
    heard = '';
    await near.write(Buffer.from(text.replaceAll(' ', ''), 'hex'));
    await settle();
    return heard;
  };
  /** A request of unit 1 as RTU, and the answer without address and checksum. */
  const ask = async (pdu: string): Promise<string> => {
    const answer = Buffer.from(
      await type(rtuFrame(1, Buffer.from(pdu.replaceAll(' ', ''), 'hex')).toString('hex')),
      'hex',
    );
    if (answer.length === 0) return '';
    expect(checksum(answer)).toBe(0);
    expect(answer[0]).toBe(1);
    return answer.subarray(1, -2).toString('hex').toUpperCase();
  };
  return { clock, simulator, unit: simulator.unit(), type, ask, near, heard: () => heard };
}

describe('the examples of the standard', () => {
  test('§6.1, §6.3, §6.4: reads', async () => {
    const { unit, ask } = terminal();
    unit.bank.poke({ table: 'coil', address: 0x13 }, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1);
    unit.bank.poke({ table: 'holding', address: 0x6b }, 0x02_2b, 0, 0x64);
    unit.bank.poke({ table: 'input', address: 8 }, 10);
    expect(await ask('01 0013 0013')).toBe('0103CD6B05');
    expect(await ask('03 006B 0003')).toBe('0306022B00000064');
    expect(await ask('04 0008 0001')).toBe('0402000A');
  });

  test('§6.5, §6.6, §6.11, §6.12: writes', async () => {
    const { unit, ask } = terminal();
    expect(await ask('05 00AC FF00')).toBe('0500ACFF00');
    expect(unit.bank.get('c172')).toBe(true);
    expect(await ask('06 0001 0003')).toBe('0600010003');
    expect(unit.bank.get('h1')).toBe(3);
    expect(await ask('0F 0013 000A 02 CD 01')).toBe('0F0013000A');
    expect(unit.bank.read({ table: 'coil', address: 0x13, count: 10 })).toEqual([1, 0, 1, 1, 0, 0, 1, 1, 1, 0]);
    expect(await ask('10 0001 0002 04 000A 0102')).toBe('1000010002');
    expect(unit.bank.read({ table: 'holding', address: 1, count: 2 })).toEqual([10, 0x01_02]);
  });

  test('§6.16: 0x12 masked with 0xF2 and 0x25 is 0x17', async () => {
    const { unit, ask } = terminal();
    unit.bank.poke({ table: 'holding', address: 4 }, 0x12);
    expect(await ask('16 0004 00F2 0025')).toBe('16000400F20025');
    expect(unit.bank.get('h4')).toBe(0x17);
  });

  test('§6.17: the write comes before the read', async () => {
    const { unit, ask } = terminal();
    unit.bank.poke({ table: 'holding', address: 3 }, 0xfe, 0x0a_cd, 1, 3, 0x0d, 0xff);
    expect(await ask('17 0003 0006 000E 0003 06 00FF 00FF 00FF')).toBe('170C00FE0ACD00010003000D00FF');
    expect(unit.bank.get('h16')).toBe(0xff);
    expect(await ask('17 000E 0001 000E 0001 02 0007')).toBe('17020007');
  });
});

test.each([
  ['07', ''],
  ['08 0000 1234', '8801'],
  ['2B 0E 01 00', 'AB01'],
  ['03 0000 0001', '8302'],
  ['03 006C 0003', '8302'],
  ['03 006B 0000', '8303'],
  ['03 006B 007E', '8303'],
  ['01 0013 07D1', '8103'],
  ['05 00AC 1234', '8503'],
  ['06 0008 0001', '0600080001'],
  ['06 0100 0001', '8602'],
  ['0F 0013 000A 01 CD', '8F03'],
  ['10 0001 0002 02 000A', '9003'],
  ['10 0002 0002 04 0001 0002', '1000020002'],
  ['10 0008 0002 04 0001 0002', '9002'],
  ['17 000E 0001 0100 0001 02 0007', '9702'],
  ['17 0100 0001 000E 0001 02 0007', '9702'],
])('%s is answered by %s', async (request, answer) => {
  const { ask, unit } = terminal();
  expect(await ask(request)).toBe(answer);
  if (answer === '9702') expect(unit.bank.get('h14')).toBe(0);
});

test('what is refused changes nothing', async () => {
  const { ask, unit } = terminal();
  await ask('10 0007 0003 06 0001 0002 0003');
  expect(unit.bank.get('h7')).toBe(0);
});

test('requests come framed either way and in any pieces, and unless told otherwise both are understood', async () => {
  for (const framing of ['auto', 'rtu'] as const) {
    const { type } = terminal(standard, { framing });
    expect(await type('01 04 0008 0001')).toBe('');
    expect(await type('B0 08')).toBe(rtuFrame(1, Buffer.from('04020000', 'hex')).toString('hex').toUpperCase());
  }
  for (const framing of ['auto', 'mbap'] as const) {
    const { type } = terminal(standard, { framing });
    expect(await type('1501 0000 0006 01')).toBe('');
    expect(await type('04 0008 0001 1502 0000 0006 01 04 0008 0001')).toBe(
      '15010000000501040200001502000000050104020000',
    );
  }
  expect(await terminal(standard, { framing: 'rtu' }).type('1501 0000 0006 01 04 0008 0001')).toBe('');
  expect(await terminal(standard, { framing: 'mbap' }).type('01 04 0008 0001 B0 08')).toBe('');
});

test('a wrong checksum is not answered, and after a silence all is well', async () => {
  const { type, clock, ask } = terminal();
  expect(await type('01 04 0008 0001 B0 09')).toBe('');
  await clock.advance(200);
  expect(await ask('04 0008 0001')).toBe('04020000');
});

test('nobody answers for a unit that is not there, nor to a broadcast', async () => {
  const { type } = terminal();
  for (const unit of [0, 2])
    expect(await type(rtuFrame(unit, Buffer.from('0400080001', 'hex')).toString('hex'))).toBe('');
});

test('noise is never answered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      expect(await terminal().type(Buffer.from(bytes).toString('hex'))).toBe('');
    }),
  );
});

describe('faults', () => {
  const read = '04 0008 0001';

  test('mute, delayed, in another’s name, twisted, refused; each as often as told', async () => {
    const { ask, unit, type, clock, heard } = terminal();
    unit.faults.mute(1);
    expect(await ask(read)).toBe('');
    unit.faults.delay(30, 1);
    expect(await ask(read)).toBe('');
    await clock.advance(29);
    expect(heard()).toBe('');
    await clock.advance(1);
    expect(heard()).not.toBe('');
    const request = rtuFrame(1, Buffer.from('0400080001', 'hex')).toString('hex');
    unit.faults.answerAs(9, 1);
    expect(await type(request)).toBe(rtuFrame(9, Buffer.from('04020000', 'hex')).toString('hex').toUpperCase());
    unit.faults.twist((frame) => frame.subarray(0, 3), 1);
    expect(await type(request)).toBe('010402');
    unit.faults.refuse(6, 1);
    expect(await ask(read)).toBe('8406');
    expect(await ask(read)).toBe('04020000');
    unit.faults.mute();
    expect(await ask(read)).toBe('');
    unit.faults.clear();
    expect(await ask(read)).toBe('04020000');
  });

  test('a muted unit executes, a refusing one does not', async () => {
    const { ask, unit } = terminal();
    unit.faults.mute(1);
    await ask('06 0001 0003');
    expect(unit.bank.get('h1')).toBe(3);
    unit.faults.refuse(4, 1);
    expect(await ask('06 0001 0009')).toBe('8604');
    expect(unit.bank.get('h1')).toBe(3);
  });

  test('a lost connection takes its late answers with it', async () => {
    const { ask, unit, near, clock } = terminal();
    unit.faults.delay(30, 1);
    await ask(read);
    await near.close();
    await settle();
    expect(clock.pendingTimers).toBe(0);
  });
});

test('several units, each with its own registers; options are checked', () => {
  const clock = new VirtualClock();
  const options = { units: [{ unit: 1, device: { temperature: 50 } }, { unit: 2 }] };
  const line = ovenSimulator.create({ clock, seed: 1, options });
  expect(line.unit(1).bank.get('temperature')).toBe(50);
  expect(line.unit(2).bank.get('temperature')).toBe(21);
  for (const wrong of [
    { units: [] },
    { units: [{ unit: 0 }] },
    { units: [{ unit: 1, device: { hot: true } }] },
    { framing: 'ascii' },
  ]) {
    expect(() => ovenSimulator.create({ clock, seed: 1, options: wrong })).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    );
  }
  expect(oven.model).toBe(ovenSimulator.model);
});
