import { type Static, type TProperties, Type } from '@sinclair/typebox';
import { triggerProperties } from './trigger.ts';

const ms = (description: string, maximum = 3_600_000) => Type.Number({ description, unit: 'ms', minimum: 0, maximum });
const bytes = (description: string, minimum = 1) => Type.Integer({ description, minimum, maximum: 65_536 });
const text = (description: string) =>
  Type.String({ description: `${description} Characters are bytes (Latin-1).`, maxLength: 1000 });
const direction = Type.Optional(
  Type.Union([Type.Literal('said'), Type.Literal('heard')], {
    description: '`said`: what the simulated device sends; `heard`: what is sent to it.',
    default: 'said',
  }),
);

/**
 * `frames`: acts on what passes, where the trigger says so. `state`: holds while its trigger holds; where that speaks of
 * frames, what is heard decides until the next is heard. `port`: acts on the wire itself: once when its time or state
 * comes, or with each frame that its trigger selects.
 */
type Acts = 'frames' | 'state' | 'port';

export interface Kind<P extends TProperties = TProperties> {
  readonly summary: string;
  readonly acts: Acts;
  /** The shapes of wires that it exists on. */
  readonly shapes: readonly ('bytes' | 'messages')[];
  /** Wires of these shapes that cannot do it all the same, and why. */
  readonly notVia?: Readonly<Record<string, string>>;
  /** Triggers that mean nothing for it. */
  readonly without?: readonly (keyof typeof triggerProperties)[];
  readonly parameters: P;
}

const kind = <const P extends TProperties>(of: Kind<P>): Kind<P> => of;
const both = ['bytes', 'messages'] as const;
const bytesOnly = ['bytes'] as const;
const messagesOnly = ['messages'] as const;

/** What can go wrong on a wire. A frame is what the device writes at once, or what arrives at once; of MQTT, a message. */
export const faultKinds = {
  delay: kind({
    summary: 'Holds each frame back. What comes after it waits, too.',
    acts: 'frames',
    shapes: both,
    parameters: { direction, ms: ms('How long.'), jitterMs: Type.Optional(ms('Up to so much more, by the seed.')) },
  }),
  late: kind({
    summary: 'Holds a frame back beyond the driver’s timeout; others overtake it.',
    acts: 'frames',
    shapes: both,
    parameters: { direction, ms: ms('How long.') },
  }),
  drop: kind({
    summary: 'Loses a frame.',
    acts: 'frames',
    shapes: both,
    parameters: { direction },
  }),
  duplicate: kind({
    summary: 'Passes a frame on more than once.',
    acts: 'frames',
    shapes: both,
    parameters: {
      direction,
      copies: Type.Optional(Type.Integer({ description: 'Further ones.', minimum: 1, maximum: 100, default: 1 })),
      gapMs: Type.Optional(ms('How long after it.')),
    },
  }),
  corrupt: kind({
    summary: 'Changes bits or bytes of a frame.',
    acts: 'frames',
    shapes: both,
    parameters: {
      direction,
      unit: Type.Optional(Type.Union([Type.Literal('bit'), Type.Literal('byte')], { default: 'bit' })),
      count: Type.Optional(Type.Integer({ description: 'How many.', minimum: 1, maximum: 1000, default: 1 })),
      at: Type.Optional(bytes('In which byte of the frame, from 0; otherwise by the seed.', 0)),
    },
  }),
  truncate: kind({
    summary: 'Cuts a frame’s end off.',
    acts: 'frames',
    shapes: both,
    parameters: { direction, keep: Type.Optional(bytes('Bytes that are left; otherwise by the seed.', 0)) },
  }),
  split: kind({
    summary: 'Cuts a frame into chunks.',
    acts: 'frames',
    shapes: bytesOnly,
    parameters: {
      direction,
      bytes: Type.Optional(bytes('Longest chunk; otherwise by the seed.')),
      gapMs: Type.Optional(ms('Between two chunks.', 60_000)),
    },
  }),
  merge: kind({
    summary: 'Holds frames back and passes them on as one chunk.',
    acts: 'frames',
    shapes: bytesOnly,
    parameters: {
      direction,
      frames: Type.Optional(Type.Integer({ description: 'How many.', minimum: 2, maximum: 1000, default: 2 })),
      ms: Type.Optional(ms('Longest wait for them; 20 by default.', 60_000)),
    },
  }),
  garbage: kind({
    summary: 'Adds bytes that mean nothing before or after a frame.',
    acts: 'frames',
    shapes: bytesOnly,
    parameters: {
      direction,
      where: Type.Optional(
        Type.Union([Type.Literal('before'), Type.Literal('after'), Type.Literal('around')], { default: 'before' }),
      ),
      bytes: Type.Optional(bytes('How many, by the seed; 4 by default.')),
      text: Type.Optional(text('These, instead of bytes by the seed.')),
    },
  }),
  echo: kind({
    summary: 'Sends back what is heard, as a two-wire line or a modem does.',
    acts: 'frames',
    shapes: bytesOnly,
    parameters: {},
  }),
  baud: kind({
    summary: 'Lets bytes through no faster than a line of this rate.',
    acts: 'frames',
    shapes: bytesOnly,
    parameters: {
      direction,
      baudRate: Type.Integer({ minimum: 50, maximum: 10_000_000 }),
      bitsPerCharacter: Type.Optional(Type.Integer({ minimum: 7, maximum: 12, default: 10 })),
    },
  }),
  'partial-write': kind({
    summary: 'Takes only some bytes of what is sent to the device, and none after them on this connection.',
    acts: 'frames',
    shapes: bytesOnly,
    parameters: { bytes: bytes('How many of them.', 0) },
  }),
  hang: kind({
    summary:
      'The device reads nothing more, so that what is sent to it backs up, and says nothing. When it is over, it hears what backed up.',
    acts: 'state',
    shapes: both,
    without: ['clearAfter'],
    parameters: {},
  }),
  mute: kind({
    summary: 'The device hears and obeys, and says nothing.',
    acts: 'state',
    shapes: both,
    parameters: {},
  }),
  nak: kind({
    summary: 'Refuses what it hears, in the words of its protocol, and does nothing.',
    acts: 'frames',
    shapes: both,
    parameters: { text: Type.Optional(text('In these words instead.')) },
  }),
  'wrong-device': kind({
    summary: 'Another device of the kind answers in its place.',
    acts: 'state',
    shapes: both,
    parameters: {},
  }),
  collision: kind({
    summary: 'The device talks while it is talked to on a half-duplex line: both are garbled.',
    acts: 'frames',
    shapes: bytesOnly,
    parameters: {},
  }),
  'io-error': kind({
    summary: 'The port fails with an I/O error (EIO); it can be opened again at once.',
    acts: 'port',
    shapes: bytesOnly,
    parameters: {},
  }),
  'zero-read': kind({
    summary: 'The port reads as ended: no bytes, no error. It can be opened again at once.',
    acts: 'port',
    shapes: bytesOnly,
    notVia: {
      pty: 'its end is always that of a hangup, which io-error is; it reads as ended and fails what is written',
    },
    parameters: {},
  }),
  unplug: kind({
    summary: 'The port goes away, and comes back if it says when.',
    acts: 'port',
    shapes: both,
    parameters: {
      returnAfterMs: Type.Optional(ms('When it is plugged in again; otherwise once the fault is cleared.')),
      otherPath: Type.Optional(
        Type.Boolean({
          description: 'Comes back under another path of a PTY or another port of TCP. Memory has neither.',
        }),
      ),
    },
  }),
  reset: kind({
    summary:
      'The device restarts when its port is opened, and says its banner. With `match` or `afterBytes`, when it hears that.',
    acts: 'state',
    shapes: bytesOnly,
    parameters: {
      banner: Type.Optional(text('What it says; garbage by the seed otherwise.')),
      bootMs: Type.Optional(ms('How long it is deaf and says nothing before that.')),
    },
  }),
  'broker-gone': kind({
    summary: 'The device loses its broker without a goodbye, and finds it again if it says when.',
    acts: 'port',
    shapes: messagesOnly,
    parameters: { returnAfterMs: Type.Optional(ms('When; otherwise once the fault is cleared.')) },
  }),
  retained: kind({
    summary: 'What the device says is kept by the broker and told again to whoever subscribes later.',
    acts: 'frames',
    shapes: messagesOnly,
    parameters: {},
  }),
  'lost-ack': kind({
    summary: 'The device obeys, and the message that says so does not get through; its other messages do.',
    acts: 'frames',
    shapes: messagesOnly,
    parameters: {},
  }),
  reorder: kind({
    summary: 'Holds messages back and passes them on in another order, by the seed.',
    acts: 'frames',
    shapes: messagesOnly,
    parameters: {
      direction,
      messages: Type.Optional(Type.Integer({ description: 'How many.', minimum: 2, maximum: 1000, default: 2 })),
      ms: Type.Optional(ms('Longest wait for them; 200 by default.', 60_000)),
    },
  }),
  'invalid-json': kind({
    summary: 'Breaks the payload of what the device says so that it is not JSON.',
    acts: 'frames',
    shapes: messagesOnly,
    parameters: {},
  }),
} as const satisfies Record<string, Kind>;

export type FaultKind = keyof typeof faultKinds;

/** The schema of one fault of a kind: what it is, what it is of, and when it acts. */
export function faultSchemaOf<K extends FaultKind>(name: K) {
  const { summary, parameters, without = [] }: Kind = faultKinds[name];
  const triggers = Object.entries(triggerProperties).filter(([trigger]) => !without.some((each) => each === trigger));
  const properties = { kind: Type.Literal(name), ...parameters, ...Object.fromEntries(triggers) };
  return Type.Object(properties, { additionalProperties: false, description: summary });
}

type ParametersOf<K extends FaultKind> = Static<ReturnType<typeof Type.Object<(typeof faultKinds)[K]['parameters']>>>;
type TriggerFields = Static<ReturnType<typeof Type.Object<typeof triggerProperties>>>;

/** A fault, validated; what it leaves out has the default of its schema. */
export type FaultOf<K extends FaultKind> = { readonly kind: K } & ParametersOf<K> & TriggerFields;
export type Fault = { [K in FaultKind]: FaultOf<K> }[FaultKind];
