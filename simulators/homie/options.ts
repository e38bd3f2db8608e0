import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, topicLevelPattern, validate } from '../../src/driver/index.ts';

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    device: Type.Optional(
      Type.String({
        title: 'Device',
        pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
        maxLength: 80,
        default: 'thermostat',
      }),
    ),
    domain: Type.Optional(
      Type.String({ title: 'Domain', pattern: topicLevelPattern, maxLength: 100, default: 'homie' }),
    ),
    version: Type.Optional(Type.Union([Type.Literal(4), Type.Literal(5)], { title: 'Version', default: 5 })),
    target: Type.Optional(
      Type.Boolean({ title: 'Target', description: 'Whether it tells what it has accepted (Homie 5).', default: true }),
    ),
    child: Type.Optional(
      Type.Boolean({ title: 'Child', description: 'Whether a relay hangs below it (Homie 5).', default: true }),
    ),
  },
  { title: 'Simulated Homie thermostat', additionalProperties: false, examples: [{ device: 'thermostat' }] },
);

export type HomieSimulatorOptions = Required<Static<typeof optionsSchema>>;

/** Checks the options and fills in the defaults. */
export function simulatorOptions(options: unknown): HomieSimulatorOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated thermostat are not valid', { errors });
  }
  return {
    device: 'thermostat',
    domain: 'homie',
    version: 5,
    target: true,
    child: true,
    // Validated just above against the schema that this type is inferred from.
    ...(given as Static<typeof optionsSchema>),
  };
}
