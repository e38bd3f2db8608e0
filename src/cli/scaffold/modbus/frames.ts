import { crc16 } from '../../../../drivers/index.ts';

export interface Frame {
  readonly unit: number;
  /** Function and data. */
  readonly pdu: Buffer;
  /** Of Modbus TCP: what an answer has in common with its request. */
  readonly transaction?: number;
}

export type Framing = 'rtu' | 'mbap';

/** Unit, a function and a checksum at least (Modbus over Serial Line V1.02, §2.2). */
const [rtuShortest, rtuLongest] = [4, 256];
/** Transaction, protocol, length (Modbus Messaging on TCP/IP V1.0b, §3.1.3). */
const headBytes = 6;

/** The frames that some bytes are, from the first to the last of them; undefined if they are anything else. */
export function framesIn(bytes: Buffer, framing: Framing): readonly Frame[] | undefined {
  if (framing === 'rtu') return rtu(bytes);
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length;) {
    const frame = mbapAt(bytes.subarray(at));
    if (frame === undefined) return undefined;
    frames.push(frame);
    at += headBytes + 1 + frame.pdu.length;
  }
  return frames;
}

function rtu(bytes: Buffer): readonly Frame[] | undefined {
  if (bytes.length < rtuShortest || bytes.length > rtuLongest) return undefined;
  const body = bytes.subarray(0, -2);
  if (crc16(body) !== bytes.readUInt16LE(body.length)) return undefined;
  return [{ unit: body.readUInt8(0), pdu: body.subarray(1) }];
}

function mbapAt(bytes: Buffer): Frame | undefined {
  if (bytes.length < headBytes + 2 || bytes.readUInt16BE(2) !== 0) return undefined;
  const length = bytes.readUInt16BE(4);
  if (length < 2 || length > 254 || bytes.length < headBytes + length) return undefined;
  const pdu = bytes.subarray(headBytes + 1, headBytes + length);
  return { unit: bytes.readUInt8(headBytes), pdu, transaction: bytes.readUInt16BE(0) };
}
