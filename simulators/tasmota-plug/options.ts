import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, validate } from '../../src/driver/index.ts';

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    topic: Type.Optional(
      Type.String({
        title: 'Device topic',
        description: 'By default `tasmota_` and the end of the MAC address, which the seed makes.',
        pattern: '^[^/+#%$\\s](?:[^+#%\\s]*[^/+#%\\s])?$',
        maxLength: 100,
        examples: ['tasmota_4A3B2C'],
      }),
    ),
    loadWatts: Type.Optional(
      Type.Number({
        title: 'Load',
        description: 'What the appliance in the socket draws while the relay is on.',
        unit: 'W',
        minimum: 0,
        maximum: 3680,
        default: 40,
      }),
    ),
    telePeriodSeconds: Type.Optional(
      Type.Integer({
        title: 'TelePeriod',
        description: '0 switches telemetry off. The firmware as it comes says 300.',
        unit: 's',
        anyOf: [{ const: 0 }, { minimum: 10, maximum: 3600 }],
        default: 10,
      }),
    ),
  },
  { title: 'Simulated Tasmota plug', additionalProperties: false, examples: [{ topic: 'plug-1', loadWatts: 60 }] },
);

export interface PlugOptions extends Required<Static<typeof optionsSchema>> {
  /** The last six digits of the MAC address. */
  readonly macTail: string;
}

/** Checks the options and fills in the defaults; the seed makes the MAC address. */
export function plugOptions(options: unknown, seed: number): PlugOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated plug are not valid', { errors });
  }
  const macTail = (seed >>> 0).toString(16).toUpperCase().padStart(6, '0').slice(-6);
  return {
    macTail,
    topic: `tasmota_${macTail}`,
    loadWatts: 40,
    telePeriodSeconds: 10,
    // Validated just above against the schema that this type is inferred from.
    ...(given as Static<typeof optionsSchema>),
  };
}
