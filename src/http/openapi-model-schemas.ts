import type { AnyDriver } from '../driver/contract.ts';
import type {
  CommandSpec,
  CommandVerify,
  Confirmation,
  Effect,
  EventSpec,
  Model,
  ReadablePropertySpec,
  ReadWritePropertySpec,
  StopSpec,
  Verify,
  WritablePropertySpec,
  WriteSpec,
} from '../driver/spec.ts';
import {
  arrayOf,
  choice,
  type Described,
  flag,
  type Json,
  mapOf,
  nullable,
  openObject,
  ref,
  text,
} from './openapi-json.ts';

type Words<T extends string> = Readonly<Record<T, string>>;

const effects: Words<Effect> = {
  read: 'changes nothing',
  idempotent: 'repeating it changes nothing more',
  actuate: 'every repetition acts again',
};
const confirmations: Words<Confirmation> = {
  sent: 'handed to the wire',
  acknowledged: 'the device answered that it took it',
  confirmed: 'the device itself reports the state asked for',
};
const onBusy: Words<NonNullable<WriteSpec['onBusy']>> = {
  queue: 'waits its turn',
  reject: 'is turned away',
  supersede: 'takes the place of the one that waits',
};
const transports: Words<AnyDriver['transports'][number]> = {
  serial: 'a serial port',
  tcp: 'a TCP socket',
  mqtt: 'an MQTT broker',
  none: 'needs no connection',
};

const summary = text('What it is, in a few words.');
const jsonSchema: Json = {
  type: 'object',
  title: 'JSON Schema',
  description: 'JSON Schema, draft 2020-12; `unit` says what numbers are counted in.',
};
const timeoutMs: Json = {
  type: 'number',
  exclusiveMinimum: 0,
  unit: 'ms',
  description: 'From acceptance to the end in milliseconds, waiting included.',
};
const source: Json = {
  anyOf: [
    { const: 'pushed', description: 'The device tells it.' },
    openObject({ pollMs: { ...timeoutMs, description: 'The device is asked at this interval, in milliseconds.' } }),
  ],
};
const verify: Described<Verify> = {
  tolerance: { type: 'number', description: 'Largest difference that counts as the same; 0 by default.' },
  withinMs: { type: 'number', unit: 'ms', description: 'How long the value may take to get there, in milliseconds.' },
};
const commandVerify: Described<CommandVerify> = {
  ...verify,
  property: text('The property that is read back.'),
  param: text('The parameter that it must equal.'),
};
const write: Omit<Described<WriteSpec>, 'effect' | 'schema'> = {
  confirmation: ref('Confirmation'),
  timeoutMs,
  urgent: flag('It overtakes what waits, and what is in flight.'),
  onBusy: choice(onBusy),
  verify: openObject(verify, ['tolerance', 'withinMs']),
};
const command: Described<CommandSpec> = {
  summary,
  effect: ref('Effect'),
  ...write,
  verify: openObject(commandVerify, ['tolerance', 'withinMs']),
  long: flag('Others get the line in between; its progress extends its deadline.'),
  abortable: flag('It can be aborted after it was sent.'),
  params: jsonSchema,
  result: jsonSchema,
  examples: arrayOf(openObject({ params: {}, result: {} }, ['result'])),
};
const property = { summary, schema: jsonSchema };
const readable: Described<ReadablePropertySpec> = { ...property, access: { const: 'read' }, source };
const readWrite: Described<ReadWritePropertySpec> = {
  ...property,
  access: { const: 'read-write' },
  source,
  write: ref('WriteSpec'),
};
const writable: Described<WritablePropertySpec> = {
  ...property,
  access: { const: 'write' },
  write: ref('WriteSpec'),
};
const event: Described<EventSpec> = { summary, data: jsonSchema };
const stop: Described<StopSpec> = { summary, confirmation: ref('Confirmation'), timeoutMs };

/** What one can do with a model; a device that is narrowed offers less. */
export const affordances = {
  commands: mapOf(ref('CommandSpec'), 'By name.'),
  properties: mapOf(ref('PropertySpec'), 'By name.'),
  events: mapOf(ref('EventSpec'), 'By name.'),
  stop: ref('StopSpec'),
} satisfies Omit<Described<Model>, 'name' | 'summary'>;

const model: Described<Model & Pick<AnyDriver, 'transports' | 'options'>> = {
  name: text('What a device names as its `driver`.'),
  summary,
  ...affordances,
  transports: { ...arrayOf(choice(transports)), description: 'What its connection may be.' },
  options: { ...jsonSchema, description: 'The schema of a device’s `options`.' },
};

/** Models are what drivers declare: they carry what is described here, and may carry more. */
export const modelSchemas = {
  Effect: choice(effects),
  Confirmation: choice(confirmations),
  WriteSpec: openObject({ effect: ref('Effect'), ...write, schema: jsonSchema } satisfies Described<WriteSpec>, [
    'urgent',
    'onBusy',
    'verify',
    'schema',
  ]),
  CommandSpec: openObject(command, ['urgent', 'onBusy', 'verify', 'long', 'abortable', 'examples']),
  PropertySpec: { oneOf: [openObject(readable), openObject(readWrite), openObject(writable)] },
  EventSpec: openObject(event),
  StopSpec: openObject(stop),
  Model: {
    title: 'Model',
    description: 'A kind of device that can be attached, as its driver declares it.',
    ...openObject(model, ['stop']),
  },
  ModelList: openObject({ items: arrayOf(ref('Model')) }),
} satisfies Record<string, Json>;

/** `null` where a model declares no way to be made safe. */
export const stopOrNull = nullable(affordances.stop);
