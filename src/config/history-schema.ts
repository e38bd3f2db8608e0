import { Type } from '@sinclair/typebox';

const dayMs = 24 * 3_600_000;

/** `history` of a device: which readings are kept, by property. What is not named is kept on change. */
export const keepRuleSchema = Type.Object(
  {
    keep: Type.Unsafe<'change' | 'interval' | 'off'>({
      type: 'string',
      enum: ['change', 'interval', 'off'],
      default: 'change',
      description:
        'change: a value that differs from the one kept last. interval: whatever the value is, at most one every `everyMs`. off: none.',
    }),
    everyMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 30 * dayMs,
        description:
          'With interval, the least time between two values (60000 by default). With change, the time after which a value that stays the same is kept again (600000 by default). In ms.',
      }),
    ),
    deadband: Type.Optional(
      Type.Number({
        minimum: 0,
        description: 'With change: numbers that differ by no more than this from the one kept last are the same.',
      }),
    ),
  },
  { additionalProperties: false, description: 'Which readings of a property are kept.' },
);

export const deviceHistorySchema = Type.Unsafe<Record<string, typeof keepRuleSchema.static>>({
  type: 'object',
  maxProperties: 1000,
  propertyNames: { minLength: 1, maxLength: 100 },
  additionalProperties: keepRuleSchema,
  default: {},
  description: 'Which readings become history, by property; by default whatever changes.',
});
