import { type Static, Type } from '@sinclair/typebox';
import { exchangeKeys, stepsKey } from './exchange.ts';
import {
  closed,
  confirmation,
  each,
  mapOf,
  milliseconds,
  oneOf,
  onBusy,
  scalar,
  scaleKeys,
  summary,
  timeoutMs,
  urgent,
  valueSchema,
  verifyKeys,
} from './parts.ts';

/** A JSON number holds no more bits exactly. */
const highestBit = 52;

const readSchema = closed(
  {
    ...exchangeKeys,
    ...stepsKey,
    from: Type.Optional(
      Type.String({ maxLength: 100, description: 'One of `exchanges`, shared with other properties.' }),
    ),
    field: Type.Optional(Type.String({ maxLength: 100, description: 'The field that is the value; `value`.' })),
    bit: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: highestBit,
        description: 'The value is this bit of the field, an integer: true for 1. 0 is the least significant.',
      }),
    ),
    bits: Type.Optional(
      Type.Unsafe<readonly [number, number]>({
        type: 'array',
        minItems: 2,
        maxItems: 2,
        items: { type: 'integer', minimum: 0, maximum: highestBit },
        description: 'The value is the number in these bits of the field, an integer: the lowest and the highest.',
      }),
    ),
    values: Type.Optional(
      mapOf(
        scalar('The value.'),
        'What each number that `bit` or `bits` gives means: `{ 0: off, 1: low, 2: high }`.',
        256,
      ),
    ),
  },
  'How it is read: an exchange, `steps`, or `from`.',
);

const writeSchema = closed(
  {
    ...exchangeKeys,
    ...stepsKey,
    effect: Type.Optional(
      oneOf(['idempotent', 'actuate'], 'What writing it may change: `idempotent` (the default) may be retried.'),
    ),
    confirmation,
    timeoutMs,
    onBusy,
    urgent,
    schema: Type.Optional(valueSchema('What may be written, where that is less than what may be read.')),
  },
  'How it is written: an exchange or `steps`, with the field `value`.',
);

export const propertySchema = closed(
  {
    summary,
    schema: valueSchema('JSON Schema of the value, with `unit`, `minimum` and `maximum` where they apply.'),
    pollMs: Type.Optional(milliseconds('How often it is read; 1000.', 10, 86_400_000)),
    pushed: Type.Optional(Type.Literal(true, { description: 'It comes by a rule of `unsolicited`.' })),
    read: Type.Optional(readSchema),
    write: Type.Optional(writeSchema),
    verify: Type.Optional(closed(verifyKeys, 'After a write it is read back and must be what was written.')),
    ...scaleKeys,
    each,
  },
  'One value of the device.',
);

const exampleSchema = closed(
  {
    params: Type.Unsafe<Record<string, unknown>>({ type: 'object', description: 'The parameters.' }),
    result: Type.Optional(Type.Unknown({ description: 'The result.' })),
  },
  'An example for forms and documentation.',
);

export const commandSchema = closed(
  {
    ...exchangeKeys,
    ...stepsKey,
    summary,
    effect: oneOf(
      ['read', 'idempotent', 'actuate'],
      'What executing it may change; only the first two may ever be retried.',
    ),
    params: Type.Optional(
      mapOf(
        valueSchema('JSON Schema of the parameter; with `default` it may be left out.'),
        'Parameters by name.',
        100,
      ),
    ),
    result: Type.Optional(
      mapOf(valueSchema('JSON Schema of the field.'), 'The result: fields of the replies by name.', 200),
    ),
    confirmation,
    timeoutMs,
    verify: Type.Optional(
      closed(
        {
          property: Type.String({ maxLength: 100, description: 'The property that shows what was set.' }),
          param: Type.String({ maxLength: 100, description: 'The parameter that it must then equal.' }),
          ...verifyKeys,
        },
        'The property that is read back afterwards.',
      ),
    ),
    onBusy,
    urgent,
    long: Type.Optional(Type.Literal(true, { description: 'Lets others have the line between its exchanges.' })),
    examples: Type.Optional(Type.Array(exampleSchema, { maxItems: 20, description: 'For forms and documentation.' })),
    each,
  },
  'One thing that the device does.',
);

export const stopSchema = closed(
  {
    ...exchangeKeys,
    ...stepsKey,
    summary,
    timeoutMs: Type.Optional(milliseconds('Longest time for it; 1000.', 1, 60_000)),
  },
  'How the device is made safe, now: an exchange or `steps`.',
);

export const eventSchema = closed(
  {
    summary,
    data: Type.Optional(mapOf(valueSchema('JSON Schema of the field.'), 'Fields of the message by name.', 200)),
  },
  'Something that the device tells unasked.',
);

export type RawProperty = Static<typeof propertySchema>;
export type RawCommand = Static<typeof commandSchema>;
