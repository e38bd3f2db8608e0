import type { Caller } from '../access/caller.ts';
import { needToSend } from '../command/gate.ts';
import { rawSchemasOf, rawSpec } from '../command/raw.ts';
import { writeParams } from '../command/steps/resolve.ts';
import type { Device } from '../device/device.ts';
import { rawCommand } from '../driver/built-in.ts';
import { validate } from '../driver/schema.ts';
import type { CommandSpec, JsonSchema, PropertySpec } from '../driver/spec.ts';
import { problemResponse } from './openapi-answers.ts';
import { header } from './openapi-json.ts';
import type { Components } from './openapi-components.ts';
import { json, type Json, nullable, ref } from './openapi-json.ts';
import { sendingParameterRefs, sendingResponses } from './openapi-sending.ts';

/** Every command and property of one device that a caller may use as an operation of its own, by path. */
export function deviceOperations(components: Components, device: Device, caller: Caller): Json {
  const root = `/v1/devices/${device.id}`;
  const paths: Record<string, Json> = {};
  const may = (command: string): boolean => caller.may(needToSend(device, command));
  const mayRead = caller.may({ action: 'read', device });
  for (const [name, spec] of Object.entries(device.model.commands)) {
    if (!may(name)) continue;
    paths[`${root}/commands/${name}`] = { post: commandOperation(components, device, name, spec) };
  }
  for (const [name, spec] of Object.entries(device.model.properties)) {
    const item = {
      ...(spec.access !== 'write' && mayRead && { get: readOperation(components, device, name, spec) }),
      ...(spec.access !== 'read' && may(`write:${name}`) && { put: writeOperation(components, device, name, spec) }),
    };
    if (Object.keys(item).length > 0) paths[`${root}/properties/${name}`] = item;
  }
  const raw = may(rawCommand) ? rawOperation(components, device) : undefined;
  if (raw !== undefined) paths[`${root}/raw`] = { post: raw };
  return paths;
}

/** Absent where there is no connection, or where it is denied. */
function rawOperation(components: Components, device: Device): Json | undefined {
  const schemas = rawSchemasOf(device);
  if (schemas === undefined) return undefined;
  const params = components.ref(`raw.${device.carries}.params`, device.id, schemas.params);
  const result = components.ref(`raw.${device.carries}.result`, device.id, schemas.result);
  return {
    operationId: `${device.id}.raw`,
    tags: [device.id],
    summary: 'Send bytes or a message as they are, for maintenance',
    description:
      'Past the driver and its limits, but through lease, interlocks, stop and record. Succeeds when sent. The line is ' +
      'brought back into step afterwards.',
    parameters: sendingParameterRefs,
    requestBody: { required: true, content: { 'application/json': { schema: params } } },
    responses: { ...succeeded(device, { params, result }), ...problemResponse },
    'x-bellcrank': { ...rawSpec, simulated: device.simulated },
  };
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
    parameters: sendingParameterRefs,
    responses: { ...succeeded(device, { params, result }, spec.result), ...problemResponse },
    'x-bellcrank': { effect, confirmation, timeoutMs, simulated: device.simulated },
  };
}

function readOperation(components: Components, device: Device, name: string, spec: PropertySpec): Json {
  const value = components.ref(`${device.model.name}.${name}`, device.id, spec.schema);
  const schema = { allOf: [ref('Reading'), { type: 'object', properties: { value: nullable(value) } }] };
  return {
    operationId: `${device.id}.read.${name}`,
    tags: [device.id],
    summary: spec.summary,
    parameters: [
      {
        name: 'maxAgeMs',
        in: 'query',
        description: 'Milliseconds: ask the device unless the value is younger than this.',
        schema: { type: 'integer', minimum: 0, maximum: 999_999_999 },
      },
    ],
    responses: { '200': json('The reading.', schema, simulatedHeader(device)), ...problemResponse },
  };
}

function writeOperation(
  components: Components,
  device: Device,
  name: string,
  spec: Exclude<PropertySpec, { access: 'read' }>,
): Json {
  const params = components.ref(`${device.model.name}.${name}.write`, device.id, writeParams(spec.write, spec.schema));
  return {
    operationId: `${device.id}.write.${name}`,
    tags: [device.id],
    summary: `Write: ${spec.summary}`,
    parameters: sendingParameterRefs,
    requestBody: { required: true, content: { 'application/json': { schema: params } } },
    responses: { ...succeeded(device, { params }), ...problemResponse },
  };
}

/** The command that ended well; any other end is a problem. */
function succeeded(device: Device, values: Readonly<Record<string, Json>>, result: JsonSchema = {}): Json {
  const properties = { ...values, outcome: { const: 'succeeded' } };
  // A schema that takes anything takes nothing as well.
  const required = validate(result, undefined).length > 0 ? ['outcome', 'result'] : ['outcome'];
  const ended = { allOf: [ref('Command'), { type: 'object', required, properties }] };
  return sendingResponses(ended, simulatedHeader(device));
}

function simulatedHeader(device: Device): Json | undefined {
  return device.simulated ? { 'Bellcrank-Simulated': header('`true`.') } : undefined;
}
