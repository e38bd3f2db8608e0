import { otherKeysOf, propertiesOf } from './schema.ts';

/** Where a dotted name leads, and the schema of what stands there. */
export interface Place {
  readonly path: readonly string[];
  readonly schema: unknown;
}

/** The place of `axis.speed`; undefined where the schema has none. A key that has dots itself goes before a path. */
export function placeIn(schema: unknown, name: string): Place | undefined {
  const known = propertiesOf(schema);
  const whole = known.get(name);
  if (whole !== undefined) return { path: [name], schema: whole };
  for (const [key, inner] of known) {
    const place = name.startsWith(`${key}.`) ? placeIn(inner, name.slice(key.length + 1)) : undefined;
    if (place !== undefined) return { path: [key, ...place.path], schema: place.schema };
  }
  const others = otherKeysOf(schema);
  return others === undefined || name === '' ? undefined : { path: [name], schema: others };
}
