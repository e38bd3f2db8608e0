/**
 * Requests and their responses without address and checksum: function code and data (Modbus Application Protocol
 * V1.1b3, §4.1 and §6). All numbers have their most significant byte first (§4.2).
 */
export interface Request<T> {
  readonly pdu: Uint8Array;
  /** The value of a normal response. Throws for one that does not answer this request. */
  readonly parse: (reply: Buffer) => T;
  /** The normal response, where the request tells all of it. */
  readonly response?: Uint8Array;
}

/** Most registers that one request may read or write, §6.3 and §6.12. */
export const mostRegisters = { read: 125, write: 123, writeAndRead: 121 } as const;

/** §6.1 Read Coils, §6.2 Read Discrete Inputs. */
export function readBits(code: 1 | 2, address: number, count: number): Request<boolean[]> {
  return {
    pdu: words(code, address, count),
    parse(reply) {
      const bytes = counted(reply, code, Math.ceil(count / 8));
      return Array.from({ length: count }, (_, index) => (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1);
    },
  };
}

/** §6.3 Read Holding Registers, §6.4 Read Input Registers. */
export function readRegisters(code: 3 | 4, address: number, count: number): Request<number[]> {
  return { pdu: words(code, address, count), parse: (reply) => wordsIn(counted(reply, code, count * 2)) };
}

/** §6.5 Write Single Coil: 0xFF00 is on, 0x0000 is off. The response repeats the request. */
export function writeCoil(address: number, on: boolean): Request<void> {
  return echoed(words(5, address, on ? 0xff_00 : 0));
}

/** §6.6 Write Single Register. The response repeats the request. */
export function writeRegister(address: number, word: number): Request<void> {
  return echoed(words(6, address, word));
}

/** §6.11 Write Multiple Coils. The response tells address and count. */
export function writeCoils(address: number, states: readonly boolean[]): Request<void> {
  const bytes = Buffer.alloc(Math.ceil(states.length / 8));
  for (const [index, on] of states.entries()) {
    if (on) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  }
  const head = words(15, address, states.length);
  return answered(Buffer.concat([head, Uint8Array.of(bytes.length), bytes]), head);
}

/** §6.12 Write Multiple Registers. The response tells address and count. */
export function writeRegisters(address: number, values: readonly number[]): Request<void> {
  const head = words(16, address, values.length);
  return answered(Buffer.concat([head, Uint8Array.of(values.length * 2), bytesIn(values)]), head);
}

/** §6.16 Mask Write Register: (current AND `and`) OR (`or` AND NOT `and`). The response repeats the request. */
export function maskWrite(address: number, and: number, or: number): Request<void> {
  return echoed(words(22, address, and, or));
}

/** §6.17 Read/Write Multiple Registers: writes first, then reads the same ones. */
export function writeAndRead(address: number, values: readonly number[]): Request<number[]> {
  const head = words(23, address, values.length, address, values.length);
  return {
    pdu: Buffer.concat([head, Uint8Array.of(values.length * 2), bytesIn(values)]),
    parse: (reply) => wordsIn(counted(reply, 23, values.length * 2)),
  };
}

function words(code: number, ...values: readonly number[]): Buffer {
  return Buffer.concat([Uint8Array.of(code), bytesIn(values)]);
}

function bytesIn(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

function wordsIn(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2));
}

function echoed(pdu: Buffer): Request<void> {
  return answered(pdu, pdu);
}

function answered(pdu: Buffer, wanted: Buffer): Request<void> {
  return {
    pdu,
    response: wanted,
    parse(reply) {
      if (!reply.equals(wanted)) throw new Error(`the response should be ${wanted.toString('hex')}`);
    },
  };
}

/** Function, byte count, and exactly so many bytes. */
function counted(reply: Buffer, code: number, bytes: number): Buffer {
  if (reply[0] !== code || reply[1] !== bytes || reply.length !== bytes + 2) {
    throw new Error(`the response should be of function ${code} with ${bytes} bytes`);
  }
  return reply.subarray(2);
}
