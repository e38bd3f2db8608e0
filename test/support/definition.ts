import type {
  Action,
  Bits,
  Definition,
  DefinitionSource,
  ErrorRule,
  Exchange,
  LineSettings,
  PropertyDefinition,
  Repeat,
  ReplyFraming,
  Step,
  UnsolicitedRule,
} from '../../drivers/declarative/definition/definition.ts';
import {
  parseBytes,
  parseTemplate,
  type Template,
  withTypes,
  wrapTemplate,
} from '../../drivers/declarative/template/index.ts';
import type { CommandSpec, JsonSchema, PropertySpec, StopSpec, WriteSpec } from '../../src/driver/index.ts';

/** Definitions built without a file, for tests of what makes them run. */
export interface ExchangeInput extends Partial<
  Pick<Exchange, 'fields' | 'rewrite' | 'reply' | 'replyTimeoutMs' | 'interByteTimeoutMs' | 'totalTimeoutMs' | 'gapMs'>
> {
  readonly send?: string;
  readonly expect?: string | readonly string[];
  readonly errors?: readonly ErrorInput[];
}

export interface ErrorInput {
  readonly match: string;
  readonly code?: string;
  readonly texts?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly outcome?: ErrorRule['outcome'];
}

export interface RepeatInput extends ExchangeInput {
  readonly until?: Repeat['until'];
  readonly while?: string;
  readonly everyMs?: number;
  readonly withinMs?: number;
}

export type StepInput = ExchangeInput | { readonly waitMs: number } | { readonly repeat: RepeatInput };
export type ActionInput = ExchangeInput | { readonly steps: readonly StepInput[] };

export interface PropertyInput {
  readonly schema: JsonSchema;
  readonly pollMs?: number;
  readonly read?: ActionInput & {
    readonly field?: string;
    readonly from?: string;
    readonly bits?: Bits;
    readonly constants?: Action['constants'];
  };
  readonly write?: ActionInput & { readonly spec?: Partial<WriteSpec> };
}

export type CommandInput = ActionInput & {
  readonly spec?: Partial<CommandSpec>;
  readonly params?: Readonly<Record<string, JsonSchema>>;
  readonly result?: Readonly<Record<string, JsonSchema>>;
  readonly constants?: Action['constants'];
  readonly defaults?: Action['defaults'];
};

export interface UnsolicitedInput {
  readonly match: string;
  readonly report?: Readonly<Record<string, string>>;
  readonly emit?: string;
  readonly fields?: UnsolicitedRule['fields'];
}

export interface DefinitionInput {
  readonly name?: string;
  readonly line?: Partial<Omit<LineSettings, 'outTerminator' | 'reply' | 'prompt' | 'echoTerminator'>> & {
    readonly echoTerminator?: string;
    readonly outTerminator?: string;
    readonly inTerminator?: string;
    readonly prompt?: string;
    readonly reply?: ReplyFraming;
  };
  readonly frame?: { readonly send?: string; readonly expect?: string };
  readonly options?: Readonly<Record<string, JsonSchema>>;
  readonly errors?: readonly ErrorInput[];
  readonly identify?: ExchangeInput;
  readonly identifyFirst?: readonly (ExchangeInput | { readonly waitMs: number })[];
  readonly init?: readonly StepInput[];
  readonly resync?: readonly StepInput[];
  readonly stop?: ActionInput & { readonly spec?: Partial<StopSpec> };
  readonly properties?: Readonly<Record<string, PropertyInput>>;
  readonly commands?: Readonly<Record<string, CommandInput>>;
  readonly events?: Readonly<Record<string, JsonSchema>>;
  readonly errorQueue?: Omit<NonNullable<Definition['errorQueue']>, 'exchange' | 'texts'> & {
    readonly exchange: ExchangeInput;
    readonly texts?: Readonly<Record<string, string>>;
  };
  readonly unsolicited?: readonly UnsolicitedInput[];
  /** The model of one instance, where it depends on the options. */
  readonly adapt?: (definition: Definition, options: Readonly<Record<string, unknown>>) => Definition;
  readonly address?: (options: Readonly<Record<string, unknown>>) => string;
}

type Schemas = Readonly<Record<string, JsonSchema>>;

const path = [] as const;

export function closed(properties: Schemas, required: readonly string[] = Object.keys(properties)): JsonSchema {
  return { type: 'object', properties, required: [...required], additionalProperties: false };
}

export function definitionOf(input: DefinitionInput): DefinitionSource {
  const compile = (options: Readonly<Record<string, unknown>>): Definition => {
    const definition = compiled(input, { ...defaultsOf(input.options ?? {}), ...options });
    return input.adapt?.(definition, options) ?? definition;
  };
  const { address } = input;
  return {
    name: input.name ?? 'test-device',
    summary: 'A device for tests',
    largest: compile({}),
    hasAddress: address !== undefined,
    address: (options) => address?.(options),
    compile,
  };
}

function defaultsOf(options: Schemas): Record<string, unknown> {
  const known = Object.entries(options).filter(([, schema]) => schema['default'] !== undefined);
  return Object.fromEntries(known.map(([name, schema]) => [name, schema['default']]));
}

function compiled(input: DefinitionInput, options: Readonly<Record<string, unknown>>): Definition {
  const { properties = {}, commands = {}, events = {}, stop, identify, identifyFirst, errorQueue, resync } = input;
  const make = new Maker(input);
  return {
    model: {
      name: input.name ?? 'test-device',
      summary: 'A device for tests',
      properties: mapped(properties, propertySpec),
      commands: mapped(commands, commandSpec),
      events: mapped(events, (data) => ({ summary: 'An event', data })),
      ...(stop && { stop: { summary: 'Stop', confirmation: 'acknowledged', timeoutMs: 1000, ...stop.spec } }),
    },
    transports: ['serial', 'tcp'],
    optionsSchema: closed(input.options ?? {}, []),
    options: options as Definition['options'],
    line: lineOf(input.line),
    ...(identify && { identify: make.exchange(identify, input.options) }),
    ...(identifyFirst && {
      identifyFirst: make.steps({ steps: identifyFirst }, {}).filter((step) => step.kind !== 'repeat'),
    }),
    init: make.steps({ steps: input.init ?? [] }, {}),
    ...(resync && { resync: make.steps({ steps: resync }, {}) }),
    ...(stop && { stop: make.action(stop, {}) }),
    properties: mapped(properties, (property) => make.property(property)),
    commands: mapped(commands, (command) => ({
      ...make.action(command, { ...command.params, ...command.result }),
      constants: command.constants ?? {},
      defaults: command.defaults ?? {},
    })),
    ...(errorQueue && { errorQueue: { texts: {}, ...errorQueue, exchange: make.exchange(errorQueue.exchange) } }),
    unsolicited: (input.unsolicited ?? []).map((rule) => ({
      match: make.expected(rule.match, reported(rule, properties)),
      fields: rule.fields ?? {},
      report: rule.report ?? {},
      ...(rule.emit !== undefined && { emit: rule.emit }),
      path,
    })),
    examples: [],
    simulator: { initial: {}, relations: [], refuse: [], sets: {}, replyMs: 0, pushes: [], tells: {}, stop: {} },
  };
}

/** The schemas of fields that properties are reported from. */
function reported({ report = {} }: UnsolicitedInput, properties: Readonly<Record<string, PropertyInput>>): Schemas {
  const schemas: Record<string, JsonSchema> = {};
  for (const [property, field] of Object.entries(report)) schemas[field] = properties[property]?.schema ?? {};
  return schemas;
}

class Maker {
  readonly #input: DefinitionInput;

  constructor(input: DefinitionInput) {
    this.#input = input;
  }

  expected(text: string, schemas: Schemas = {}): Template {
    return this.#template(text, this.#input.frame?.expect, schemas);
  }

  exchange(input: ExchangeInput, schemas: Schemas = {}): Exchange {
    const { send, expect = [], errors = [], ...others } = input;
    const expects = typeof expect === 'string' ? [expect] : expect;
    return {
      rewrite: [],
      fields: {},
      ...others,
      kind: 'exchange',
      ...(send !== undefined && { send: this.#template(send, this.#input.frame?.send, schemas) }),
      expect: expects.map((text) => this.expected(text, schemas)),
      errors: [...errors, ...(this.#input.errors ?? [])].map((rule) => this.#rule(rule)),
      path,
    };
  }

  steps(input: ActionInput, schemas: Schemas): Step[] {
    return ('steps' in input ? input.steps : [input]).map((step) => this.#step(step, schemas));
  }

  action(input: ActionInput, schemas: Schemas): Action {
    return { steps: this.steps(input, schemas), defaults: {}, constants: {}, path };
  }

  property({ schema, read, write }: PropertyInput): PropertyDefinition {
    const field = read?.field ?? 'value';
    return {
      ...(read && {
        read: {
          ...this.action(read, { [field]: read.bits === undefined ? schema : { type: 'integer' } }),
          constants: read.constants ?? {},
          field,
          ...(read.from !== undefined && { from: read.from }),
          ...(read.bits !== undefined && { bits: read.bits }),
        },
      }),
      ...(write && { write: this.action(write, { value: schema }) }),
      path,
    };
  }

  #step(step: StepInput, schemas: Schemas): Step {
    if ('waitMs' in step) return { kind: 'wait', ms: step.waitMs, path };
    if (!('repeat' in step)) return this.exchange(step, schemas);
    const { until = {}, while: notYet, everyMs = 100, withinMs = 5000, ...exchange } = step.repeat;
    return {
      kind: 'repeat',
      exchange: this.exchange(exchange, schemas),
      until,
      ...(notYet !== undefined && { while: this.expected(notYet) }),
      everyMs,
      withinMs,
      path,
    };
  }

  #rule({ match, code, texts = {}, text, outcome = 'refused' }: ErrorInput): ErrorRule {
    const template = this.expected(match);
    const hasCode = template.parts.some((part) => part.kind === 'field' && part.name === 'code');
    const fixed = code === undefined ? {} : { code: { text: code } };
    return {
      match: template,
      ...(hasCode ? { code: { field: 'code' } } : fixed),
      texts,
      ...(text !== undefined && { text }),
      outcome,
      path,
    };
  }

  #template(text: string, frame: string | undefined, schemas: Schemas): Template {
    const message = parseTemplate(text);
    const framed = frame === undefined ? message : wrapTemplate(parseTemplate(frame), message);
    return withTypes(framed, (name) => schemas[name]);
  }
}

function lineOf({
  outTerminator = '\\n',
  inTerminator = '\\n',
  prompt,
  echoTerminator,
  reply,
  ...others
}: DefinitionInput['line'] = {}): LineSettings {
  const terminator = parseBytes(inTerminator);
  const byDefault: ReplyFraming =
    terminator.length === 0 ? { by: 'silence', maxBytes: 4096 } : { by: 'terminator', terminator, maxBytes: 4096 };
  return {
    echo: false,
    replyTimeoutMs: 200,
    interByteTimeoutMs: 50,
    gapMs: 0,
    quietMs: 100,
    ...others,
    outTerminator: parseBytes(outTerminator),
    reply: reply ?? byDefault,
    ...(prompt !== undefined && { prompt: parseBytes(prompt) }),
    ...(echoTerminator !== undefined && { echoTerminator: parseBytes(echoTerminator) }),
  };
}

function propertySpec({ schema, pollMs = 60_000, read, write }: PropertyInput): PropertySpec {
  const spec: WriteSpec = { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs: 2000, ...write?.spec };
  const summary = 'A property';
  const source = read === undefined ? ('pushed' as const) : { pollMs };
  if (write === undefined) return { summary, schema, access: 'read', source };
  if (read === undefined) return { summary, schema, access: 'write', write: spec };
  return { summary, schema, access: 'read-write', source, write: spec };
}

function commandSpec({ spec, params = {}, result = {}, defaults = {} }: CommandInput): CommandSpec {
  return {
    summary: 'A command',
    effect: 'actuate',
    confirmation: 'acknowledged',
    timeoutMs: 2000,
    ...spec,
    params: closed(
      params,
      Object.keys(params).filter((name) => !Object.hasOwn(defaults, name)),
    ),
    result: closed(result),
  };
}

function mapped<V, R>(record: Readonly<Record<string, V>>, make: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value)]));
}
