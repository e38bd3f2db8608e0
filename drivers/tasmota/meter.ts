import { type Fields, fieldOf, isFields } from '../../src/driver/index.ts';
import { type Description, type Metered, meterFields } from './description.ts';
import type { Feature } from './feature.ts';
import { pushed } from './specs.ts';

/** Not one finite number is not told: a list where one was expected, a text. */
function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function energy(fields: Fields, field: string): unknown {
  const all = fieldOf(fields, 'ENERGY');
  return isFields(all) ? fieldOf(all, field) : undefined;
}

function quantity({ field }: Metered, phase: number): Feature {
  const { name, title, unit } = meterFields[field];
  const schema = { type: 'number', title, ...(unit !== undefined && { unit }) };
  return {
    name: phase === 0 ? name : `${name}-${phase}`,
    spec: pushed(phase === 0 ? title : `${title}, phase ${phase}`, schema),
    from: 'sensors',
    told(fields) {
      const value = energy(fields, field);
      return finite(phase === 0 ? value : Array.isArray(value) ? value[phase - 1] : undefined);
    },
  };
}

export function meterFeatures({ meter }: Description): readonly Feature[] {
  return meter.flatMap((metered) =>
    metered.phases === 0
      ? [quantity(metered, 0)]
      : Array.from({ length: metered.phases }, (_, index) => quantity(metered, index + 1)),
  );
}
