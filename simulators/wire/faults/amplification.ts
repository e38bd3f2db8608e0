import type { Fault } from './kinds.ts';

/** Frames that all duplicates together may make of one. */
export const maxCopies = 1000;

/** Bytes that all garbage together may add to one frame and its copies. */
export const maxGarbageBytes = 1024 * 1024;

/**
 * What faults one behind the other make of a single frame grows with their product: five that double a hundred times would
 * stop whoever runs them for good. Undefined if it is within reason.
 */
export function tooMuchOf(faults: readonly Fault[]): string | undefined {
  const copies = faults.reduce((product, fault) => product * copiesOf(fault), 1);
  if (copies > maxCopies) {
    return `together make ${copies} frames of one, and may make ${maxCopies}; give fewer \`copies\`, or fewer duplicates`;
  }
  const garbage = copies * faults.reduce((sum, fault) => sum + garbageOf(fault), 0);
  if (garbage <= maxGarbageBytes) return undefined;
  return `together add ${garbage} bytes of garbage to one frame and its copies, and may add ${maxGarbageBytes}`;
}

function copiesOf(fault: Fault): number {
  return fault.kind === 'duplicate' ? 1 + (fault.copies ?? 1) : 1;
}

function garbageOf(fault: Fault): number {
  if (fault.kind !== 'garbage') return 0;
  return (fault.text?.length ?? fault.bytes ?? 4) * (fault.where === 'around' ? 2 : 1);
}
