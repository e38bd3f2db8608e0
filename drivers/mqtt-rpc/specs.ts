import type { Static } from '@sinclair/typebox';
import {
  assertSchema,
  BellcrankError,
  type CommandSpec,
  type Confirmation,
  type JsonSchema,
  type Model,
  nameOf,
  printable,
  type StopSpec,
  topicLevel,
  validate,
} from '../../src/driver/index.ts';
import type { Method, MqttRpcOptions } from './options.ts';
import type { params as paramsSchema } from './schemas.ts';

const none: JsonSchema = { type: 'object', title: 'Nothing', properties: {}, additionalProperties: false };

/** Which keywords belong to which types: one that means nothing is a mistake of whoever wrote it. */
const keywords: Readonly<Record<string, readonly string[]>> = {
  minimum: ['integer', 'number'],
  maximum: ['integer', 'number'],
  multipleOf: ['integer', 'number'],
  minLength: ['string'],
  maxLength: ['string'],
  items: ['array'],
  minItems: ['array'],
  maxItems: ['array'],
  properties: ['object'],
  required: ['object'],
  minProperties: ['object'],
};

/** What the device calls a method. */
export function wireName(name: string, { method = name }: Method): string {
  return method;
}

/** The model that the options declare. Throws `invalid-request` for what no model can be. */
export function modelOf(options: MqttRpcOptions): Model {
  const { model = 'device', methods } = options;
  checkProbe(options);
  const commands = Object.entries(methods).map(([name, method]) => [name, commandOf(name, method, options)] as const);
  return {
    name: `mqtt-rpc-${nameOf(model)}`.slice(0, 63).replace(/-+$/, ''),
    summary: printable(`${model}, by requests over MQTT`),
    commands: Object.fromEntries(commands),
    properties: {},
    events: {},
    ...stopOf(options, Object.fromEntries(commands)),
  };
}

function checkProbe({ probe, methods }: MqttRpcOptions): void {
  if (probe === undefined) return;
  const method = Object.hasOwn(methods, probe) ? methods[probe] : undefined;
  const asks =
    method?.effect === 'read' && method.noAnswer === undefined && (method.params?.required ?? []).length === 0;
  if (!asks) throw invalid(`probe names ${probe}, which is no method that reads and needs no parameters`);
}

function commandOf(name: string, method: Method, options: MqttRpcOptions): CommandSpec {
  const at = `methods.${name}`;
  if (options.request.includes('{method}')) topicLevel(wireName(name, method), `${at}.method in a topic`);
  const { confirmedBy = {}, params, result } = method;
  const wrong = Object.keys(confirmedBy).find((param) => !Object.hasOwn(params?.properties ?? {}, param));
  if (wrong !== undefined) throw invalid(`${at}.confirmedBy names ${wrong}, which is no parameter`);
  if (method.confirmedBy !== undefined && result === undefined) throw invalid(`${at}.confirmedBy needs a result`);
  if (method.noAnswer && result !== undefined) throw invalid(`${at} has a result, and no answer that could bring it`);
  return {
    summary: printable(method.summary),
    effect: method.effect,
    confirmation: confirmationOf(method),
    timeoutMs: method.timeoutMs ?? 5000,
    params: paramsOf(params, `${at}.params`),
    result: result === undefined ? none : schemaOf(result, `${at}.result`),
  };
}

/** `confirmed` where the device reports in its answer the state that was asked for; else its answer says that it took it. */
export function confirmationOf({ noAnswer, confirmedBy }: Pick<Method, 'noAnswer' | 'confirmedBy'>): Confirmation {
  if (noAnswer) return 'sent';
  return confirmedBy === undefined ? 'acknowledged' : 'confirmed';
}

function paramsOf(given: Static<typeof paramsSchema> | undefined, at: string): JsonSchema {
  return given === undefined ? none : schemaOf({ type: 'object', ...given }, at);
}

interface Given {
  readonly type: string;
  readonly items?: Given;
  readonly properties?: Readonly<Record<string, Given>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** The declared schema, closed and bounded. */
function schemaOf(given: object, at: string): JsonSchema {
  // Validated against the options' own schema, which says as much.
  const schema = bounded(given as Given, at);
  try {
    assertSchema(schema);
  } catch (error) {
    throw invalid(`${at} is no valid schema: ${error instanceof Error ? error.message : String(error)}`);
  }
  return schema;
}

function bounded(given: Given, at: string): JsonSchema {
  for (const [keyword, types] of Object.entries(keywords)) {
    if (given[keyword] === undefined || types.includes(given.type)) continue;
    throw invalid(`${at}.${keyword} is for ${types.join(' and ')}, and not for ${given.type}`);
  }
  if (given.type === 'string') return { maxLength: 1000, ...given };
  if (given.type === 'array') {
    if (given.items === undefined) throw invalid(`${at} needs items`);
    return { maxItems: 100, ...given, items: bounded(given.items, `${at}.items`) };
  }
  return given.type === 'object' ? closed(given, at) : given;
}

function closed(given: Given, at: string): JsonSchema {
  const { properties = {}, required = [] } = given;
  const missing = required.find((name) => !Object.hasOwn(properties, name));
  if (missing !== undefined) throw invalid(`${at}.required names ${missing}, which is not among its properties`);
  const own = Object.entries(properties).map(([name, value]) => [name, bounded(value, `${at}.${name}`)] as const);
  return { ...given, properties: Object.fromEntries(own), additionalProperties: false };
}

/** A stop is worth as much as the weakest of its messages. */
function stopOf({ stop }: MqttRpcOptions, commands: Readonly<Record<string, CommandSpec>>): { stop?: StopSpec } {
  if (stop === undefined) return {};
  const specs = stop.map(({ command, params = {} }) => {
    const spec = Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (spec === undefined) throw invalid(`stop names ${command}, which is no method`);
    const [error] = validate(spec.params, params);
    if (error !== undefined) throw invalid(`stop gives ${command} ${error.pointer}, which ${error.detail}`);
    return spec;
  });
  const levels = (['sent', 'acknowledged', 'confirmed'] as const).filter((level) =>
    specs.some(({ confirmation }) => confirmation === level),
  );
  const timeoutMs = Math.max(...specs.map((spec) => spec.timeoutMs));
  const said = stop.map(({ command }) => command).join(', ');
  return { stop: { summary: `Sends ${said}`, confirmation: levels[0] ?? 'sent', timeoutMs } };
}

function invalid(detail: string): BellcrankError {
  return new BellcrankError('invalid-request', `the options of this mqtt-rpc device: ${detail}`);
}
