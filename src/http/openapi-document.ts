import { writeParams } from '../command/steps/resolve.ts';
import type { Device } from '../device/device.ts';
import type { CommandSpec, JsonSchema, Model, PropertySpec } from '../driver/spec.ts';
import { problemTypes } from './problem.ts';

/** A JSON object of an OpenAPI document. */
type Json = Readonly<Record<string, unknown>>;

const commonSchemas: Record<string, Json> = {
  Problem: {
    type: 'object',
    title: 'Problem',
    description: 'RFC 9457 problem details.',
    required: ['type', 'title', 'status', 'detail', 'code', 'retryable'],
    properties: {
      type: { type: 'string', description: 'A page of this service that explains the code.' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string', description: 'What happened, for the person who has to act on it.' },
      code: { type: 'string', enum: Object.keys(problemTypes) },
      outcome: { $ref: '#/components/schemas/Outcome' },
      reason: { type: 'string', description: 'Why nothing was sent.' },
      retryable: { type: 'boolean', description: 'Whether trying again later is safe and may succeed.' },
      commandId: { type: 'string' },
      simulated: { type: 'boolean' },
      device: {
        type: 'object',
        description: 'The device’s own words.',
        properties: { code: { type: 'string' }, text: { type: 'string' } },
      },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            pointer: { type: 'string', description: 'JSON pointer to what is wrong, the offending key included.' },
            detail: { type: 'string' },
          },
        },
      },
    },
  },
  Outcome: {
    type: 'string',
    enum: ['succeeded', 'refused', 'failed', 'not-sent', 'unknown'],
    description:
      'succeeded: the declared confirmation was reached. refused: the device said no. failed: the device tried and ' +
      'failed. not-sent: proven that no byte left. unknown: anything else after the first byte.',
  },
  Command: {
    type: 'object',
    required: ['id', 'device', 'command', 'params', 'state', 'by', 'simulated', 'submittedAt', 'links'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      device: { type: 'string' },
      command: { type: 'string' },
      params: {},
      state: { type: 'string', enum: ['queued', 'sent', 'ended'] },
      outcome: { $ref: '#/components/schemas/Outcome' },
      reason: { type: 'string' },
      confirmation: { type: ['string', 'null'], enum: ['sent', 'acknowledged', 'confirmed', null] },
      evidence: { type: 'object', description: 'What the device said.' },
      result: {},
      error: { type: 'object' },
      resolvedLate: { type: 'boolean' },
      by: { type: 'string' },
      simulated: { type: 'boolean' },
      submittedAt: { type: 'string', format: 'date-time' },
      sentAt: { type: ['string', 'null'], format: 'date-time' },
      endedAt: { type: ['string', 'null'], format: 'date-time' },
      links: { type: 'object' },
    },
  },
  Reading: {
    type: 'object',
    required: ['name', 'value', 'unit', 'at', 'quality', 'source', 'simulated', 'links'],
    properties: {
      name: { type: 'string' },
      value: {},
      unit: { type: ['string', 'null'] },
      at: { type: ['string', 'null'], format: 'date-time' },
      quality: { type: 'string', enum: ['good', 'stale', 'bad'] },
      source: { type: 'string', enum: ['polled', 'pushed', 'write-only'] },
      simulated: { type: 'boolean' },
      error: { type: 'string' },
      links: { type: 'object' },
    },
  },
};

const problemResponses: Json = {
  default: {
    description: 'A problem; `code` and `outcome` say which and what is known.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  },
};

/** Collects schemas, so that devices of one model share theirs. */
class Components {
  readonly schemas: Record<string, Json> = {};

  /** The reference to a schema; a device whose limits differ from its model's gets one of its own. */
  ref(name: string, device: string, schema: JsonSchema): Json {
    const text = JSON.stringify(schema);
    const shared = this.schemas[name];
    const key = shared === undefined || JSON.stringify(shared) === text ? name : `${device}.${name}`;
    this.schemas[key] = schema;
    return { $ref: `#/components/schemas/${key}` };
  }
}

export interface DocumentInput {
  /** Paths and info of the routes that do not depend on devices. */
  readonly base: Json;
  readonly devices: readonly Device[];
  readonly models: readonly Model[];
  /** Too many devices for one document: it lists models and says how to narrow it down. */
  readonly modelsOnly: boolean;
}

/** OpenAPI 3.1: every command and property of every device as an operation of its own. */
export function openapiDocument({ base, devices, models, modelsOnly }: DocumentInput): Json {
  const components = new Components();
  // The models first: what differs from them is then named after the device.
  for (const model of models) addModel(components, model);
  const paths: Record<string, Json> = {};
  for (const device of modelsOnly ? [] : devices) addDevice(components, paths, device);
  const info = base['info'] as Json;
  const note = modelsOnly
    ? `\n\nThere are ${devices.length} devices, too many for one document: it lists their models only. Ask for ` +
      'one device with `?device=ID` or for the devices of one model with `?model=NAME`.'
    : '';
  return {
    ...base,
    info: { ...info, description: `${String(info['description'])}${note}` },
    tags: [...(base['tags'] as Json[]), ...(modelsOnly ? [] : devices.map(tagOf))],
    paths: { ...(base['paths'] as Json), ...paths },
    components: { ...(base['components'] as Json), schemas: { ...commonSchemas, ...components.schemas } },
  };
}

function tagOf(device: Device): Json {
  return { name: device.id, description: `${device.simulated ? 'SIMULATED. ' : ''}${device.model.summary}` };
}

function addModel(components: Components, model: Model): void {
  for (const [name, spec] of Object.entries(model.commands)) {
    components.ref(`${model.name}.${name}.params`, model.name, spec.params);
    components.ref(`${model.name}.${name}.result`, model.name, spec.result);
  }
  for (const [name, spec] of Object.entries(model.properties)) {
    components.ref(`${model.name}.${name}`, model.name, spec.schema);
  }
}

function addDevice(components: Components, paths: Record<string, Json>, device: Device): void {
  const root = `/v1/devices/${device.id}`;
  for (const [name, spec] of Object.entries(device.model.commands)) {
    paths[`${root}/commands/${name}`] = { post: commandOperation(components, device, name, spec) };
  }
  for (const [name, spec] of Object.entries(device.model.properties)) {
    paths[`${root}/properties/${name}`] = {
      ...(spec.access === 'write' ? {} : { get: readOperation(components, device, name, spec) }),
      ...(spec.access === 'read' ? {} : { put: writeOperation(components, device, name, spec) }),
    };
  }
}

function commandOperation(components: Components, device: Device, name: string, spec: CommandSpec): Json {
  const prefix = `${device.model.name}.${name}`;
  const params = components.ref(`${prefix}.params`, device.id, spec.params);
  const result = components.ref(`${prefix}.result`, device.id, spec.result);
  const examples = (spec.examples ?? []).map((example, index) => [`example-${index + 1}`, { value: example.params }]);
  const { effect, confirmation, timeoutMs } = spec;
  return {
    operationId: `${device.id}.${name}`,
    tags: [device.id],
    summary: spec.summary,
    description:
      `Effect: ${effect}. Succeeds when ${confirmation}. Takes ${timeoutMs} ms at most` +
      (device.simulated ? '. The device is SIMULATED.' : '.'),
    requestBody: {
      required: Array.isArray(spec.params['required']) && spec.params['required'].length > 0,
      content: {
        'application/json': {
          schema: params,
          ...(examples.length === 0 ? {} : { examples: Object.fromEntries(examples) as Json }),
        },
      },
    },
    responses: { '200': succeeded(params, result), ...problemResponses },
    'x-bellcrank': { effect, confirmation, timeoutMs, simulated: device.simulated },
  };
}

function readOperation(components: Components, device: Device, name: string, spec: PropertySpec): Json {
  const value = components.ref(`${device.model.name}.${name}`, device.id, spec.schema);
  return {
    operationId: `${device.id}.read.${name}`,
    tags: [device.id],
    summary: spec.summary,
    parameters: [
      {
        name: 'maxAgeMs',
        in: 'query',
        description: 'Ask the device unless the value is younger than this.',
        schema: { type: 'integer', minimum: 0, maximum: 999_999_999 },
      },
    ],
    responses: {
      '200': json('The reading.', {
        allOf: [
          { $ref: '#/components/schemas/Reading' },
          { type: 'object', properties: { value: { anyOf: [value, { type: 'null' }] } } },
        ],
      }),
      ...problemResponses,
    },
  };
}

function writeOperation(
  components: Components,
  device: Device,
  name: string,
  spec: Exclude<PropertySpec, { access: 'read' }>,
): Json {
  const body = components.ref(`${device.model.name}.${name}.write`, device.id, writeParams(spec.write, spec.schema));
  return {
    operationId: `${device.id}.write.${name}`,
    tags: [device.id],
    summary: `Write: ${spec.summary}`,
    requestBody: { required: true, content: { 'application/json': { schema: body } } },
    responses: { '200': succeeded(body, {}), ...problemResponses },
  };
}

function succeeded(params: Json, result: Json): Json {
  return json('The command succeeded.', {
    allOf: [{ $ref: '#/components/schemas/Command' }, { type: 'object', properties: { params, result } }],
  });
}

function json(description: string, schema: Json): Json {
  return { description, content: { 'application/json': { schema } } };
}
