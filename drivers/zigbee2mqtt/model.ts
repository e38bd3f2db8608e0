import { type Static, Type } from '@sinclair/typebox';
import { defineModel, topicPrefixPattern } from '../../src/driver/index.ts';

export { readExposes, type Feature } from './exposes.ts';
export { describe, type Description } from './specs.ts';

/** What all Zigbee devices have in common: nothing. Each describes itself. */
export const zigbee2mqttModel = defineModel({
  name: 'zigbee2mqtt',
  summary: 'Zigbee device or group behind zigbee2mqtt; what it can do shows once the bridge has told it',
  commands: {},
  properties: {},
  events: {},
});

/** The model of the bridge itself. */
export const bridgeModelName = 'zigbee2mqtt-bridge';

export const defaultBase = 'zigbee2mqtt';

export const base = Type.Optional(
  Type.String({
    title: 'Base topic',
    description: "The bridge's `mqtt.base_topic`; `zigbee2mqtt` by default.",
    pattern: topicPrefixPattern,
    maxLength: 100,
    examples: ['zigbee2mqtt'],
  }),
);

export const replyTimeoutMs = Type.Optional(
  Type.Integer({
    title: 'Reply timeout',
    description: 'Longest wait for the message that answers; 9000 by default.',
    unit: 'ms',
    minimum: 50,
    maximum: 60_000,
    examples: [9000],
  }),
);

export const zigbee2mqttOptions = Type.Object(
  {
    device: Type.Optional(
      Type.String({
        title: 'Device',
        description: 'Its IEEE address, which a rename leaves alone, or its friendly name.',
        pattern: topicPrefixPattern,
        maxLength: 100,
        examples: ['0x00158d00018255df'],
      }),
    ),
    group: Type.Optional(
      Type.Integer({
        title: 'Group',
        description: 'The number of a group, instead of a device.',
        minimum: 0,
        maximum: 65_535,
        examples: [1],
      }),
    ),
    base,
    replyTimeoutMs,
  },
  {
    title: 'Zigbee device or group',
    additionalProperties: false,
    oneOf: [{ required: ['device'] }, { required: ['group'] }],
    examples: [{ device: '0x00158d00018255df' }],
  },
);

export type Zigbee2mqttOptions = Static<typeof zigbee2mqttOptions>;

/** What `discover` may be told. */
export const discoveryOptions = Type.Object(
  {
    bases: Type.Optional(
      Type.Array(Type.String({ pattern: topicPrefixPattern, maxLength: 100 }), {
        title: 'Base topics',
        description: 'Bridges whose base topic has several levels; those with one are found by themselves.',
        maxItems: 16,
        examples: [['house/zigbee2mqtt']],
      }),
    ),
  },
  { title: 'Search for Zigbee devices', additionalProperties: false, examples: [{}] },
);

export type DiscoveryOptions = Static<typeof discoveryOptions>;
