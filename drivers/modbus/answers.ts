import { BellcrankError } from '../../src/driver/index.ts';
import type { Request } from './pdu.ts';

/** §7: the function with its highest bit set, and a code. */
export function isException(reply: Buffer, request: Request<unknown>): boolean {
  return reply.length === 2 && reply[0] === ((request.pdu[0] ?? 0) | 0x80);
}

/** Normal or not. */
export function isOfFunction({ pdu }: Request<unknown>): (reply: Buffer) => boolean {
  return (reply) => ((reply[0] ?? 0) & 0x7f) === pdu[0];
}

export function asReply(reply: Buffer): Buffer {
  return reply;
}

export function succeeds(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

export function lateVerdict<R>(decode: () => R): R | BellcrankError {
  try {
    return decode();
  } catch (error) {
    if (error instanceof BellcrankError) return error;
    return new BellcrankError('device-protocol', 'the late response makes no sense', { cause: error });
  }
}
