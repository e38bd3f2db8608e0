import { type Static, type TProperties, Type } from '@sinclair/typebox';

export function closed<P extends TProperties>(properties: P, description: string) {
  return Type.Object(properties, { additionalProperties: false, description });
}

export function oneOf<const V extends readonly string[]>(values: V, description: string) {
  return Type.Unsafe<V[number]>({ type: 'string', enum: values, description });
}

/** The four tables (Modbus Application Protocol V1.1b3, §4.3). */
export const tables = ['coil', 'discrete', 'input', 'holding'] as const;
export type Table = (typeof tables)[number];

export const registerTypes = [
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float32',
  'float64',
  'string',
  'bool',
  'bits',
  'enum',
] as const;
export type RegisterType = (typeof registerTypes)[number];

export const wordOrder = oneOf(
  ['big', 'little'],
  'Which register of a longer value comes first: its most or its least significant.',
);
export const byteOrder = oneOf(
  ['big', 'little'],
  'Which byte of a register comes first; big, unless the device breaks the protocol’s rule (§4.2).',
);

const bitNumber = (description: string) => Type.Integer({ minimum: 0, maximum: 15, description });

/** Where a value lies and how it is written there. */
export const registerSchema = closed(
  {
    table: Type.Optional(oneOf(tables, 'The table that the address counts in; may be left out with `reference`.')),
    address: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 0xff_ff, description: 'Address in the protocol, counted from 0.' }),
    ),
    reference: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 465_536,
        description:
          'Instead of `address`: as manuals number them, from 1 and with the table’s digit in front (30001 is input register 0).',
      }),
    ),
    type: oneOf(registerTypes, 'How the value is written; the 32-bit types take two registers, the 64-bit ones four.'),
    wordOrder: Type.Optional(wordOrder),
    byteOrder: Type.Optional(byteOrder),
    length: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 125, description: 'Registers of a string, two characters each.' }),
    ),
    bit: Type.Optional(bitNumber('The bit of a `bool` in a register; 0 is the least significant.')),
    bits: Type.Optional(
      Type.Unsafe<readonly [number, number]>({
        type: 'array',
        items: { type: 'integer', minimum: 0, maximum: 15 },
        minItems: 2,
        maxItems: 2,
        description: 'First and last bit of a `bits` or `enum` field in a register; 0 is the least significant.',
      }),
    ),
    scale: Type.Optional(
      Type.Number({ description: 'The value is what the register holds × scale + offset; 1 if absent, never 0.' }),
    ),
    offset: Type.Optional(Type.Number({ description: 'Added after scaling; 0 if absent.' })),
    values: Type.Optional(
      Type.Record(Type.String({ minLength: 1, maxLength: 100 }), Type.Integer({ minimum: -32_768, maximum: 0xff_ff }), {
        description: 'Of an `enum`: what the numbers mean, as text: number. Any other number is no valid answer.',
      }),
    ),
    invalid: Type.Optional(
      Type.Union([Type.Number(), Type.Literal('nan'), Type.Array(Type.Number(), { minItems: 1, maxItems: 16 })], {
        description:
          'What the register holds, before scaling, when there is no value (a broken sensor); `nan` for any float that is not a number. Then the read fails.',
      }),
    ),
  },
  'Where the value lies and how it is written there.',
);
export type Register = Static<typeof registerSchema>;
