import { auditSchema } from './audit-schema.ts';
import type { JsonSchema } from '../driver/spec.ts';
import { accessSchema } from './access-schema.ts';
import { alarmsEditorSchema } from './alarm-schema.ts';
import type { Catalogue, FaultKind } from './catalogue.ts';
import { discoveryEditorSchema } from './discovery-schema.ts';
import { interlocksEditorSchema } from './interlock-schema.ts';
import { northboundSchema } from './northbound-schema.ts';
import { metricsSchema, tracingSchema } from './observe-schema.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import {
  allowSimulatedSchema,
  deviceSchema,
  driversSchema,
  faultSchema,
  definitionsSchema,
  idempotencySchema,
  logSchema,
  namePattern,
  serverSchema,
  simulatedDeviceKeys,
  simulatedDeviceSchema,
  simulatedSchema,
  simulateSchema,
  simulationSchema,
  storeSchema,
} from './schema.ts';
import { tlsSchema } from './server-schema.ts';
import { versionSchema } from './version.ts';
import { webhooksSchema } from './webhook-schema.ts';

/**
 * The schema of the whole file, for editors: completion, hover texts and a first check. It is written in draft 07,
 * which they all know. `loadConfig` checks more, with better words.
 */
export function configJsonSchema(catalogue: Catalogue): JsonSchema {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Bellcrank configuration',
    type: 'object',
    additionalProperties: false,
    properties: {
      version: versionSchema,
      server: serverEditorSchema(),
      access: accessSchema,
      log: logSchema,
      metrics: metricsSchema,
      tracing: withSecretHeaders(tracingSchema),
      store: storeSchema,
      audit: auditSchema,
      idempotency: idempotencySchema,
      definitions: definitionsSchema,
      allowSimulated: allowSimulatedSchema,
      simulation: simulationSchema,
      connections: mapOf('connection', 'Connections by name: each is opened once, for all devices that are on it.'),
      devices: mapOf('device', 'Devices by id; the id stands in every URL.'),
      discovery: discoveryEditorSchema,
      interlocks: interlocksEditorSchema,
      alarms: alarmsEditorSchema,
      northbound: northboundSchema,
      webhooks: webhooksEditorSchema(),
      drivers: driversSchema,
    },
    definitions: {
      connection: connectionDefinition(catalogue),
      device: deviceDefinition(catalogue),
      fault: faultDefinition(catalogue),
      secret: secretDefinition,
    },
  };
  // TypeBox marks its schemas with symbols; what goes to a file is what JSON keeps.
  return JSON.parse(JSON.stringify(schema), optionalDefaults) as JsonSchema;
}

/** A reviver: what has a default may be left out of the file, whatever its schema says of the outcome. */
function optionalDefaults(_key: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { required, properties } = value;
  if (!Array.isArray(required) || !isRecord(properties)) return value;
  const preset = (key: string): boolean => 'default' in Object(properties[key]);
  return { ...value, required: required.filter((key: string) => !preset(key)) };
}

function mapOf(definition: string, description: string): JsonSchema {
  return {
    type: 'object',
    description,
    propertyNames: { pattern: namePattern },
    additionalProperties: { $ref: `#/definitions/${definition}` },
    default: {},
  };
}

const secretDefinition = {
  description: 'A value that does not stand in this file.',
  oneOf: [
    {
      type: 'object',
      properties: { env: { type: 'string', description: 'The environment variable that holds it.' } },
      required: ['env'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { file: { type: 'string', description: 'The file that holds it, relative to this one.' } },
      required: ['file'],
      additionalProperties: false,
    },
  ],
};

function connectionDefinition({ transports, simulators }: Catalogue): JsonSchema {
  const settings = transports.map(({ name, settings: schema }) => {
    return [name, { description: `A connection by ${name}.`, ...withSecrets(schema) }] as const;
  });
  const allOf = simulators.map(({ model, options: schema }) => when('model', model, 'options', withSecrets(schema)));
  const known = { enum: simulators.map(({ model }) => model) };
  // As for drivers: a definition of the user's own brings its simulator.
  const models = { anyOf: [known, { type: 'string', pattern: namePattern }, { $ref: '#/definitions/secret' }] };
  const simulate = withSecrets(simulateSchema) as typeof simulateSchema;
  const model = { description: simulateSchema.properties.model.description, ...models };
  const one = { ...simulatedDeviceSchema.properties, faults: { ...faults, items: { $ref: '#/definitions/fault' } } };
  const { description, maxItems, minItems } = simulateSchema.properties.devices;
  const devices = {
    type: 'array',
    description,
    minItems,
    maxItems,
    items: { ...simulatedDeviceSchema, properties: { ...one, model }, allOf },
  };
  return {
    type: 'object',
    description: 'Exactly one transport, or simulate.',
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(settings),
      simulate: {
        ...simulate,
        properties: { ...simulate.properties, model, faults: one.faults, devices },
        oneOf: [
          { required: ['model'], not: { required: ['devices'] } },
          { required: ['devices'], not: single },
        ],
        allOf,
      },
      simulated: simulatedSchema,
    },
    oneOf: [
      ...transports.map(({ name }) => ({ required: [name] })),
      { required: ['simulate'], not: { required: ['simulated'] } },
    ],
  };
}

/** Each kind has a schema of its own; whether a wire can have it, `loadConfig` says. */
function faultDefinition({ faults: kinds = [] }: Catalogue): JsonSchema {
  if (kinds.length === 0) return { description: faults.description, not: {} };
  return { description: faultSchema.properties.kind.description, anyOf: kinds.map(described) };
}

/** Editors show what a kind does where it is written. */
function described({ schema }: FaultKind): JsonSchema {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  return {
    ...schema,
    properties: { ...properties, kind: { ...Object(properties['kind']), description: schema['description'] } },
  };
}

const { faults } = simulatedDeviceSchema.properties;

/** What belongs to each of several simulators and not to all, and whatever is no broker. */
const single = {
  anyOf: [
    ...simulatedDeviceKeys.map((key) => ({ required: [key] })),
    { not: { required: ['via'], properties: { via: { const: 'mqtt' } } } },
  ],
};

function deviceDefinition({ drivers }: Catalogue): JsonSchema {
  const names = drivers.map(({ model }) => model.name);
  const { driver } = deviceSchema.properties;
  return {
    ...deviceSchema,
    properties: {
      ...deviceSchema.properties,
      // The names are for completion; the pattern admits those of the user's own drivers.
      driver: { description: driver.description, anyOf: [{ enum: names }, { type: 'string', pattern: namePattern }] },
    },
    allOf: drivers.map(({ model, options }) => when('driver', model.name, 'options', options)),
  };
}

/** If one key has this value, another has that schema (said as `else`: a `then` would make the object a thenable). */
function when(key: string, value: string, other: string, schema: JsonSchema): JsonSchema {
  return {
    if: { not: { properties: { [key]: { const: value } }, required: [key] } },
    else: { properties: { [other]: schema } },
  };
}

/** Certificates and their keys may be references. */
function serverEditorSchema(): JsonSchema {
  const { certificate, key, ca, ...others } = tlsSchema.properties;
  const [its, theirs, whose] = [certificate, key, ca].map(withSecrets);
  const tls = { ...tlsSchema, properties: { certificate: its, key: theirs, ca: whose, ...others } };
  return { ...serverSchema, properties: { ...serverSchema.properties, tls } };
}

/** Its URL and its secret may be references. */
function webhooksEditorSchema(): JsonSchema {
  const { items } = webhooksSchema;
  const { url, secret, ...others } = items.properties;
  const [its, theirs] = [url, secret].map(withSecrets);
  return { ...webhooksSchema, items: { ...items, properties: { ...others, url: its, secret: theirs } } };
}

/** Its headers may be references. */
function withSecretHeaders(schema: typeof tracingSchema): JsonSchema {
  const { headers, ...others } = schema.properties;
  const additionalProperties = withSecrets(Object(headers['additionalProperties']) as JsonSchema);
  return { ...schema, properties: { ...others, headers: { ...headers, additionalProperties } } };
}

/** Wherever a schema takes a string, a reference to one may stand. */
function withSecrets(schema: JsonSchema): JsonSchema {
  const { properties, items, ...rest } = schema;
  if (rest['type'] === 'string') {
    const { description, default: preset, ...plain } = rest;
    return { description, default: preset, anyOf: [plain, { $ref: '#/definitions/secret' }] };
  }
  const entries = Object.entries(isRecord(properties) ? properties : {});
  return {
    ...rest,
    ...(isRecord(properties) && {
      properties: Object.fromEntries(
        entries.map(([key, value]) => [key, isRecord(value) ? withSecrets(value) : value]),
      ),
    }),
    ...(isRecord(items) && { items: withSecrets(items) }),
  };
}
