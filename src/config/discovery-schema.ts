import { Type } from '@sinclair/typebox';
import type { JsonSchema } from '../driver/spec.ts';
import { deviceSchema, limitsSchema, namePattern } from './schema.ts';

const glob = (what: string) =>
  Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: `${what}; \`*\` is any text, \`?\` any character.` }),
  );

const { labels, deny } = deviceSchema.properties;

const ruleSchema = Type.Object(
  {
    match: Type.Object(
      {
        dialect: glob('The driver'),
        name: glob('What people call it'),
        manufacturer: glob('Its maker'),
        model: glob('Its make and type'),
        identity: glob('What tells it from the others of its dialect'),
      },
      {
        additionalProperties: false,
        default: {},
        description: 'All of these must fit; everything does if there is none.',
      },
    ),
    idPrefix: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9-]{0,29}$',
        description: 'Stands before the name in the device’s id: lower-case letters, digits and hyphens, 30 at most.',
      }),
    ),
    labels,
    options: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        maxProperties: 100,
        description: 'For the driver, beside what the candidate knows: how the device is stopped, how long to wait.',
      }),
    ),
    limits: limitsSchema,
    deny,
  },
  { additionalProperties: false, description: 'Candidates that become devices by themselves, and as what.' },
);

const rules = {
  maxItems: 100,
  description: 'Which candidates become devices by themselves: the first rule that fits. true: all of them.',
};

export const adoptionRulesSchema = Type.Array(ruleSchema, rules);

/** `discovery` of one connection, but for `options`, whose schemas are the drivers', and `autoAdopt`. */
export const connectionDiscoverySchema = Type.Object(
  {
    dialects: Type.Optional(
      Type.Array(Type.String({ pattern: namePattern }), {
        minItems: 1,
        maxItems: 100,
        uniqueItems: true,
        description: 'The drivers that listen; all that can discover on this connection if absent.',
      }),
    ),
    options: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      default: {},
      description: 'What drivers are told about where to listen, by driver.',
    }),
    autoAdopt: Type.Unsafe<unknown>({ default: false, description: rules.description }),
  },
  { additionalProperties: false, description: 'What is to be found on a connection.' },
);

export const discoverySchema = Type.Unsafe<Record<string, typeof connectionDiscoverySchema.static>>({
  type: 'object',
  maxProperties: 10_000,
  propertyNames: { pattern: namePattern },
  additionalProperties: connectionDiscoverySchema,
  default: {},
  description: 'Connections on which devices are looked for, by name.',
});

/** For editors. */
export const discoveryEditorSchema: JsonSchema = {
  ...discoverySchema,
  additionalProperties: {
    ...connectionDiscoverySchema,
    properties: {
      ...connectionDiscoverySchema.properties,
      autoAdopt: {
        default: false,
        description: rules.description,
        anyOf: [{ type: 'boolean' }, adoptionRulesSchema],
      },
    },
  },
};
