import { lengthPrefixed } from '../../src/driver/framing.ts';
import type { Adu, Wrapping } from './wrapping.ts';

/**
 * Transaction, protocol (0), length of what follows, unit (Modbus Messaging on TCP/IP V1.0b, §3.1.3); then function and
 * data of up to 253 bytes.
 */
const headBytes = 7;
const maxBytes = headBytes + 253;

/** The length counts the unit, too. */
const framing = lengthPrefixed({ offset: 4, size: 2, adds: 6 }, maxBytes);

function wrap(unit: number, pdu: Uint8Array, id: number): Uint8Array {
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(id, 0);
  head.writeUInt16BE(pdu.length + 1, 4);
  head.writeUInt8(unit, 6);
  return Buffer.concat([head, pdu]);
}

function open(frame: Uint8Array): Adu {
  const bytes = Buffer.from(frame);
  if (bytes.length < headBytes + 2) throw new Error(`a frame of ${bytes.length} bytes`);
  if (bytes.readUInt16BE(2) !== 0) throw new Error('the protocol in its head is not Modbus');
  if (bytes.readUInt16BE(4) !== bytes.length - 6) throw new Error('the length in its head is wrong');
  return { id: bytes.readUInt16BE(0), unit: bytes.readUInt8(6), pdu: bytes.subarray(headBytes) };
}

export const mbap: Wrapping = { framing, hasIds: true, wrap, open };
