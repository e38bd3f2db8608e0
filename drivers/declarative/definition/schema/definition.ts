import { type Static, Type } from '@sinclair/typebox';
import { commandSchema, eventSchema, propertySchema, stopSchema } from './affordances.ts';
import { meaningKeys, sourceKeys } from './example-keys.ts';
import { errorsSchema, exchangeKeys, type exchangeSchema, stepsKey, stepsSchema } from './exchange.ts';
import { lineSchema } from './line.ts';
import { closed, each, mapOf, template } from './parts.ts';
import { simulatorSchema } from './simulator.ts';
import { optionSchema, typeKeys } from './type-keys.ts';

const frameSchema = closed(
  {
    send: Type.Optional(template('Around everything that is sent; `{message}` is where it stands.')),
    expect: Type.Optional(template('Around everything that is expected; `{message}` is where it stands.')),
  },
  'What stands around every message: an address, a checksum.',
);

const errorQueueSchema = closed(
  {
    ...exchangeKeys,
    none: Type.Optional(
      Type.Unsafe<number | string>({ type: ['number', 'string'], description: 'The `code` of an empty queue; 0.' }),
    ),
    maxEntries: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 256, description: 'Entries read before giving up; 32.' }),
    ),
    texts: Type.Optional(
      mapOf(Type.String({ maxLength: 500, description: 'The words.' }), 'Words by code, where an entry has none.'),
    ),
    failed: Type.Optional(
      Type.Array(
        Type.Unsafe<readonly [number, number]>({
          type: 'array',
          minItems: 2,
          maxItems: 2,
          items: { type: 'number' },
          description: 'From and to, inclusive.',
        }),
        { maxItems: 50, description: 'Codes that mean that it tried and failed; all others refuse.' },
      ),
    ),
  },
  'A queue of errors that the device keeps; read after each command and write until it is empty.',
);

const identifySchema = closed(
  { ...exchangeKeys, ...stepsKey },
  'Asked on every attach: one exchange, or `steps`. Another answer is another device.',
);

const sharedExchangeSchema = closed({ ...exchangeKeys, each }, 'One request and its reply, for properties to share.');

const initSchema = Type.Unsafe<
  Static<typeof stepsSchema> | { readonly steps: Static<typeof stepsSchema>; readonly disruptive?: boolean }
>({
  anyOf: [
    stepsSchema,
    closed(
      {
        steps: stepsSchema,
        disruptive: Type.Optional(
          Type.Boolean({ description: 'True: not run on attach, but offered as the command `initialize`.' }),
        ),
      },
      'Steps, and whether they may disturb what the device does.',
    ),
  ],
  description: 'Run on every attach, after identification; never changes outputs, modes or motion.',
});

const unsolicitedSchema = Type.Array(
  closed(
    {
      match: template('The message.'),
      fields: exchangeKeys.fields,
      report: Type.Optional(
        Type.Unsafe<string | Readonly<Record<string, string>>>({
          anyOf: [
            { type: 'string', maxLength: 100 },
            { type: 'object', maxProperties: 100, additionalProperties: { type: 'string', maxLength: 100 } },
          ],
          description: 'The property whose value is the field `value`; or properties to fields.',
        }),
      ),
      emit: Type.Optional(Type.String({ maxLength: 100, description: 'The event whose data are the fields.' })),
      ignore: Type.Optional(Type.Literal(true, { description: 'It means nothing.' })),
    },
    'A message that the device sends unasked, and what it means: report, emit or ignore.',
  ),
  { maxItems: 200, description: 'Messages that the device sends unasked.' },
);

const examplesSchema = Type.Array(
  closed(
    {
      send: Type.Optional(template('What is sent, without the terminator, with the frame.')),
      reply: Type.Optional(
        Type.Unsafe<string | readonly string[]>({
          anyOf: [
            template('What the device answers.'),
            Type.Array(template('A frame of it.'), { minItems: 1, maxItems: 100 }),
          ],
          description: 'What the device answers, without the terminator, with the frame; a list for several frames.',
        }),
      ),
      ...meaningKeys,
      identify: Type.Optional(Type.Literal(true, { description: 'It is the identification.' })),
      ...sourceKeys,
    },
    'Bytes from the manual and what they mean.',
  ),
  { maxItems: 1000, description: 'From the manual, run as tests.' },
);

const rootKeys = {
  ...typeKeys,
  manual: Type.Optional(Type.String({ maxLength: 500, description: 'Where its protocol is described.' })),
  transport: Type.Optional(
    Type.Array(Type.Unsafe<'serial' | 'tcp'>({ enum: ['serial', 'tcp'] }), {
      minItems: 1,
      uniqueItems: true,
      description: 'What it is connected by; both.',
    }),
  ),
  options: Type.Optional(mapOf(optionSchema, 'Options of each device in the configuration.', 50)),
  address: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Tells devices on one line apart: `{address}`.' }),
  ),
  line: Type.Optional(lineSchema),
  frame: Type.Optional(frameSchema),
  exchanges: Type.Optional(mapOf(sharedExchangeSchema, 'Exchanges by name, for properties to share.', 200)),
  errors: Type.Optional(errorsSchema),
  errorQueue: Type.Optional(errorQueueSchema),
  identify: Type.Optional(identifySchema),
  init: Type.Optional(initSchema),
  resync: Type.Optional(stepsSchema),
  stop: Type.Optional(stopSchema),
  properties: Type.Optional(mapOf(propertySchema, 'Values that are read and written, by name.', 500)),
  commands: Type.Optional(mapOf(commandSchema, 'What it does, by name.', 500)),
  events: Type.Optional(mapOf(eventSchema, 'What it tells unasked, by name.', 100)),
  unsolicited: Type.Optional(unsolicitedSchema),
  examples: Type.Optional(examplesSchema),
  simulator: Type.Optional(simulatorSchema),
};

/** The whole language, but for what only the merged whole can be asked. */
export const definitionSchema = closed(rootKeys, 'A device type that speaks a text or byte protocol.');

export type RawDefinition = Static<typeof definitionSchema>;
export type RawLine = Static<typeof lineSchema>;
export type RawExchange = Static<typeof exchangeSchema>;
export type RawSharedExchange = Static<typeof sharedExchangeSchema>;
export type RawStep = Static<typeof stepsSchema>[number];
export type RawErrorRule = Static<typeof errorsSchema>[number];
export type RawUnsolicited = Static<typeof unsolicitedSchema>[number];
export type RawExample = Static<typeof examplesSchema>[number];
