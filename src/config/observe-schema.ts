import { Type } from '@sinclair/typebox';

/** Devices that metrics may name: each has series of its own. */
export const maxNamedDevices = 100;

export const metricsSchema = Type.Object(
  {
    open: Type.Boolean({
      default: false,
      description: 'True: whoever reaches the service may read /metrics without credentials.',
    }),
    devices: Type.Array(Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z0-9*?-]+$' }), {
      maxItems: maxNamedDevices,
      uniqueItems: true,
      default: [],
      description: `Ids of devices that have metrics of their own, ${maxNamedDevices} devices at most; \`*\` stands for any characters.`,
    }),
  },
  { additionalProperties: false, default: {}, description: 'What /metrics tells to Prometheus.' },
);

export const tracingSchema = Type.Object(
  {
    endpoint: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2000,
        pattern: '^https?://[^\\s@]+$',
        description: 'Where spans go: a collector that speaks OTLP over HTTP. Without it nothing is traced.',
      }),
    ),
    ratio: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 1,
      description: 'How many of the requests that nobody follows yet are followed: 0.01 is one in a hundred.',
    }),
    service: Type.String({
      default: 'bellcrank',
      minLength: 1,
      maxLength: 200,
      description: 'What the service is called in traces.',
    }),
    headers: Type.Unsafe<Record<string, string>>({
      type: 'object',
      default: {},
      maxProperties: 20,
      propertyNames: { pattern: '^[A-Za-z0-9-]{1,100}$' },
      additionalProperties: { type: 'string', maxLength: 4000, description: 'A header’s value.' },
      description: 'Headers for the collector, as a key.',
    }),
  },
  { additionalProperties: false, default: {}, description: 'Traces, by OpenTelemetry.' },
);
