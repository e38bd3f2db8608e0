import { Type } from '@sinclair/typebox';
import { defineModel } from '../../src/driver/index.ts';

const on = Type.Boolean({ title: 'On', description: 'True: relay closed, the socket is live.', examples: [true] });
const state = Type.Object({ on }, { title: 'Relay state', additionalProperties: false, examples: [{ on: true }] });
const none = Type.Object({}, { title: 'No parameters', additionalProperties: false, examples: [{}] });

/** A quantity that the plug's meter tells (Tasmota docs, "Power Monitoring"). */
const quantity = (title: string, unit: string, example: number, limits: { minimum?: number } = {}) =>
  Type.Number({ title, unit, ...limits, examples: [example] });

const pushed = { access: 'read', source: 'pushed' } as const;

/** One relay of a Tasmota plug, with its power meter. */
export const tasmotaPlugModel = defineModel({
  name: 'tasmota-plug',
  summary: 'Tasmota plug: a relay with a power meter, over MQTT',
  commands: {
    power: {
      summary: 'Switch the relay on or off',
      effect: 'idempotent',
      confirmation: 'confirmed',
      timeoutMs: 5000,
      params: Type.Object({ on }, { title: 'Power', additionalProperties: false, examples: [{ on: true }] }),
      result: state,
      examples: [{ params: { on: true }, result: { on: true } }],
    },
    toggle: {
      // No particular state can be asked for, and RESULT does not say whose command it answers: never `confirmed`.
      summary: 'Switch the relay to its other state',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 5000,
      params: none,
      result: state,
      examples: [{ params: {}, result: { on: false } }],
    },
  },
  properties: {
    power: {
      ...pushed,
      summary: 'Relay state, as the firmware holds it',
      schema: Type.Boolean({ title: 'Power', description: 'True: relay closed.', examples: [true] }),
    },
    voltage: { ...pushed, summary: 'Mains voltage', schema: quantity('Voltage', 'V', 230, { minimum: 0 }) },
    current: { ...pushed, summary: 'Load current', schema: quantity('Current', 'A', 0.174, { minimum: 0 }) },
    'active-power': {
      ...pushed,
      summary: 'Active power; negative where the meter tells feed-in',
      schema: quantity('Active power', 'W', 40),
    },
    'apparent-power': {
      ...pushed,
      summary: 'Apparent power',
      schema: quantity('Apparent power', 'VA', 41, { minimum: 0 }),
    },
    'energy-today': {
      ...pushed,
      summary: "Energy since midnight of the plug's clock",
      schema: quantity('Energy today', 'kWh', 0.127),
    },
    'energy-total': {
      ...pushed,
      summary: 'Energy since the counter was last reset',
      schema: quantity('Energy in total', 'kWh', 3.185),
    },
  },
  events: {
    'power-changed': {
      summary: 'The relay changed, and no command sent from here explains it: its button, a timer, another client',
      data: state,
    },
  },
  stop: { summary: 'Relay off', confirmation: 'confirmed', timeoutMs: 2000 },
});

/** A device topic: no wildcards, no `%` tokens, no spaces, no slash at either end (Tasmota docs, "MQTT", "%topic%"). */
const topicPattern = '^[^/+#%$\\s](?:[^+#%\\s]*[^/+#%\\s])?$';

/** Both tokens, no others: `%hostname%` and `%id%` would have to be asked of the device (docs, "MQTT", "FullTopic"). */
const fullTopicPattern = '^(?![/$])(?=.*%prefix%)(?=.*%topic%)(?:[^+#%\\s]|%prefix%|%topic%)+$';

export const tasmotaPlugOptions = Type.Object(
  {
    topic: Type.String({
      title: 'Device topic',
      description: "The plug's own `Topic`, as its console tells it.",
      pattern: topicPattern,
      maxLength: 100,
      examples: ['tasmota_4A3B2C'],
    }),
    fullTopic: Type.Optional(
      Type.String({
        title: 'FullTopic',
        description: "The plug's `FullTopic`; `%prefix%/%topic%/` by default.",
        pattern: fullTopicPattern,
        maxLength: 100,
        examples: ['lights/%prefix%/%topic%/'],
      }),
    ),
    relay: Type.Optional(
      Type.Integer({
        title: 'Relay',
        description: 'Which relay of a plug that has several; absent: its first.',
        minimum: 1,
        maximum: 8,
        examples: [2],
      }),
    ),
    replyTimeoutMs: Type.Optional(
      Type.Integer({
        title: 'Reply timeout',
        description: 'Longest wait for the answer to one message; 2000 by default.',
        unit: 'ms',
        minimum: 50,
        maximum: 30_000,
        examples: [2000],
      }),
    ),
  },
  { title: 'Tasmota plug', additionalProperties: false, examples: [{ topic: 'tasmota_4A3B2C' }] },
);
