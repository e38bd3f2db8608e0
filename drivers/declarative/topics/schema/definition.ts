import { type Static, Type } from '@sinclair/typebox';
import { eventSchema as serialEvent } from '../../definition/schema/affordances.ts';
import { commandKeys, verifyParam, writeKeys } from '../../definition/schema/action-keys.ts';
import { meaningKeys, sourceKeys } from '../../definition/schema/example-keys.ts';
import { optionSchema, typeKeys } from '../../definition/schema/type-keys.ts';
import {
  closed,
  each,
  mapOf,
  milliseconds,
  oneOf,
  scaleKeys,
  scalar,
  summary,
  valueSchema,
  verifyKeys,
} from '../../definition/schema/parts.ts';
import { simulatorSchema } from '../../definition/schema/simulator.ts';
import {
  actionKeys,
  errorsSchema,
  exchangeKeys,
  payload,
  pushedSchema,
  readingKeys,
  stepsSchema,
  topic,
} from './message.ts';

const optimistic = Type.Optional(
  Type.Literal(true, {
    description: 'The device tells the state as asked for before it has done it; so it is at most `acknowledged`.',
  }),
);

const writeSchema = closed(
  {
    ...actionKeys,
    ...writeKeys,
    optimistic,
  },
  'How it is written: an exchange or `steps`, with the field `value`.',
);

export const propertySchema = closed(
  {
    summary,
    schema: valueSchema('JSON Schema of the value, with `unit`, `minimum` and `maximum` where they apply.'),
    pushed: Type.Optional(pushedSchema),
    pollMs: Type.Optional(milliseconds('How often it is asked for, where it is not pushed; 10000.', 100, 86_400_000)),
    read: Type.Optional(closed(exchangeKeys, 'How it is asked for; the reply’s field is `value`.')),
    write: Type.Optional(writeSchema),
    verify: Type.Optional(closed(verifyKeys, 'After a write it is asked for and must be what was written.')),
    ...scaleKeys,
    decimals: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 12, description: 'Digits after the point of what is sent; all if absent.' }),
    ),
    values: Type.Optional(
      mapOf(scalar('What stands in the message.'), 'What each value is in the message: `{ heat: 1, cool: 2 }`.', 256),
    ),
    each,
  },
  'One value of the device.',
);

export const commandSchema = closed(
  {
    ...actionKeys,
    ...commandKeys,
    partial: Type.Optional(
      Type.Literal(true, {
        description: 'At least one parameter is given; members of the JSON whose parameter is not are left out.',
      }),
    ),
    optimistic,
    verify: verifyParam('The property that is asked for afterwards.'),
  },
  'One thing that the device does.',
);

const stopSchema = closed(
  {
    ...actionKeys,
    summary,
    timeoutMs: Type.Optional(milliseconds('Longest time for it; 2000.', 1, 60_000)),
    optimistic,
  },
  'How the device is made safe, now: an exchange or `steps`. It goes to a device that is said to be away, too.',
);

const eventSchema = closed(
  { ...serialEvent.properties, topic: topic('Where the device publishes it.'), ...readingKeys },
  'Something that the device tells: a live message on a topic.',
);

const availabilitySchema = closed(
  {
    topic: topic('Where the device, or its last will, tells it.'),
    json: Type.Optional(
      Type.String({ maxLength: 500, description: 'The JSON pointer of the word; absent: the payload is it.' }),
    ),
    online: Type.Optional(scalar('The word of a device that is there; `online`.')),
    offline: Type.Optional(scalar('The word of one that is away; `offline`.')),
    unannounced: Type.Optional(
      oneOf(
        ['away', 'there'],
        'What holds until something is told: `away` (the default), or `there` where nothing is retained.',
      ),
    ),
  },
  'Where the device tells whether it is there.',
);

export const topicsSchema = closed(
  {
    paths: Type.Optional(
      Type.Array(Type.String({ maxLength: 63 }), {
        maxItems: 10,
        description: 'Options that may be several levels of a topic: `home/garage`.',
      }),
    ),
    replyTimeoutMs: Type.Optional(milliseconds('Longest wait for an answer; 2000.', 1)),
    availability: Type.Optional(availabilitySchema),
  },
  'What holds for all topics of the device.',
);

const message = {
  topic: topic('The topic, as it is on the wire.'),
  payload: Type.Optional(payload('The payload: text, or an object or list for JSON. Absent: empty.')),
};

const heardSchema = closed(
  { ...message, retained: Type.Optional(Type.Literal(true, { description: 'The broker had kept it.' })) },
  'A message of the device.',
);

const examplesSchema = Type.Array(
  closed(
    {
      send: Type.Optional(closed(message, 'What is published.')),
      reply: Type.Optional(
        Type.Unsafe<Static<typeof heardSchema> | readonly Static<typeof heardSchema>[]>({
          anyOf: [heardSchema, Type.Array(heardSchema, { minItems: 1, maxItems: 100 })],
          description: 'What the device publishes; a list for several messages.',
        }),
      ),
      id: Type.Optional(Type.Integer({ minimum: 0, description: 'What `{id}` is in it.' })),
      ...meaningKeys,
      online: Type.Optional(Type.Boolean({ description: 'Whether the device says that it is there.' })),
      ...sourceKeys,
    },
    'Messages from the manual and what they mean.',
  ),
  { maxItems: 1000, description: 'From the manual, run as tests.' },
);

const topicSimulatorSchema = closed(
  {
    ...simulatorSchema.properties,
    tells: Type.Optional(
      mapOf(
        Type.Array(Type.String({ maxLength: 100, description: 'A property.' }), {
          minItems: 1,
          maxItems: 100,
          description: 'Properties that are `pushed`.',
        }),
        'What it tells along with the answer to a command, `write:` or `read:` and a property: states that did not change.',
      ),
    ),
  },
  'How the simulated device behaves; without it, what is written is read back and told.',
);

/** The whole language of devices on MQTT, but for what only the merged whole can be asked. */
export const topicMapSchema = closed(
  {
    ...typeKeys,
    manual: Type.Optional(Type.String({ maxLength: 500, description: 'Where its topics are described.' })),
    topics: topicsSchema,
    options: Type.Optional(mapOf(optionSchema, 'Options of each device in the configuration.', 50)),
    address: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Tells devices on one broker apart: `{topic}`; absent: all options that stand in topics.',
      }),
    ),
    errors: Type.Optional(errorsSchema),
    init: Type.Optional(stepsSchema),
    resync: Type.Optional(stepsSchema),
    stop: Type.Optional(stopSchema),
    properties: Type.Optional(mapOf(propertySchema, 'Values that are told and set, by name.', 500)),
    commands: Type.Optional(mapOf(commandSchema, 'What it does, by name.', 500)),
    events: Type.Optional(mapOf(eventSchema, 'What it tells, by name.', 100)),
    examples: Type.Optional(examplesSchema),
    simulator: Type.Optional(topicSimulatorSchema),
  },
  'A device type that speaks MQTT.',
);

export type RawTopicMap = Static<typeof topicMapSchema>;
export type RawProperty = Static<typeof propertySchema>;
export type RawCommand = Static<typeof commandSchema>;
export type RawWrite = Static<typeof writeSchema>;
export type RawAvailability = Static<typeof availabilitySchema>;
export type RawExample = NonNullable<RawTopicMap['examples']>[number];
export type RawHeard = Static<typeof heardSchema>;
