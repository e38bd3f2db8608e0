import { type Static, Type } from '@sinclair/typebox';
import { commandKeys, verifyParam, writeKeys } from './action-keys.ts';
import { exchangeKeys, stepsKey } from './exchange.ts';
import {
  closed,
  each,
  mapOf,
  milliseconds,
  scalar,
  scaleKeys,
  summary,
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
    ...writeKeys,
    urgent,
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

export const commandSchema = closed(
  {
    ...exchangeKeys,
    ...stepsKey,
    ...commandKeys,
    verify: verifyParam('The property that is read back afterwards.'),
    urgent,
    long: Type.Optional(Type.Literal(true, { description: 'Lets others have the line between its exchanges.' })),
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
