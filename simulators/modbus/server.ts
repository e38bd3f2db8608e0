import type { Bank } from './bank.ts';
import { exceptions, type Table } from './memory.ts';

type Answer = Buffer | number;
type Serve = (pdu: Buffer, bank: Bank) => Answer;

/** Most that one request may ask for (§6.1, §6.3, §6.11, §6.12, §6.17). */
const most = { bits: 2000, registers: 125, writtenBits: 1968, writtenRegisters: 123, exchanged: 121 } as const;

const functions: Readonly<Record<number, Serve>> = {
  1: (pdu, bank) => readBits(pdu, bank, 'coil'),
  2: (pdu, bank) => readBits(pdu, bank, 'discrete'),
  3: (pdu, bank) => readRegisters(pdu, bank, 'holding'),
  4: (pdu, bank) => readRegisters(pdu, bank, 'input'),
  5: writeCoil,
  6: writeRegister,
  15: writeCoils,
  16: writeRegisters,
  22: maskWrite,
  23: exchangeRegisters,
  43: identification,
};

/** The response to a request: function and data, or the function with its highest bit set and an exception code. */
export function serve(pdu: Buffer, bank: Bank): Buffer {
  const code = pdu.readUInt8(0);
  const answer = functions[code]?.(pdu, bank) ?? exceptions.illegalFunction;
  return typeof answer === 'number' ? exceptionOf(code, answer) : answer;
}

export function exceptionOf(code: number, exception: number): Buffer {
  return Buffer.from([code | 0x80, exception]);
}

function readBits(pdu: Buffer, bank: Bank, table: Table): Answer {
  const count = countIn(pdu, 5, most.bits);
  if (count === undefined) return exceptions.illegalValue;
  const bits = bank.read({ table, address: pdu.readUInt16BE(1), count });
  return typeof bits === 'number' ? bits : withCount(pdu, packed(bits));
}

function readRegisters(pdu: Buffer, bank: Bank, table: Table): Answer {
  const count = countIn(pdu, 5, most.registers);
  if (count === undefined) return exceptions.illegalValue;
  const numbers = bank.read({ table, address: pdu.readUInt16BE(1), count });
  return typeof numbers === 'number' ? numbers : withCount(pdu, registerBytes(numbers));
}

/** §6.5: 0xFF00 or 0x0000, and nothing else. */
function writeCoil(pdu: Buffer, bank: Bank): Answer {
  if (pdu.length !== 5) return exceptions.illegalValue;
  const value = pdu.readUInt16BE(3);
  if (value !== 0xff_00 && value !== 0) return exceptions.illegalValue;
  const span = { table: 'coil', address: pdu.readUInt16BE(1), count: 1 } as const;
  return bank.write(span, [value === 0 ? 0 : 1]) ?? Buffer.from(pdu);
}

function writeRegister(pdu: Buffer, bank: Bank): Answer {
  if (pdu.length !== 5) return exceptions.illegalValue;
  const span = { table: 'holding', address: pdu.readUInt16BE(1), count: 1 } as const;
  return bank.write(span, [pdu.readUInt16BE(3)]) ?? Buffer.from(pdu);
}

function writeCoils(pdu: Buffer, bank: Bank): Answer {
  const bytes = pdu.subarray(6);
  const count = countIn(pdu, 6 + bytes.length, most.writtenBits);
  if (count === undefined || pdu[5] !== bytes.length || bytes.length !== Math.ceil(count / 8))
    return exceptions.illegalValue;
  const bits = Array.from({ length: count }, (_, index) => ((bytes[index >> 3] ?? 0) >> (index % 8)) & 1);
  return bank.write({ table: 'coil', address: pdu.readUInt16BE(1), count }, bits) ?? Buffer.from(pdu.subarray(0, 5));
}

function writeRegisters(pdu: Buffer, bank: Bank): Answer {
  const bytes = pdu.subarray(6);
  const count = countIn(pdu, 6 + bytes.length, most.writtenRegisters);
  if (count === undefined || pdu[5] !== bytes.length || bytes.length !== count * 2) return exceptions.illegalValue;
  const span = { table: 'holding', address: pdu.readUInt16BE(1), count } as const;
  return bank.write(span, registersIn(bytes)) ?? Buffer.from(pdu.subarray(0, 5));
}

/** §6.16: (current AND and-mask) OR (or-mask AND NOT and-mask). */
function maskWrite(pdu: Buffer, bank: Bank): Answer {
  if (pdu.length !== 7) return exceptions.illegalValue;
  const span = { table: 'holding', address: pdu.readUInt16BE(1), count: 1 } as const;
  const [and, or] = [pdu.readUInt16BE(3), pdu.readUInt16BE(5)];
  const current = bank.read(span);
  if (typeof current === 'number') return current;
  return bank.write(span, [((current[0] ?? 0) & and) | (or & ~and & 0xff_ff)]) ?? Buffer.from(pdu);
}

/** §6.17: the write comes first. */
function exchangeRegisters(pdu: Buffer, bank: Bank): Answer {
  if (pdu.length < 10) return exceptions.illegalValue;
  const read = { table: 'holding', address: pdu.readUInt16BE(1), count: pdu.readUInt16BE(3) } as const;
  const written = { table: 'holding', address: pdu.readUInt16BE(5), count: pdu.readUInt16BE(7) } as const;
  const bytes = pdu.subarray(10);
  const fits = (count: number, limit: number): boolean => count >= 1 && count <= limit;
  const isSound = fits(read.count, most.registers) && fits(written.count, most.exchanged);
  if (!isSound || pdu[9] !== bytes.length || bytes.length !== written.count * 2) return exceptions.illegalValue;
  if (typeof bank.read(read) === 'number') return exceptions.illegalAddress;
  const exception = bank.write(written, registersIn(bytes));
  if (exception !== undefined) return exception;
  const found = bank.read(read);
  return typeof found === 'number' ? found : withCount(pdu, registerBytes(found));
}

/** §6.21: one object (access 4), or all of the basic ones (access 1) from the asked one on. */
function identification(pdu: Buffer, bank: Bank): Answer {
  const { identification: texts } = bank.behaviour;
  if (texts === undefined || pdu[1] !== 14) return exceptions.illegalFunction;
  const [, , access = 0, first = 0] = pdu;
  if (access !== 1 && access !== 4) return exceptions.illegalValue;
  if (texts[first] === undefined) return exceptions.illegalAddress;
  const objects = access === 4 ? [first] : [...texts.keys()].slice(first);
  const bodies = objects.map((object) => {
    const text = Buffer.from(texts[object] ?? '', 'latin1');
    return Buffer.concat([Buffer.from([object, text.length]), text]);
  });
  // Conformity 0x81: basic, both as a stream and by object.
  return Buffer.concat([Buffer.from([43, 14, access, 0x81, 0, 0, objects.length]), ...bodies]);
}

/** The count in a request, if the request is as long as it should be and asks for no more than it may. */
function countIn(pdu: Buffer, length: number, limit: number): number | undefined {
  if (pdu.length !== length || pdu.length < 5) return undefined;
  const count = pdu.readUInt16BE(3);
  return count >= 1 && count <= limit ? count : undefined;
}

function withCount(pdu: Buffer, bytes: Buffer): Buffer {
  return Buffer.concat([pdu.subarray(0, 1), Buffer.from([bytes.length]), bytes]);
}

/** The first bit is the least significant of the first byte. */
function packed(bits: readonly number[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries())
    if (bit === 1) bytes[index >> 3] = (bytes[index >> 3] ?? 0) + (1 << (index % 8));
  return bytes;
}

function registerBytes(numbers: readonly number[]): Buffer {
  return Buffer.from(numbers.flatMap((number) => [number >> 8, number & 0xff]));
}

function registersIn(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2));
}
