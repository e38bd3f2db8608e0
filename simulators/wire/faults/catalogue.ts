import { type Fault, faultSchemaOf } from './kinds.ts';
import { kindNames, kindsOn, type KnownWire, whyNot, wireMisfits } from './request.ts';

type Wire = Pick<KnownWire, 'shape' | 'via'>;

/** The kinds of faults as a configuration is checked by them: what can be said before the device is there. */
export const faultCatalogue = kindNames.map((name) => ({
  name,
  schema: faultSchemaOf(name),
  whyNot: ({ shape, via }: Wire) => (kindsOn(shape, via).includes(name) ? undefined : whyNot(name, { shape, via })),
  // Valid by the schema of its kind.
  misfits: (fault: unknown, wire: Wire) => wireMisfits(fault as Fault, '', wire),
}));
