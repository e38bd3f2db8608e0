import { BellcrankError } from '../../src/driver/index.ts';

type ErrorCode = BellcrankError['code'];

interface Meaning {
  readonly text: string;
  readonly code: ErrorCode;
}

/** Exception codes and their names in the standard (§7), and what they say of the request. */
const meanings: Readonly<Record<number, Meaning>> = {
  1: { text: 'ILLEGAL FUNCTION', code: 'device-refused' },
  2: { text: 'ILLEGAL DATA ADDRESS', code: 'device-refused' },
  3: { text: 'ILLEGAL DATA VALUE', code: 'device-refused' },
  4: { text: 'SERVER DEVICE FAILURE', code: 'device-failed' },
  // It was accepted and is being done; nobody will tell whether it was.
  5: { text: 'ACKNOWLEDGE', code: 'device-protocol' },
  6: { text: 'SERVER DEVICE BUSY', code: 'busy' },
  8: { text: 'MEMORY PARITY ERROR', code: 'device-failed' },
  // The gateway has no way to the device now.
  10: { text: 'GATEWAY PATH UNAVAILABLE', code: 'device-offline' },
  // The gateway sent it on and heard nothing: it may have been executed.
  11: { text: 'GATEWAY TARGET DEVICE FAILED TO RESPOND', code: 'device-timeout' },
};

/** What an exception response means for the command. What a code of the maker's says of it nobody knows. */
export function exceptionError(exception: number): BellcrankError {
  const { text, code } = meanings[exception] ?? { text: 'an exception of its own', code: 'device-failed' as const };
  const device = { code: exception.toString(16).toUpperCase().padStart(2, '0'), text };
  // "Not now" is the device's own word, and nothing changed.
  const outcome = code === 'busy' ? { outcome: 'refused' as const } : {};
  return new BellcrankError(code, `the device answers ${text} (exception ${device.code})`, { device, ...outcome });
}
