import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, validate } from '../../src/driver/index.ts';

/** One component's description; `object_id` and `platform` tell where it is announced. */
export interface Described {
  readonly [key: string]: unknown;
  readonly platform: string;
  readonly object_id: string;
}

const id = { pattern: '^[A-Za-z0-9_-]+$', maxLength: 60 };

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    device: Type.Optional(
      Type.String({
        title: 'Identifier',
        description: 'By default `board_` and a number that the seed makes.',
        ...id,
        examples: ['board_1'],
      }),
    ),
    name: Type.Optional(
      Type.String({ title: 'Name', minLength: 1, maxLength: 60, default: 'Relay board', examples: ['Relay board'] }),
    ),
    discovery: Type.Optional(
      Type.Union([Type.Literal('component'), Type.Literal('device')], {
        title: 'Discovery',
        description: 'A description for each component, or one for the whole device.',
        default: 'component',
      }),
    ),
    prefix: Type.Optional(Type.String({ title: 'Discovery prefix', ...id, default: 'homeassistant' })),
    travelMs: Type.Optional(
      Type.Integer({
        title: 'Travel',
        description: 'How long the blind takes from one end to the other.',
        unit: 'ms',
        minimum: 0,
        maximum: 600_000,
        default: 5000,
      }),
    ),
    extra: Type.Optional(
      Type.Array(
        Type.Unsafe<Described>(
          Type.Object({ platform: Type.String(id), object_id: Type.String(id) }, { additionalProperties: true }),
        ),
        {
          title: 'Further components',
          description: 'Announced as they are: `platform`, `object_id` and whatever else.',
          maxItems: 50,
          examples: [
            [
              {
                platform: 'sensor',
                object_id: 'odd',
                state_topic: 'odd/state',
                value_template: '{{ value | regex_replace("a", "b") }}',
              },
            ],
          ],
        },
      ),
    ),
  },
  {
    title: 'Simulated device of Home Assistant discovery',
    additionalProperties: false,
    examples: [{ device: 'board_1' }],
  },
);

export type BoardOptions = Required<Static<typeof optionsSchema>>;

/** Checks the options and fills in the defaults. */
export function boardOptions(options: unknown, seed: number): BoardOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0)
    throw new BellcrankError('invalid-request', 'the options of the simulated device are not valid', { errors });
  return {
    device: `board_${(seed >>> 0).toString(16)}`,
    name: 'Relay board',
    discovery: 'component',
    prefix: 'homeassistant',
    travelMs: 5000,
    extra: [],
    // Validated just above against the schema that this type is inferred from.
    ...(given as Static<typeof optionsSchema>),
  };
}
