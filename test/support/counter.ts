import { type AnyDriver, type Context, contractVersion, Type } from '../../src/driver/index.ts';

/** What the driver of a counter keeps of each of its devices that is attached. */
export type Counters = Map<string, Pick<Context, 'report' | 'emit' | 'lost'>>;

/** Devices that only tell: a number, on a connection that they share. They are found in `counters` by their names. */
export function counterDriver(counters: Counters): AnyDriver {
  return {
    contract: contractVersion,
    transports: ['mqtt'],
    options: Type.Object({ name: Type.String() }, { additionalProperties: false }),
    address: (options) => (options as { name: string }).name,
    model: {
      name: 'counter',
      summary: 'A counter',
      commands: {},
      properties: {
        count: { summary: 'Its count', schema: Type.Integer(), access: 'read', source: 'pushed' },
      },
      events: { wrapped: { summary: 'It began anew', data: Type.Object({}) } },
    },
    attach: (_connection, options, context) => {
      counters.set((options as { name: string }).name, context);
      return Promise.resolve({ commands: {} });
    },
  };
}
