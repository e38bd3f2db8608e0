import { type TSchema, Type } from '@sinclair/typebox';
import type { JsonSchema } from '../../../../src/driver/index.ts';

/** Pieces of the language's schema. Every key has a description: editors show it, and the documentation lists it. */

export function closed<P extends Record<string, TSchema>>(properties: P, description: string, options: object = {}) {
  return Type.Object(properties, { additionalProperties: false, description, ...options });
}

/** `enum` rather than a union of literals: its error lists the values in one line. */
export function oneOf<const V extends readonly (string | number)[]>(values: V, description: string) {
  return Type.Unsafe<V[number]>({ enum: [...values], description });
}

/** A map whose keys the author chooses; what they may be is checked where they are used. */
export function mapOf<S extends TSchema>(of: S, description: string, most = 1000) {
  return Type.Unsafe<Readonly<Record<string, S['static']>>>({
    type: 'object',
    maxProperties: most,
    propertyNames: { minLength: 1, maxLength: 100 },
    additionalProperties: of,
    description,
  });
}

export const milliseconds = (description: string, minimum = 0, maximum = 3_600_000) =>
  Type.Integer({ unit: 'ms', minimum, maximum, description });

export const template = (description: string) => Type.String({ maxLength: 4000, description });

export const summary = Type.Optional(
  Type.String({ minLength: 1, maxLength: 300, description: 'One line for people; the name in words if absent.' }),
);

export const valueSchema = (description: string) => Type.Unsafe<JsonSchema>({ type: 'object', description });

export const scalar = (description: string) =>
  Type.Unsafe<number | string | boolean>({ type: ['number', 'string', 'boolean'], description });

export const scaleKeys = {
  scale: Type.Optional(
    Type.Number({ description: 'What the value on the wire is multiplied with to get the value in its unit; 1.' }),
  ),
  offset: Type.Optional(Type.Number({ description: 'What is added after the multiplication; 0.' })),
};

export const confirmation = Type.Optional(
  oneOf(
    ['sent', 'acknowledged', 'confirmed'],
    'What counts as success. Absent: `confirmed` with `verify`, `acknowledged` if the device answers or has an error ' +
      'queue, else `sent`.',
  ),
);

export const timeoutMs = Type.Optional(
  milliseconds('From acceptance to the end, waiting in the queue included; 2000.', 1, 86_400_000),
);

export const onBusy = Type.Optional(
  oneOf(
    ['queue', 'reject', 'supersede'],
    'While the device has other commands: wait (the default), be turned away, or replace the older one that waits.',
  ),
);

export const urgent = Type.Optional(
  Type.Literal(true, { description: 'Does not wait for the exchange in flight, and does not disturb it.' }),
);

export const verifyKeys = {
  tolerance: Type.Optional(Type.Number({ minimum: 0, description: 'Largest difference that counts as the same; 0.' })),
  withinMs: Type.Optional(milliseconds('How long the value may take to get there; 0 looks once.')),
};

export const each = Type.Optional(
  mapOf(
    Type.Unsafe<readonly [number | string, number | string] | { readonly of: readonly (number | string)[] }>({
      anyOf: [
        {
          type: 'array',
          minItems: 2,
          maxItems: 2,
          items: { type: ['integer', 'string'] },
          description: 'From the first to the last; either may be an option: `{channels}`.',
        },
        closed(
          {
            of: Type.Array(Type.Unsafe<number | string>({ type: ['integer', 'string'] }), {
              minItems: 1,
              maxItems: 256,
              description: 'The values.',
            }),
          },
          'A list of values.',
        ),
      ],
      description: "What it runs over: `[1, 4]`, `[1, '{channels}']` or `{ of: [A, B] }`.",
    }),
    'Makes one of these for each value; the name holds `{channel}`, and templates know it as a field.',
    3,
  ),
);
