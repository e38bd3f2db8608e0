import { Type, type Value } from '../../src/driver/index.ts';

/** A device topic: no wildcards, no `%` tokens, no spaces, no slash at either end (Tasmota docs, "MQTT", "%topic%"). */
const topicPattern = '^[^/+#%$\\s](?:[^+#%\\s]*[^/+#%\\s])?$';

/** Both tokens, no others: `%hostname%` and `%id%` are known of announced devices only (docs, "MQTT", "FullTopic"). */
const fullTopicPattern = '^(?![/$])(?=.*%prefix%)(?=.*%topic%)(?:[^+#%\\s]|%prefix%|%topic%)+$';

export const tasmotaOptions = Type.Object(
  {
    topic: Type.String({
      title: 'Device topic',
      description: "The device's own `Topic`, as its console tells it.",
      pattern: topicPattern,
      maxLength: 100,
      examples: ['tasmota_4A3B2C'],
    }),
    fullTopic: Type.Optional(
      Type.String({
        title: 'FullTopic',
        description: 'Its `FullTopic`; by default what it announces, else `%prefix%/%topic%/`.',
        pattern: fullTopicPattern,
        maxLength: 100,
        examples: ['lights/%prefix%/%topic%/'],
      }),
    ),
    mac: Type.Optional(
      Type.String({
        title: 'MAC address',
        description: 'Which device it has to be, where that matters or several announce one topic.',
        pattern: '^[0-9A-F]{12}$',
        examples: ['DEADBE4A3B2C'],
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
  { title: 'Tasmota device', additionalProperties: false, examples: [{ topic: 'tasmota_4A3B2C' }] },
);

export type TasmotaOptions = Value<typeof tasmotaOptions>;
