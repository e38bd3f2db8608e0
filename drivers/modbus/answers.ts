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

/** Only a write tells all of its response beforehand, §6.5 to §6.16. */
export function isRead({ response }: Request<unknown>): boolean {
  return response === undefined;
}

/** Whether this is the shortest response there is, or longer, and how the request begins. */
export function isBeginning(frame: Uint8Array, request: Uint8Array): boolean {
  return frame.length >= 5 && Buffer.from(request).subarray(0, frame.length).equals(frame);
}
