import type { Passed } from '../../src/driver/index.ts';
import { mbap } from './mbap.ts';
import { rtu } from './rtu.ts';
import type { Adu } from './wrapping.ts';

/** Modbus Application Protocol V1.1b3, §6. */
const functions: Readonly<Record<number, string>> = {
  1: 'read coils',
  2: 'read discrete inputs',
  3: 'read holding registers',
  4: 'read input registers',
  5: 'write coil',
  6: 'write register',
  15: 'write coils',
  16: 'write registers',
  22: 'mask write register',
  23: 'read and write registers',
  43: 'read identification',
};
/** Whose requests begin with an address and a number: how many, or the value. */
const writesOne = [5, 6];
const addressed = [1, 2, 3, 4, 5, 6, 15, 16];

/** A whole frame, RTU or MBAP, for whoever reads the trace; undefined for what is none. */
export function explain({ kind, bytes }: Passed): object | undefined {
  const adu = openedAs(bytes);
  if (adu === undefined) return undefined;
  const { unit, id, pdu } = adu;
  const code = (pdu[0] ?? 0) & 0x7f;
  const head = { unit, ...(id !== undefined && { id }), function: functions[code] ?? `function ${code}` };
  // §7: the most significant bit of the function says that it is an exception.
  if (((pdu[0] ?? 0) & 0x80) !== 0) return { ...head, exception: pdu[1] };
  if (kind === 'sent' && addressed.includes(code) && pdu.length >= 5) {
    const number = pdu.readUInt16BE(3);
    return {
      ...head,
      address: pdu.readUInt16BE(1),
      ...(writesOne.includes(code) ? { value: number } : { count: number }),
    };
  }
  const registers = registersIn(kind, code, pdu);
  return { ...head, ...(registers !== undefined && { registers }) };
}

/** §6.3, §6.4. */
function registersIn(kind: Passed['kind'], code: number, pdu: Buffer): number[] | undefined {
  if (kind !== 'heard' || (code !== 3 && code !== 4) || pdu[1] !== pdu.length - 2) return undefined;
  return Array.from({ length: (pdu.length - 2) >> 1 }, (_, index) => pdu.readUInt16BE(2 + 2 * index));
}

function openedAs(bytes: Uint8Array): Adu | undefined {
  for (const wrapping of [rtu, mbap]) {
    try {
      return wrapping.open(bytes);
    } catch {
      // It is not of this kind.
    }
  }
  return undefined;
}
