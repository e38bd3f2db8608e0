import { Type, type Static } from '@sinclair/typebox';
import { BellcrankError, validate } from '../../src/driver/index.ts';

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    loadOhms: Type.Optional(
      Type.Number({ title: 'Load', description: '0 is a short.', unit: 'Ω', minimum: 0, default: 10 }),
    ),
    slewVoltsPerSecond: Type.Optional(
      Type.Number({ title: 'Slew rate', unit: 'V/s', exclusiveMinimum: 0, default: 20 }),
    ),
    outputOn: Type.Optional(
      Type.Boolean({
        title: 'Output on at start',
        description: 'As somebody left it; *RST turns it off.',
        default: false,
      }),
    ),
    identity: Type.Optional(
      Type.String({ title: 'Identity', description: 'The answer to *IDN?.', minLength: 1, maxLength: 200 }),
    ),
  },
  { additionalProperties: false },
);

export type SupplyOptions = Required<Static<typeof optionsSchema>>;

/** Checks the options and fills in the defaults; the seed makes the serial number. */
export function supplyOptions(options: unknown, seed: number): SupplyOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated supply are not valid', { errors });
  }
  return {
    loadOhms: 10,
    slewVoltsPerSecond: 20,
    outputOn: false,
    identity: `BELLCRANK,SIM-SUPPLY,${String(seed).padStart(6, '0')},1.0`,
    // Validated just above against the schema that this type is inferred from.
    ...(given as Static<typeof optionsSchema>),
  };
}
