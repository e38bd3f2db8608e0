import { Type } from '@sinclair/typebox';

/** What examples from a manual say alike, whatever the device speaks over. */

const values = (description: string) =>
  Type.Optional(
    Type.Unsafe<Readonly<Record<string, unknown>>>({
      type: 'object',
      minProperties: 1,
      maxProperties: 100,
      description,
    }),
  );

const one = (description: string) =>
  Type.Optional(
    Type.Unsafe<Readonly<Record<string, Readonly<Record<string, unknown>>>>>({
      type: 'object',
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: { type: 'object' },
      description,
    }),
  );

/** What it is an example of. */
export const meaningKeys = {
  read: values('The properties, and the values that they then have.'),
  write: values('The property that is written, and its value.'),
  command: one('The command, and its parameters.'),
  result: Type.Optional(Type.Unknown({ description: 'The command’s result.' })),
  event: one('The event, and its data.'),
};

export const sourceKeys = {
  error: Type.Optional(
    Type.Unsafe<string | number>({ type: ['string', 'integer'], description: 'The code with which it refuses.' }),
  ),
  options: Type.Optional(
    Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', description: 'Options that it holds for.' }),
  ),
  manual: Type.String({ minLength: 1, maxLength: 300, description: 'Where the manual says so.' }),
};
