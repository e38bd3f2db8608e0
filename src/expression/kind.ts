/** What an expression may know of a value beforehand, in CEL's words; numbers of JSON are doubles. */
export type Kind = 'bool' | 'double' | 'string' | 'list<dyn>' | 'map<string, dyn>' | 'dyn';

/** The kind of a JSON value that can be used; undefined for null and for numbers that are none. */
export function kindOf(value: unknown): Exclude<Kind, 'dyn'> | undefined {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return Number.isFinite(value) ? 'double' : undefined;
  if (Array.isArray(value)) return 'list<dyn>';
  return typeof value === 'object' && value !== null ? 'map<string, dyn>' : undefined;
}

const kinds: Readonly<Record<string, Kind>> = {
  boolean: 'bool',
  number: 'double',
  integer: 'double',
  string: 'string',
  array: 'list<dyn>',
  object: 'map<string, dyn>',
};

/** The one kind that a JSON Schema admits besides null, or `dyn` where it admits several or does not say. */
export function kindOfSchema(schema: Readonly<Record<string, unknown>>): Kind {
  const found = new Set(kindsOf(schema));
  const [kind] = found;
  return found.size === 1 && kind !== undefined ? kind : 'dyn';
}

function kindsOf(schema: unknown): Kind[] {
  if (typeof schema !== 'object' || schema === null) return ['dyn'];
  const { type, enum: values, anyOf, oneOf, ...rest } = schema as Readonly<Record<string, unknown>>; // narrowed above
  if (type !== undefined)
    return [type]
      .flat()
      .flatMap((name) => (name === 'null' ? [] : [typeof name === 'string' ? (kinds[name] ?? 'dyn') : 'dyn']));
  if (Array.isArray(values)) return kindsOfValues(values);
  if ('const' in rest) return kindsOfValues([rest['const']]);
  const branches = anyOf ?? oneOf;
  return Array.isArray(branches) ? branches.flatMap(kindsOf) : ['dyn'];
}

function kindsOfValues(values: readonly unknown[]): Kind[] {
  return values.flatMap((value) => (value === null ? [] : [kindOf(value) ?? 'dyn']));
}
