import { BellcrankError } from '../../src/driver/index.ts';
import type { Framing } from '../../src/driver/framing.ts';
import { identificationLength } from './identification.ts';
import type { Adu, Wrapping } from './wrapping.ts';

/** Address, function and data, checksum (Modbus over Serial Line V1.02, §2.2 and §2.5.1). */
const maxBytes = 256;

/** V1.02 §6.2.2: polynomial 0xA001, reflected, begun with 0xFFFF; sent with its low byte first. */
const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa0_01 : crc >>> 1;
  return crc;
});

export function crc16(bytes: Uint8Array): number {
  let crc = 0xff_ff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

/**
 * The end of a response follows from its function and its byte count: operating systems do not keep the time between two
 * bytes, by which frames end in the standard. Silence ends what does not come to that: a response that is cut short, or
 * one of a function that nobody knows.
 */
const framing: Framing = {
  endsByGap: true,
  maxBytes,
  cut(bytes) {
    const length = bytes.length < 2 ? undefined : responseLength(bytes.subarray(1));
    if (length === undefined || bytes.length < length + 3) return undefined;
    return { from: 0, to: length + 3, end: length + 3 };
  },
};

/** Length of a response's function and data; undefined while it cannot be told. */
function responseLength(pdu: Uint8Array): number | undefined {
  const [code = 0, count] = pdu;
  // §7: an exception is the function with its highest bit set, and a code.
  if (code >= 0x80) return 2;
  switch (code) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 23:
      return count === undefined ? undefined : count + 2;
    case 5:
    case 6:
    case 15:
    case 16:
      return 5;
    case 22:
      return 7;
    case 43:
      return identificationLength(pdu);
    default:
      return undefined;
  }
}

function wrap(unit: number, pdu: Uint8Array): Uint8Array {
  const body = Uint8Array.of(unit, ...pdu);
  const crc = crc16(body);
  return Uint8Array.of(...body, crc & 0xff, crc >>> 8);
}

function open(frame: Uint8Array): Adu {
  const bytes = Buffer.from(frame);
  if (bytes.length < 4) throw new Error(`a frame of ${bytes.length} bytes`);
  const body = bytes.subarray(0, -2);
  if (crc16(body) !== bytes.readUInt16LE(bytes.length - 2)) throw wrongChecksum();
  return { unit: body[0] ?? 0, pdu: body.subarray(1) };
}

function wrongChecksum(): BellcrankError {
  return new BellcrankError('device-protocol', 'the checksum is wrong', { damaged: true });
}

export const rtu: Wrapping = { framing, hasIds: false, wrap: (unit, pdu) => wrap(unit, pdu), open };
