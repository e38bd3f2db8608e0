import type { Schema } from '../../../fields/schema.ts';

/** One kind of fault: its own parameters, and those that say when it acts. */
export interface Kind {
  readonly name: string;
  readonly schema: Schema;
  readonly own: readonly string[];
  readonly when: readonly string[];
}

/** The kinds that the wire of a device knows, out of the schema of what PUT …/faults takes. */
export function kindsIn(request: Schema): readonly Kind[] {
  const schemas = request.properties?.['faults']?.items?.anyOf ?? [];
  const common = triggersOf(schemas);
  return schemas.map((schema) => {
    const names = Object.keys(schema.properties ?? {}).filter((name) => name !== 'kind');
    return {
      name: String(schema.properties?.['kind']?.const),
      schema,
      own: names.filter((name) => !common.has(name)),
      when: names.filter((name) => common.has(name)),
    };
  });
}

/** The parameters that most kinds have: when one acts. What it is of, `direction` for one, is not among them. */
function triggersOf(schemas: readonly Schema[]): ReadonlySet<string> {
  const names = new Set(schemas.flatMap(({ properties = {} }) => Object.keys(properties)));
  const countOf = (name: string): number => schemas.filter(({ properties = {} }) => Object.hasOwn(properties, name)).length;
  return new Set(
    [...names].filter((name) => name !== 'kind' && name !== 'direction' && countOf(name) * 2 > schemas.length),
  );
}
