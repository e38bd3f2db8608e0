import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, topicPrefixPattern, validate } from '../../src/driver/index.ts';
import { kindNames, type KindName } from './kinds.ts';

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    base: Type.Optional(
      Type.String({ title: 'Base topic', pattern: topicPrefixPattern, maxLength: 100, default: 'zigbee2mqtt' }),
    ),
    devices: Type.Optional(
      Type.Array(Type.Union(kindNames.map((name) => Type.Literal(name))), {
        title: 'Devices',
        description: 'Kinds of device on the network; each is called as its kind, `light-2` if it is the second.',
        maxItems: 200,
        default: ['light', 'plug', 'sensor', 'cover', 'thermostat', 'gangs', 'remote', 'unsupported'],
      }),
    ),
    availability: Type.Optional(
      Type.Boolean({ title: 'Availability', description: 'Whether the availability feature is on.', default: true }),
    ),
    optimistic: Type.Optional(Type.Boolean({ title: 'Optimistic', default: true })),
    legacy: Type.Optional(
      Type.Boolean({ title: 'Legacy', description: 'Plain texts on state topics, as versions 1.x have them.' }),
    ),
  },
  { title: 'Simulated zigbee2mqtt', additionalProperties: false, examples: [{ devices: ['light', 'plug'] }] },
);

export interface BridgeOptions extends Required<Omit<Static<typeof optionsSchema>, 'devices'>> {
  readonly devices: readonly KindName[];
}

/** Checks the options and fills in the defaults. */
export function bridgeOptions(options: unknown): BridgeOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated zigbee2mqtt are not valid', { errors });
  }
  return {
    base: 'zigbee2mqtt',
    devices: kindNames,
    availability: true,
    optimistic: true,
    legacy: false,
    // Validated just above against the schema that this type is made of.
    ...(given as Partial<BridgeOptions>),
  };
}
