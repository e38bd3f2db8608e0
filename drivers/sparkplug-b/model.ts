import { Type } from '@sinclair/typebox';
import { defineModel, topicLevelPattern } from '../../src/driver/index.ts';

export { type Announced, type Described, describe, type DescribeSettings, type MetricShape } from './describe.ts';
export { type Datatype, datatypeNumber } from './datatypes.ts';

/** What all nodes and devices have in common: nothing. Each says in its birth certificate what it can do. */
export const sparkplugModel = defineModel({
  name: 'sparkplug-b',
  summary: 'Sparkplug B edge node, or a device of one, that describes itself',
  commands: {},
  properties: {},
  events: {},
});

const id = (title: string, description: string, example: string) =>
  Type.String({ title, description, pattern: topicLevelPattern, maxLength: 200, examples: [example] });

export const sparkplugOptions = Type.Object(
  {
    group: id('Group', 'The group id of its topics.', 'Plant1'),
    node: id('Edge node', 'The edge node id of its topics.', 'Edge7'),
    device: Type.Optional(id('Device', 'The device id; absent: the edge node itself.', 'PumpSkid')),
    writable: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 512 }), {
        title: 'Writable metrics',
        description:
          'Names of the metrics that may be written; `*` stands for any characters. By default all but those below ' +
          '`Node Control/`, `Node Info/`, `Device Control/`, `Device Info/` and `Properties/`, `bdSeq`, and those that ' +
          'say `readOnly`.',
        maxItems: 200,
        examples: [['Outputs/*', 'Setpoints/Speed']],
      }),
    ),
    stop: Type.Optional(
      Type.Array(
        Type.Object(
          {
            property: Type.String({ title: 'Property', minLength: 1, maxLength: 63, examples: ['outputs-pump'] }),
            value: Type.Union([Type.Boolean(), Type.Number(), Type.String({ maxLength: 4096 })], { title: 'Value' }),
          },
          { additionalProperties: false },
        ),
        {
          title: 'Stop',
          description: 'What makes it safe: these values are written together. Absent: it has no stop.',
          minItems: 1,
          maxItems: 100,
          examples: [[{ property: 'outputs-pump', value: false }]],
        },
      ),
    ),
    rebirth: Type.Optional(
      Type.Boolean({
        title: 'Ask for rebirths',
        description:
          'Whether the node is asked for its birth certificates when they are missing or no longer fit, and to read ' +
          'what it has; true by default.',
        default: true,
      }),
    ),
    commandsByName: Type.Optional(
      Type.Boolean({
        title: 'Commands by name',
        description: 'For nodes that give aliases but take commands by name alone; false by default.',
        default: false,
      }),
    ),
    replyTimeoutMs: Type.Optional(
      Type.Integer({
        title: 'Reply timeout',
        description: 'Longest wait for the message that shows what was written; 3000 by default.',
        unit: 'ms',
        minimum: 50,
        maximum: 30_000,
        examples: [3000],
      }),
    ),
  },
  {
    title: 'Sparkplug B node or device',
    additionalProperties: false,
    examples: [{ group: 'Plant1', node: 'Edge7', device: 'PumpSkid' }],
  },
);

/** Of a search. */
export const sparkplugDiscoveryOptions = Type.Object(
  {
    groups: Type.Optional(
      Type.Array(id('Group', 'A group id.', 'Plant1'), {
        title: 'Groups',
        description: 'Those that are listened to; all by default.',
        minItems: 1,
        maxItems: 1000,
        examples: [['Plant1']],
      }),
    ),
    rebirth: Type.Optional(
      Type.Boolean({
        title: 'Ask for rebirths',
        description: 'Whether nodes that are heard without a birth certificate are asked for it; true by default.',
        default: true,
      }),
    ),
  },
  {
    title: 'Search for Sparkplug B nodes and devices',
    additionalProperties: false,
    examples: [{ groups: ['Plant1'] }],
  },
);
