import { checksum } from './crc.ts';

/** A request that was heard, and how its answer is framed. */
export interface Heard {
  readonly unit: number;
  readonly pdu: Buffer;
  /** Bytes that it took. */
  readonly taken: number;
  frame(unit: number, pdu: Uint8Array): Buffer;
}

export type Framing = 'auto' | 'rtu' | 'mbap';

/** Longest frame of either kind. */
export const maxFrameBytes = 260;

/** The first whole request in some bytes; undefined if there is none (yet). */
export function hearRequest(bytes: Buffer, framing: Framing): Heard | undefined {
  return (framing === 'mbap' ? undefined : hearRtu(bytes)) ?? (framing === 'rtu' ? undefined : hearMbap(bytes));
}

/** Serial Line V1.02 §2.5.1: address, function, data, CRC with its low byte first. */
function hearRtu(bytes: Buffer): Heard | undefined {
  const length = requestLength(bytes.subarray(1));
  if (length === undefined || bytes.length < length + 3) return undefined;
  const body = bytes.subarray(0, length + 1);
  if (checksum(body) !== bytes.readUInt16LE(length + 1)) return undefined;
  return { unit: body.readUInt8(0), pdu: body.subarray(1), taken: length + 3, frame: rtuFrame };
}

export function rtuFrame(unit: number, pdu: Uint8Array): Buffer {
  const body = Buffer.from([unit, ...pdu]);
  const crc = Buffer.alloc(2);
  crc.writeUInt16LE(checksum(body));
  return Buffer.concat([body, crc]);
}

/** Messaging on TCP/IP V1.0b §3.1.3: transaction, protocol 0, length from the unit on, unit. */
function hearMbap(bytes: Buffer): Heard | undefined {
  if (bytes.length < 8 || bytes.readUInt16BE(2) !== 0) return undefined;
  const length = bytes.readUInt16BE(4);
  if (length < 2 || length > 254 || bytes.length < length + 6) return undefined;
  const head = Buffer.from(bytes.subarray(0, 4));
  const frame = (unit: number, pdu: Uint8Array): Buffer => {
    const rest = Buffer.alloc(3);
    rest.writeUInt16BE(pdu.length + 1);
    rest.writeUInt8(unit, 2);
    return Buffer.concat([head, rest, pdu]);
  };
  return { unit: bytes.readUInt8(6), pdu: bytes.subarray(7, 6 + length), taken: 6 + length, frame };
}

/** How long a request is from its function on, where the function says so (Application Protocol V1.1b3, §6). */
function requestLength(pdu: Buffer): number | undefined {
  const countAt: Readonly<Record<number, number>> = { 15: 5, 16: 5, 23: 9 };
  const fixed: Readonly<Record<number, number>> = { 1: 5, 2: 5, 3: 5, 4: 5, 5: 5, 6: 5, 8: 5, 22: 7, 43: 4 };
  const code = pdu[0];
  if (code === undefined) return undefined;
  const at = countAt[code];
  if (at === undefined) return fixed[code];
  const count = pdu[at];
  return count === undefined ? undefined : at + 1 + count;
}
