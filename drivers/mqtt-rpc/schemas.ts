import { Type } from '@sinclair/typebox';

const text = (title: string, maxLength = 200) => Type.Optional(Type.String({ title, minLength: 1, maxLength }));
const bound = (title: string) => Type.Optional(Type.Number({ title }));
const length = (title: string, maximum: number) => Type.Optional(Type.Integer({ title, minimum: 0, maximum }));

/** Names inside payloads. */
export const keyPattern = '^(?!__proto__$)[^\\u0000-\\u001f]{1,64}$';

const requiredFields = Type.Optional(
  Type.Array(Type.String({ pattern: keyPattern }), { title: 'Required fields', maxItems: 50 }),
);
const fewestFields = length('Fewest fields', 50);
const fieldsOptions = { title: 'Fields', maxProperties: 50, additionalProperties: false };

/** What describes a value that holds no others, in the words of JSON Schema. */
const scalarKeywords = {
  title: text('Title'),
  description: text('Description', 500),
  unit: text('Unit', 20),
  enum: Type.Optional(
    Type.Array(Type.Union([Type.String({ maxLength: 200 }), Type.Number()]), {
      title: 'Choice',
      minItems: 1,
      maxItems: 100,
    }),
  ),
  minimum: bound('Minimum'),
  maximum: bound('Maximum'),
  multipleOf: Type.Optional(Type.Number({ title: 'Step', exclusiveMinimum: 0 })),
  minLength: length('Shortest text', 10_000),
  maxLength: length('Longest text; 1000 if absent', 10_000),
};

const scalarTypes = [
  Type.Literal('boolean'),
  Type.Literal('integer'),
  Type.Literal('number'),
  Type.Literal('string'),
] as const;

const scalar = Type.Object(
  { type: Type.Union([...scalarTypes], { title: 'Type' }), ...scalarKeywords },
  { title: 'A scalar', additionalProperties: false },
);

/** A result, or one parameter: scalars, lists and objects of scalars. Objects are closed, texts and lists bounded. */
export const value = Type.Object(
  {
    type: Type.Union([...scalarTypes, Type.Literal('array'), Type.Literal('object')], { title: 'Type' }),
    ...scalarKeywords,
    items: Type.Optional(scalar),
    minItems: length('Fewest items', 1000),
    maxItems: length('Most items; 100 if absent', 1000),
    properties: Type.Optional(Type.Record(Type.String({ pattern: keyPattern }), scalar, fieldsOptions)),
    required: requiredFields,
    minProperties: fewestFields,
  },
  { title: 'A value', additionalProperties: false },
);

/** Parameters: an object of values. */
export const params = Type.Object(
  {
    properties: Type.Record(Type.String({ pattern: keyPattern }), value, fieldsOptions),
    required: requiredFields,
    minProperties: fewestFields,
  },
  { title: 'Parameters', additionalProperties: false },
);
