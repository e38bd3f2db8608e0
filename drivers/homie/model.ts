import { type Static, Type } from '@sinclair/typebox';
import { defineModel, topicLevelPattern } from '../../src/driver/index.ts';
import { alertsProperty } from './specs.ts';

export { readDescription } from './description.ts';
export { describe, type Description } from './specs.ts';

/** What all Homie devices have in common. */
export const homieModel = defineModel({
  name: 'homie',
  summary: 'Homie device; what it can do shows once it has described itself',
  commands: {},
  properties: { alerts: alertsProperty },
  events: {},
});

export const defaultDomain = 'homie';

const domain = Type.Optional(
  Type.String({
    title: 'Domain',
    description: 'The first level of its topics; `homie` by default.',
    pattern: topicLevelPattern,
    maxLength: 100,
    examples: ['homie'],
  }),
);

export const homieOptions = Type.Object(
  {
    device: Type.String({
      title: 'Device',
      description: 'Its ID, as its topics have it.',
      pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
      maxLength: 100,
      examples: ['super-car'],
    }),
    domain,
    version: Type.Optional(
      Type.Union([Type.Literal(4), Type.Literal(5)], {
        title: 'Version',
        description: 'Of the convention; absent: as it is found, 5 before 4.',
        examples: [5],
      }),
    ),
    replyTimeoutMs: Type.Optional(
      Type.Integer({
        title: 'Reply timeout',
        description: 'Longest wait for the message that answers; 4000 by default.',
        unit: 'ms',
        minimum: 50,
        maximum: 60_000,
        examples: [4000],
      }),
    ),
    settleMs: Type.Optional(
      Type.Integer({
        title: 'Settle time',
        description: 'How long the value is waited for once the device has accepted it; 300 by default.',
        unit: 'ms',
        minimum: 0,
        maximum: 30_000,
        examples: [300],
      }),
    ),
    stop: Type.Optional(
      Type.Array(
        Type.Object(
          { property: Type.String({ maxLength: 63, examples: ['relay-power'] }), value: Type.Unknown() },
          { additionalProperties: false },
        ),
        {
          title: 'Stop',
          description: 'What makes it safe: values that are written on a stop. Absent: it has no stop.',
          minItems: 1,
          maxItems: 20,
          examples: [[{ property: 'relay-power', value: false }]],
        },
      ),
    ),
  },
  { title: 'Homie device', additionalProperties: false, examples: [{ device: 'super-car' }] },
);

export type HomieOptions = Static<typeof homieOptions>;

/** What `discover` may be told. */
export const homieDiscovery = Type.Object(
  {
    own: Type.Optional(
      Type.Boolean({
        title: 'Own',
        description: 'Whether devices that a Bellcrank publishes are shown.',
        default: false,
      }),
    ),
  },
  { title: 'Search for Homie devices', additionalProperties: false, examples: [{}] },
);

export type HomieDiscovery = Static<typeof homieDiscovery>;
