import { Type } from '@sinclair/typebox';

export const namePattern = '^[a-z0-9][a-z0-9-]{0,62}$';

export const optionSchema = Type.Unsafe<OptionSchema>({
  type: 'object',
  required: ['type'],
  properties: { type: { enum: ['integer', 'number', 'string', 'boolean'], description: 'Its type.' } },
  description: 'JSON Schema of the option; without `default` it is required.',
});

export type OptionSchema = Readonly<Record<string, unknown>> & {
  readonly type: 'integer' | 'number' | 'string' | 'boolean';
  readonly default?: number | string | boolean;
};

/** What a device type is called, and what it is made of. */
export const typeKeys = {
  model: Type.Optional(
    Type.String({
      pattern: namePattern,
      description: 'The name of the device type: lower-case letters, digits, hyphens.',
    }),
  ),
  extends: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'A model, or `./base.yaml`, that this one is based on.',
    }),
  ),
  abstract: Type.Optional(Type.Boolean({ description: 'True: only a base for others, no driver.' })),
  summary: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: 'The device in one line.' })),
};
