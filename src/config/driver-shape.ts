import { rawCommand } from '../driver/built-in.ts';
import { type AnyDriver, contractVersion } from '../driver/contract.ts';
import { assertSchema, validate } from '../driver/schema.ts';
import { messageOf } from '../errors.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { namePattern } from './schema.ts';

const confirmation = { enum: ['sent', 'acknowledged', 'confirmed'] };
const timeoutMs = { type: 'number', exclusiveMinimum: 0 };
const text = { type: 'string', minLength: 1 };
const object = { type: 'object' };
const write = {
  type: 'object',
  required: ['effect', 'confirmation', 'timeoutMs'],
  properties: { confirmation, timeoutMs },
};

/** Names stand in URLs; a colon would make a command look like `write:` and a property. */
function named(value: object, reserved: readonly string[] = []): object {
  return {
    type: 'object',
    propertyNames: {
      pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$',
      ...(reserved.length === 0 ? {} : { not: { enum: reserved } }),
    },
    additionalProperties: value,
  };
}

/** The shape of a model as data; what its schemas say is checked by compiling them. */
const modelSchema = {
  type: 'object',
  required: ['name', 'summary', 'commands', 'properties', 'events'],
  properties: {
    name: { type: 'string', pattern: namePattern },
    summary: text,
    commands: named(
      {
        ...write,
        required: ['summary', 'params', 'result', ...write.required],
        properties: {
          ...write.properties,
          summary: text,
          effect: { enum: ['read', 'idempotent', 'actuate'] },
          params: object,
          result: object,
        },
      },
      [rawCommand],
    ),
    properties: named({
      type: 'object',
      required: ['summary', 'schema', 'access'],
      properties: {
        summary: text,
        schema: object,
        access: { enum: ['read', 'write', 'read-write'] },
        source: {
          anyOf: [{ const: 'pushed' }, { type: 'object', required: ['pollMs'], properties: { pollMs: timeoutMs } }],
        },
        write: { ...write, properties: { ...write.properties, effect: { enum: ['idempotent', 'actuate'] } } },
      },
      allOf: [
        { if: { properties: { access: { const: 'write' } } }, else: { required: ['source'] } },
        { if: { properties: { access: { const: 'read' } } }, else: { required: ['write'] } },
      ],
    }),
    events: named({ type: 'object', required: ['summary', 'data'], properties: { summary: text, data: object } }),
    stop: {
      type: 'object',
      required: ['summary', 'confirmation', 'timeoutMs'],
      properties: { confirmation, timeoutMs },
    },
  },
};

const driverSchema = {
  type: 'object',
  required: ['contract', 'model', 'transports', 'options'],
  properties: {
    model: modelSchema,
    transports: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: ['serial', 'tcp', 'mqtt', 'none'] } },
    options: object,
    discoveryOptions: object,
    maxInFlight: { type: 'integer', minimum: 1 },
  },
};

/** Why a value is no driver of this contract, or undefined if it is one. */
export function notADriver(value: unknown): string | undefined {
  if (!isRecord(value)) return 'is not a driver: export what defineDriver returns';
  const { contract } = value;
  if (contract !== contractVersion) {
    const built =
      contract === undefined ? 'states no contract version' : `was built for contract ${JSON.stringify(contract)}`;
    return `${built}, and this Bellcrank speaks ${contractVersion}; install a version of it that does too`;
  }
  const [error] = validate(driverSchema, value);
  if (error !== undefined) return `is not a valid driver: ${error.pointer || 'it'} ${error.detail}`;
  if (typeof value['attach'] !== 'function') return 'is not a valid driver: /attach must be a function';
  // Its shape has just been checked, but for the schemas in it.
  return invalidSchema(value as unknown as AnyDriver);
}

function invalidSchema({ model, options, discoveryOptions = {} }: AnyDriver): string | undefined {
  const schemas = [
    ['/options', options] as const,
    ['/discoveryOptions', discoveryOptions] as const,
    ...Object.entries(model.commands).flatMap(([name, { params, result }]) => [
      [`/model/commands/${name}/params`, params] as const,
      [`/model/commands/${name}/result`, result] as const,
    ]),
    ...Object.entries(model.properties).flatMap(([name, property]) => [
      [`/model/properties/${name}/schema`, property.schema] as const,
      [`/model/properties/${name}/write/schema`, 'write' in property ? (property.write.schema ?? {}) : {}] as const,
    ]),
    ...Object.entries(model.events).map(([name, { data }]) => [`/model/events/${name}/data`, data] as const),
  ];
  for (const [pointer, schema] of schemas) {
    try {
      assertSchema(schema);
    } catch (error) {
      return `is not a valid driver: ${pointer} is not a JSON Schema: ${messageOf(error)}`;
    }
  }
  return undefined;
}
