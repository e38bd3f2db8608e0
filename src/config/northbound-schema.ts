import { Type } from '@sinclair/typebox';
import { namePattern } from './schema.ts';

const topicWords = '^(?!\\$)[^/+#\\u0000]+(?:/[^/+#\\u0000]+)*$';

const closed = { additionalProperties: false } as const;

const northboundOne = Type.Object(
  {
    connection: Type.String({
      pattern: namePattern,
      description: 'A connection to a broker, of `connections`. It is opened once more, with a last will of its own.',
    }),
    'home-assistant': Type.Optional(
      Type.Object(
        {
          discoveryPrefix: Type.String({
            default: 'homeassistant',
            pattern: topicWords,
            maxLength: 200,
            description: 'Where Home Assistant looks for devices.',
          }),
        },
        { ...closed, description: 'Publish the devices as Home Assistant discovers them.' },
      ),
    ),
    homie: Type.Optional(
      Type.Object(
        {
          domain: Type.String({
            default: 'homie',
            pattern: '^[^/+#$\\u0000]+$',
            maxLength: 100,
            description: 'The first level of the convention’s topics.',
          }),
        },
        { ...closed, description: 'Publish the devices by the Homie convention, version 5.' },
      ),
    ),
    instance: Type.String({
      default: 'main',
      pattern: '^[a-z0-9]{1,32}$',
      description: 'Tells this service from others on the same broker; part of topics and ids.',
    }),
    base: Type.String({
      default: 'bellcrank',
      pattern: topicWords,
      maxLength: 200,
      description: 'First levels of the topics with states and commands: `<base>/<instance>/<device>/…`.',
    }),
    commands: Type.Boolean({
      default: true,
      description: 'Take commands from there. They pass everything that commands over HTTP pass.',
    }),
    scopes: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        maxItems: 100,
        description:
          'What may be asked of the published devices from there: scopes of `command` and `stop`, as in `command:psu-*:set-*`. ' +
          'Both of all of them if absent.',
      }),
    ),
    devices: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z0-9*-]+$' }), {
        minItems: 1,
        maxItems: 1000,
        description: 'Ids of the devices to publish; `*` stands for any characters. All if absent.',
      }),
    ),
    labels: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 601 }), {
        minItems: 1,
        maxItems: 100,
        description: 'Labels, `KEY` or `KEY=VALUE`; devices with one of them are published. All if absent.',
      }),
    ),
  },
  { ...closed, description: 'One broker that is told of the devices here.' },
);

export const northboundSchema = Type.Array(northboundOne, {
  maxItems: 20,
  default: [],
  description:
    'Brokers that are told of the devices here, so that they appear in other systems: see docs/northbound.md.',
});
