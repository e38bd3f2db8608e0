import { type Static, Type } from '@sinclair/typebox';

const ms = (description: string) => Type.Number({ description, unit: 'ms', minimum: 0, maximum: 86_400_000 });
const count = (description: string, minimum = 0) => Type.Integer({ description, minimum, maximum: 1_000_000_000 });

/** When a fault acts: all that is given must hold. Without any of it, always. */
export const triggerProperties = {
  probability: Type.Optional(
    Type.Number({ description: 'Acts on this share of what passes, by the seed.', exclusiveMinimum: 0, maximum: 1 }),
  ),
  skip: Type.Optional(count('Lets so many pass first.')),
  every: Type.Optional(count('Acts on each n-th only, the first one included.', 1)),
  afterBytes: Type.Optional(count('Acts on what goes beyond so many bytes in its direction; of ports, in both.')),
  afterMs: Type.Optional(ms('Acts once so much time has passed since it was set, on the simulator’s clock.')),
  match: Type.Optional(
    Type.String({
      description:
        'A regular expression (RE2) that what passes must match: the bytes as Latin-1 text; of a message, its topic, a space and its payload. What is heard in pieces matches with the last of them.',
      minLength: 1,
      maxLength: 500,
    }),
  ),
  when: Type.Optional(
    Type.Object(
      {
        state: Type.String({
          description:
            'A name in the simulator’s state: `temperature`, or with a part of it, `unit-2.temperature`; without, the first part that has it.',
          minLength: 1,
          maxLength: 400,
        }),
        above: Type.Optional(Type.Number()),
        below: Type.Optional(Type.Number()),
        is: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()])),
      },
      {
        additionalProperties: false,
        minProperties: 2,
        description: 'Acts while the simulated device is in this state: give `above`, `below` or `is`.',
      },
    ),
  ),
  clearAfter: Type.Optional(count('Is over after it has acted so often.', 1)),
  clearAfterMs: Type.Optional(ms('Is over after so much time since it was set.')),
};

const triggerSchema = Type.Object(triggerProperties, { additionalProperties: false });
export type Trigger = Static<typeof triggerSchema>;
