import { type Log, validate } from '../../src/driver/index.ts';
import type { HomieProperty } from './description.ts';
import type { HomieOptions } from './model.ts';
import type { Description } from './specs.ts';
import { writeSchema } from './values.ts';

export interface StopWrite {
  readonly name: string;
  readonly property: HomieProperty;
  readonly value: unknown;
}

/** What the configuration says makes it safe; undefined, and said, where the device has no such thing: half is no stop. */
export function stopOf(
  { states }: Description,
  given: HomieOptions['stop'],
  log: Log,
): readonly StopWrite[] | undefined {
  if (given === undefined) return undefined;
  const writes: StopWrite[] = [];
  for (const { property: name, value } of given) {
    const property = states.get(name);
    const fits = property?.settable === true && validate(writeSchema(property.type), value).length === 0;
    if (!fits) {
      log.error({ property: name }, 'the device cannot be stopped as its configuration says: it takes no such value');
      return undefined;
    }
    writes.push({ name, property, value });
  }
  return writes;
}
