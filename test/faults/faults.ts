import type { LabFault } from '../../src/testing/index.ts';

/** A fault of the matrix, and what nobody can know while it holds. */
export interface Trouble {
  readonly fault: LabFault;
  /** The device may have been told something else than was sent, or another one was: it has what it has. */
  readonly deceives?: true;
  /** The device obeys or does not, and says nothing: whoever waits for its word cannot know. */
  readonly silences?: true;
  /** The device says no. */
  readonly refuses?: true;
}

const anyShape: readonly Trouble[] = [
  { fault: { kind: 'delay', ms: 20, jitterMs: 30 } },
  { fault: { kind: 'delay', direction: 'heard', ms: 20 } },
  { fault: { kind: 'late', ms: 4000, every: 2 } },
  { fault: { kind: 'drop' }, silences: true },
  { fault: { kind: 'drop', every: 2 } },
  { fault: { kind: 'drop', probability: 0.3 } },
  { fault: { kind: 'drop', direction: 'heard' } },
  { fault: { kind: 'drop', direction: 'heard', every: 3 } },
  { fault: { kind: 'duplicate', afterMs: 3 } },
  { fault: { kind: 'duplicate', copies: 3 } },
  { fault: { kind: 'duplicate', direction: 'heard' } },
  { fault: { kind: 'corrupt' }, deceives: true },
  { fault: { kind: 'corrupt', unit: 'byte', count: 3, probability: 0.5 }, deceives: true },
  { fault: { kind: 'corrupt', direction: 'heard', unit: 'byte' }, deceives: true },
  { fault: { kind: 'truncate' }, deceives: true },
  { fault: { kind: 'truncate', direction: 'heard' }, deceives: true },
  { fault: { kind: 'hang' }, silences: true },
  { fault: { kind: 'mute' }, silences: true },
  { fault: { kind: 'mute', afterMs: 5 } },
  { fault: { kind: 'wrong-device' }, deceives: true },
  { fault: { kind: 'unplug', returnAfterMs: 300 } },
  { fault: { kind: 'unplug', afterMs: 1, returnAfterMs: 300 } },
];

const onBytes: readonly Trouble[] = [
  { fault: { kind: 'split', bytes: 1, gapMs: 1 } },
  { fault: { kind: 'merge', frames: 2, ms: 15 } },
  { fault: { kind: 'garbage' }, deceives: true },
  { fault: { kind: 'garbage', where: 'after' }, deceives: true },
  { fault: { kind: 'garbage', direction: 'heard', where: 'around' }, deceives: true },
  { fault: { kind: 'echo' }, deceives: true },
  { fault: { kind: 'baud', baudRate: 300 } },
  { fault: { kind: 'partial-write', bytes: 2 } },
  { fault: { kind: 'collision' }, deceives: true },
  { fault: { kind: 'io-error', afterMs: 1 } },
  { fault: { kind: 'zero-read', afterMs: 1 } },
  { fault: { kind: 'reset', bootMs: 200 } },
];

const onMessages: readonly Trouble[] = [
  { fault: { kind: 'retained' } },
  { fault: { kind: 'lost-ack' }, silences: true },
  { fault: { kind: 'reorder', messages: 3, ms: 50 } },
  { fault: { kind: 'invalid-json' } },
  { fault: { kind: 'broker-gone', afterMs: 1, returnAfterMs: 300 } },
];

const nak: Trouble = { fault: { kind: 'nak' }, refuses: true };

/** Every fault that a wire of this shape has; `nak` where the device has a word for it. */
export function troublesOn(shape: 'bytes' | 'messages', hasNak: boolean): readonly Trouble[] {
  return [...anyShape, ...(shape === 'bytes' ? onBytes : onMessages), ...(hasNak ? [nak] : [])];
}

export function nameOf({ fault }: Trouble): string {
  const { kind, ...rest } = fault;
  const words = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`);
  return words.length === 0 ? kind : `${kind} (${words.join(', ')})`;
}
