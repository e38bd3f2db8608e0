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
