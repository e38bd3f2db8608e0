import { BellcrankError } from '../errors.ts';
import type { PassedMessage, RecordedCall, RecordedEvent, Recording } from './recording.ts';

/** What passed in one direction: bytes or a message. */
export type Payload = Uint8Array | PassedMessage;

/** Something that the device said, and how long after what it followed, in ms. */
export interface Said {
  readonly afterMs: number;
  readonly payload: Payload;
}

/** What the device was sent, and all that it said until it was sent the next. */
export interface Turn {
  /** Counted from 1, for whoever looks for it in the file. */
  readonly number: number;
  /** When it was sent, in ms since the recording began. */
  readonly at: number;
  readonly sent: Payload;
  /** Why, where that was recorded. */
  readonly call?: RecordedCall;
  readonly said: readonly Said[];
}

export interface Turns {
  readonly shape: 'bytes' | 'messages';
  /** What the device said before it was sent anything. */
  readonly greeting: readonly Said[];
  readonly turns: readonly Turn[];
}

/**
 * A recording as questions and answers; what happened to the wire itself is left out. Throws `invalid-request` where only
 * the beginning of something was kept, since nobody can answer with that.
 */
export function turnsOf({ events }: Recording): Turns {
  const cut = events.find((event) => event.kind !== 'wire' && event.cutFrom !== undefined);
  if (cut !== undefined) {
    const message = `at ${cut.at} ms only the beginning was kept (cutFrom=); complete it, or take the event out`;
    throw new BellcrankError('invalid-request', message);
  }
  const passed = events.flatMap((event) => (event.kind === 'wire' ? [] : [{ ...event, payload: payloadOf(event) }]));
  const greeting: Said[] = [];
  const turns: (Turn & { readonly said: Said[] })[] = [];
  const start = passed[0]?.at ?? 0;
  for (const { kind, at, payload, call } of passed) {
    const last = turns.at(-1);
    const why = call === undefined ? {} : { call };
    if (kind === 'sent') turns.push({ number: turns.length + 1, at: at - start, sent: payload, ...why, said: [] });
    else (last?.said ?? greeting).push({ afterMs: at - start - (last?.at ?? 0), payload });
  }
  const shape = passed.some(({ payload }) => !(payload instanceof Uint8Array)) ? 'messages' : 'bytes';
  return { shape, greeting, turns };
}

function payloadOf(event: Exclude<RecordedEvent, { kind: 'wire' }>): Payload {
  return 'bytes' in event ? event.bytes : event.message;
}

/** The bytes of a recording on a byte stream; a message's payload. */
export function bytesOf(payload: Payload): Uint8Array {
  return payload instanceof Uint8Array ? payload : payload.payload;
}

/** All that was said in one piece, since chunks do not align with frames. */
export function joined(said: readonly Said[]): Uint8Array {
  return Buffer.concat(said.map(({ payload }) => bytesOf(payload)));
}
