import { type Static, Type } from '@sinclair/typebox';
import { componentTypes } from '../../drivers/esphome/model.ts';
import { BellcrankError, validate } from '../../src/driver/index.ts';

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    prefix: Type.Optional(
      Type.String({
        title: 'Topic prefix',
        description: 'By default `esphome-` and the end of the MAC address, which the seed makes.',
        pattern: '^[^/+#%$\\s]+$',
        maxLength: 100,
        examples: ['livingroom'],
      }),
    ),
    components: Type.Optional(
      Type.Array(Type.Union(componentTypes.map((type) => Type.Literal(type))), {
        title: 'Components',
        description: 'Which kinds it has, one of each; all of them by default.',
        maxItems: 20,
      }),
    ),
    announces: Type.Optional(
      Type.Boolean({ title: 'Discovery messages', description: 'For Home Assistant.', default: true }),
    ),
    discovers: Type.Optional(
      Type.Boolean({ title: 'Tells of itself', description: 'Under `esphome/discover`.', default: true }),
    ),
    coverSeconds: Type.Optional(
      Type.Number({ title: 'Travel of a cover', unit: 's', minimum: 0.1, maximum: 300, default: 10 }),
    ),
  },
  { title: 'Simulated ESPHome device', additionalProperties: false, examples: [{ prefix: 'livingroom' }] },
);

export interface EsphomeSettings extends Required<Static<typeof optionsSchema>> {
  /** Twelve lower-case digits. */
  readonly mac: string;
}

/** Checks the options and fills in the defaults; the seed, and a prefix that was given, make the MAC address. */
export function esphomeSettings(options: unknown, seed: number): EsphomeSettings {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated device are not valid', { errors });
  }
  // Validated just above against the schema that this type is inferred from.
  const own = given as Static<typeof optionsSchema>;
  const tail = hashed(seed, own.prefix ?? '')
    .toString(16)
    .padStart(6, '0')
    .slice(-6);
  return {
    prefix: `esphome-${tail}`,
    components: [...componentTypes],
    announces: true,
    discovers: true,
    coverSeconds: 10,
    mac: `deadbf${tail}`,
    ...own,
  };
}

/** FNV-1a, begun with the seed; devices of one seed differ by their prefixes. */
function hashed(seed: number, text: string): number {
  let hash = seed >>> 0;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}
