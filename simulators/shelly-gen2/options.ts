import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, topicPrefixPattern, validate } from '../../src/driver/index.ts';

const count = (title: string, maximum: number, usual: number) =>
  Type.Optional(Type.Integer({ title, minimum: 0, maximum, default: usual }));

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    topic: Type.Optional(
      Type.String({
        title: 'Topic prefix',
        description: "By default the device's id, which the seed makes.",
        pattern: topicPrefixPattern,
        maxLength: 200,
        examples: ['shellysim-0a1b2c3d4e5f'],
      }),
    ),
    switches: count('Switches', 4, 2),
    lights: count('Dimmers', 4, 1),
    covers: count('Covers', 2, 1),
    inputs: count('Inputs', 4, 1),
    loadWatts: Type.Optional(
      Type.Number({ title: 'Load', description: 'What each switch feeds.', unit: 'W', minimum: 0, default: 40 }),
    ),
    travelSeconds: Type.Optional(
      Type.Number({
        title: 'Travel',
        description: 'How long a cover takes from closed to open.',
        unit: 's',
        minimum: 0.1,
        maximum: 300,
        default: 20,
      }),
    ),
    calibrated: Type.Optional(
      Type.Boolean({ title: 'Calibrated', description: 'Whether covers know their position.', default: true }),
    ),
  },
  { title: 'Simulated Shelly', additionalProperties: false, examples: [{ topic: 'shelly-1', switches: 1 }] },
);

export interface ShellyOptions extends Required<Static<typeof optionsSchema>> {
  readonly id: string;
  readonly mac: string;
}

/** Checks the options and fills in the defaults; the seed makes the MAC address, and that the id. */
export function shellyOptions(options: unknown, seed: number): ShellyOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated Shelly are not valid', { errors });
  }
  const mac = (seed >>> 0).toString(16).toUpperCase().padStart(12, 'A');
  const id = `shellysim-${mac.toLowerCase()}`;
  return {
    mac,
    id,
    topic: id,
    switches: 2,
    lights: 1,
    covers: 1,
    inputs: 1,
    loadWatts: 40,
    travelSeconds: 20,
    calibrated: true,
    // Validated just above against the schema that this type is inferred from.
    ...(given as Static<typeof optionsSchema>),
  };
}
