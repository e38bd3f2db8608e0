import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, topicLevelPattern, validate } from '../../src/driver/index.ts';

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    device: Type.Optional(
      Type.String({ title: 'Device', pattern: topicLevelPattern, maxLength: 100, default: 'lamp-1' }),
    ),
    correlation: Type.Optional(
      Type.Union([Type.Literal('properties'), Type.Literal('field'), Type.Literal('topic')], {
        title: 'Correlation',
        description: 'Where it expects the id of a request.',
        default: 'field',
      }),
    ),
  },
  {
    title: 'Simulated lamp that answers requests',
    additionalProperties: false,
    examples: [{ device: 'lamp-1', correlation: 'properties' }],
  },
);

export type LampOptions = Required<Static<typeof optionsSchema>>;

export function lampOptions(options: unknown): LampOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated lamp are not valid', { errors });
  }
  // Validated just above against the schema that this type is inferred from.
  return { device: 'lamp-1', correlation: 'field', ...(given as Static<typeof optionsSchema>) };
}
