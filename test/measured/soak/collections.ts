import type { Service } from '../../process/service.ts';

/**
 * What a service is started with so that it tells what is in use: each time that V8 collects everything it says what is left,
 * which is what somebody holds. It is left to do so when it likes, and likes to more often where it has little room.
 */
export const collecting = ['--trace-gc', '--max-old-space-size=160', '--max-semi-space-size=4'];

const line = /^\[\d+:(0x[0-9a-f]+)\].*?: (?:(Mark-Compact) .*? -> ([\d.]+) )?/gm;

/** MB that were left after each collection of the main thread, whose heap is the first to be told of. */
export function leftAfterCollections({ stdout }: Service): number[] {
  const told = [...stdout().matchAll(line)];
  const main = told[0]?.[1];
  return told.filter(([, heap, kind]) => heap === main && kind !== undefined).map(([, , , left]) => Number(left));
}
