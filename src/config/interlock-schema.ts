import { Type } from '@sinclair/typebox';
import { maxLength } from '../expression/expression.ts';
import { namePattern } from './schema.ts';

export const defaultMaxAgeMs = 5000;

const interlockSchema = Type.Object(
  {
    name: Type.String({ pattern: namePattern, description: 'Names it in errors, logs and answers.' }),
    device: Type.Optional(Type.String({ pattern: namePattern, description: 'The device that it guards.' })),
    label: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 601,
        description: 'Instead of `device`: it guards every device with this label, `KEY` or `KEY=VALUE`.',
      }),
    ),
    forbid: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      minItems: 1,
      maxItems: 1000,
      uniqueItems: true,
      description: 'Commands; `write:` and a property’s name; "*" for everything that is no read.',
    }),
    unless: Type.String({
      minLength: 1,
      maxLength,
      description: 'What must hold, in CEL: `self.temperature < 80 && device["door-1"].closed`.',
    }),
    maxAgeMs: Type.Integer({
      default: defaultMaxAgeMs,
      minimum: 1,
      maximum: 86_400_000,
      description: 'How old a value may be to be relied on, in ms.',
    }),
    onViolation: Type.Optional(
      Type.Unsafe<'stop'>({
        type: 'string',
        enum: ['stop'],
        description: 'stop: watch it all the time, and stop and latch the device when it does not hold.',
      }),
    ),
  },
  { additionalProperties: false, description: 'Forbids commands of a device unless a condition holds.' },
);

const list = {
  maxItems: 500,
  default: [],
  description: 'What must hold for commands to be sent. No safety function: see docs/interlocks.md.',
};

export const interlocksSchema = Type.Array(interlockSchema, list);

/** For editors: `checkInterlocks` says the same in better words. */
export const interlocksEditorSchema = Type.Array(
  Type.Unsafe({ ...interlockSchema, oneOf: [{ required: ['device'] }, { required: ['label'] }] }),
  list,
);
