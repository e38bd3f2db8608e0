import { Type } from '@sinclair/typebox';
import { namePattern } from './schema.ts';

const dayMs = 86_400_000;

/** How long a value must not have been good, where the rule does not say: devices take a while to come. */
export const staleDelayMs = 10_000;

const closed = { additionalProperties: false } as const;
const property = (description: string) => Type.String({ minLength: 1, maxLength: 100, description });

const alarmSchema = Type.Object(
  {
    name: Type.String({ pattern: namePattern, description: 'Names it in answers, logs and messages.' }),
    device: Type.Optional(Type.String({ pattern: namePattern, description: 'The device that it watches.' })),
    label: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 601,
        description:
          'Instead of `device`: it watches every device with this label, `KEY` or `KEY=VALUE`, that has the property.',
      }),
    ),
    property: property('The property that it watches.'),
    high: Type.Optional(Type.Number({ description: 'A value above this is an alarm, in the property’s unit.' })),
    low: Type.Optional(Type.Number({ description: 'A value below this is an alarm, in the property’s unit.' })),
    deviation: Type.Optional(
      Type.Object(
        {
          from: Type.Unsafe<string | number>({
            anyOf: [property('Another property of the device, its setpoint.'), Type.Number()],
            description: 'Another property of the device, as its setpoint, or a number.',
          }),
          by: Type.Number({ exclusiveMinimum: 0, description: 'A value farther away is an alarm.' }),
        },
        { ...closed, description: 'A value that is too far from another one is an alarm.' },
      ),
    ),
    stale: Type.Optional(
      Type.Object(
        {
          maxAgeMs: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 30 * dayMs,
              unit: 'ms',
              description: 'A value that is older is an alarm as well; for what is pushed, which has no period.',
            }),
          ),
        },
        {
          ...closed,
          description: 'A value that is not good is an alarm: the device is away, it cannot be read, it is too old.',
        },
      ),
    ),
    hysteresis: Type.Number({
      default: 0,
      minimum: 0,
      description: 'How far a value must have come back from the limit for the alarm to clear.',
    }),
    delayMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: dayMs,
        unit: 'ms',
        description: `How long it must hold before it is an alarm; 0 by default, and ${staleDelayMs} with \`stale\`.`,
      }),
    ),
    severity: Type.Unsafe<'warning' | 'critical'>({
      type: 'string',
      enum: ['warning', 'critical'],
      default: 'warning',
      description: 'How bad it is.',
    }),
    message: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: 'What it means and what to do, for whoever sees it.' }),
    ),
  },
  { ...closed, description: 'A limit on a property.' },
);

const list = {
  maxItems: 1000,
  default: [],
  description: 'Limits on properties that are told when they are passed: see docs/alarms.md.',
};

export const alarmsSchema = Type.Array(alarmSchema, list);

/** The conditions, of which a rule has one. */
export const conditions = ['high', 'low', 'deviation', 'stale'] as const;

/** For editors: `checkAlarms` says the same in better words. */
export const alarmsEditorSchema = Type.Array(
  Type.Unsafe({
    ...alarmSchema,
    allOf: [['device', 'label'], conditions].map((keys) => ({ oneOf: keys.map((key) => ({ required: [key] })) })),
  }),
  list,
);
