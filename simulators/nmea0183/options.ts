import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, validate } from '../../src/driver/index.ts';

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    latitude: Type.Optional(
      Type.Number({ title: 'Start latitude', unit: '°', minimum: -85, maximum: 85, default: 54.5 }),
    ),
    longitude: Type.Optional(
      Type.Number({ title: 'Start longitude', unit: '°', minimum: -180, maximum: 180, default: 10.25 }),
    ),
    altitude: Type.Optional(Type.Number({ title: 'Altitude', unit: 'm', minimum: -400, maximum: 20_000, default: 12 })),
    speed: Type.Optional(Type.Number({ title: 'Speed', unit: 'm/s', minimum: 0, maximum: 500, default: 3 })),
    course: Type.Optional(Type.Number({ title: 'Course', unit: '°', minimum: 0, exclusiveMaximum: 360, default: 75 })),
    noise: Type.Optional(
      Type.Number({
        title: 'Noise',
        description: 'Of each position.',
        unit: 'm',
        minimum: 0,
        maximum: 100,
        default: 1.5,
      }),
    ),
    rateHz: Type.Optional(Type.Number({ title: 'Rate', unit: 'Hz', minimum: 0.1, maximum: 20, default: 1 })),
    talker: Type.Optional(
      Type.String({
        title: 'Talker',
        description: 'Two letters before each sentence.',
        pattern: '^[A-OQ-Z][A-Z]$|^GP$',
        default: 'GP',
      }),
    ),
    satellites: Type.Optional(Type.Integer({ title: 'Satellites', minimum: 4, maximum: 12, default: 9 })),
    startAfterMs: Type.Optional(
      Type.Integer({
        title: 'Time to first fix',
        description: 'Until then it talks without a fix and without a time.',
        unit: 'ms',
        minimum: 0,
        maximum: 600_000,
        default: 0,
      }),
    ),
  },
  { title: 'Simulated NMEA 0183 receiver', additionalProperties: false, examples: [{ speed: 3, course: 75 }] },
);

export type ReceiverOptions = Required<Static<typeof optionsSchema>>;

/** Checks the options and fills in the defaults. */
export function receiverOptions(options: unknown): ReceiverOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated receiver are not valid', { errors });
  }
  return {
    latitude: 54.5,
    longitude: 10.25,
    altitude: 12,
    speed: 3,
    course: 75,
    noise: 1.5,
    rateHz: 1,
    talker: 'GP',
    satellites: 9,
    startAfterMs: 0,
    // Validated just above against the schema that this type is inferred from.
    ...(given as Static<typeof optionsSchema>),
  };
}
