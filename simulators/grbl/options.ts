import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, validate } from '../../src/driver/index.ts';

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    homing: Type.Optional(
      Type.Boolean({ title: 'Homing', description: '$22: the machine is locked until it is homed.', default: false }),
    ),
    softLimits: Type.Optional(
      Type.Boolean({ title: 'Soft limits', description: '$20: needs homing, too.', default: false }),
    ),
    travelMm: Type.Optional(
      Type.Number({ title: 'Travel of each axis', unit: 'mm', exclusiveMinimum: 0, maximum: 10_000, default: 200 }),
    ),
    rapidMmPerMin: Type.Optional(
      Type.Number({ title: 'Rapid rate', unit: 'mm/min', exclusiveMinimum: 0, maximum: 1_000_000, default: 2000 }),
    ),
    homingMs: Type.Optional(
      Type.Integer({ title: 'Duration of a homing cycle', unit: 'ms', minimum: 0, maximum: 600_000, default: 3000 }),
    ),
    pauseMs: Type.Optional(
      Type.Integer({
        title: 'Pause after an alarm',
        description: 'The firmware waits half a second, so that the message gets out.',
        unit: 'ms',
        minimum: 0,
        maximum: 5000,
        default: 500,
      }),
    ),
    resetOnOpen: Type.Optional(
      Type.Boolean({
        title: 'Reset on open',
        description: 'As boards whose DTR line resets them.',
        default: false,
      }),
    ),
    bootMs: Type.Optional(
      Type.Integer({ title: 'Start-up time', unit: 'ms', minimum: 0, maximum: 10_000, default: 1200 }),
    ),
    bufferBytes: Type.Optional(
      Type.Integer({
        title: 'Receive buffer',
        description: 'RX_BUFFER_SIZE, which builds choose; told in $I.',
        unit: 'byte',
        minimum: 16,
        maximum: 4096,
        default: 128,
      }),
    ),
    buildInfo: Type.Optional(
      Type.String({ title: 'Build info', description: 'The user string of $I.', maxLength: 60, pattern: '^[ -~]*$' }),
    ),
  },
  { title: 'Simulated GRBL controller', additionalProperties: false, examples: [{ homing: true, softLimits: true }] },
);

export type GrblOptions = Required<Static<typeof optionsSchema>>;

/** Checks the options and fills in the defaults; the seed makes the build's user string. */
export function grblOptions(options: unknown, seed: number): GrblOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated controller are not valid', { errors });
  }
  return {
    homing: false,
    softLimits: false,
    travelMm: 200,
    rapidMmPerMin: 2000,
    homingMs: 3000,
    pauseMs: 500,
    resetOnOpen: false,
    bootMs: 1200,
    bufferBytes: 128,
    buildInfo: `SIM-${String(seed).padStart(4, '0')}`,
    // Validated just above against the schema that this type is inferred from.
    ...(given as Static<typeof optionsSchema>),
  };
}
