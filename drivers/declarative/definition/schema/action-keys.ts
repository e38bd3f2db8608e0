import { Type } from '@sinclair/typebox';
import {
  closed,
  confirmation,
  each,
  mapOf,
  oneOf,
  onBusy,
  summary,
  timeoutMs,
  valueSchema,
  verifyKeys,
} from './parts.ts';

/** What is said alike of writes and commands, whatever the device speaks over. */

export const writeKeys = {
  effect: Type.Optional(
    oneOf(['idempotent', 'actuate'], 'What writing it may change: `idempotent` (the default) may be retried.'),
  ),
  confirmation,
  timeoutMs,
  onBusy,
  schema: Type.Optional(valueSchema('What may be written, where that is less than what may be read.')),
};

const exampleSchema = closed(
  {
    params: Type.Unsafe<Record<string, unknown>>({ type: 'object', description: 'The parameters.' }),
    result: Type.Optional(Type.Unknown({ description: 'The result.' })),
  },
  'An example for forms and documentation.',
);

export const commandKeys = {
  summary,
  effect: oneOf(
    ['read', 'idempotent', 'actuate'],
    'What executing it may change; only the first two may ever be retried.',
  ),
  params: Type.Optional(
    mapOf(valueSchema('JSON Schema of the parameter; with `default` it may be left out.'), 'Parameters by name.', 100),
  ),
  result: Type.Optional(
    mapOf(valueSchema('JSON Schema of the field.'), 'The result: fields of the replies by name.', 200),
  ),
  confirmation,
  timeoutMs,
  onBusy,
  examples: Type.Optional(Type.Array(exampleSchema, { maxItems: 20, description: 'For forms and documentation.' })),
  each,
};

export const verifyParam = (description: string) =>
  Type.Optional(
    closed(
      {
        property: Type.String({ maxLength: 100, description: 'The property that shows what was set.' }),
        param: Type.String({ maxLength: 100, description: 'The parameter that it must then equal.' }),
        ...verifyKeys,
      },
      description,
    ),
  );
