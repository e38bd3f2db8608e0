/** JSON Schema, draft 2020-12, as models carry it; `unit` is what numbers are counted in. */
export type Schema = Readonly<Record<string, unknown>>;

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function schemasOf(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

export function propertiesOf(schema: Schema): Readonly<Record<string, unknown>> {
  return isSchema(schema['properties']) ? schema['properties'] : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a person reads as the name of a key: its title, or the key itself. */
export function nameOf(schema: Schema, key: string): string {
  const own = propertiesOf(schema)[key];
  return (isSchema(own) ? textOf(own['title']) : undefined) ?? key;
}

/** The values of a union of constants, which is a choice; undefined if it is anything else. */
export function constantsOf(
  schema: Schema,
): readonly { readonly value: unknown; readonly title: string }[] | undefined {
  const branches = schemasOf(schema['anyOf'] ?? schema['oneOf']);
  if (branches.length === 0 || !branches.every((branch) => 'const' in branch)) return undefined;
  return branches.map((branch) => ({
    value: branch['const'],
    title: textOf(branch['title']) ?? textOf(branch['description']) ?? String(branch['const']),
  }));
}

/** Keys that must be there in each branch, if branches say nothing but that (and what some of those keys must be). */
export function requirementsOf(branches: unknown): readonly (readonly string[])[] | undefined {
  const all = schemasOf(branches);
  const keys = all.map(({ required, ...rest }) => {
    const onlySays = Object.keys(rest).every((key) => ['properties', 'description', 'title', 'type'].includes(key));
    return Array.isArray(required) && onlySays ? required.map(String) : undefined;
  });
  return all.length > 0 && keys.every((each) => each !== undefined) ? keys : undefined;
}

const ofRanges = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];

/** Whether these are ranges of one number, each with steps of its own. */
export function areRanges(branches: readonly Schema[]): boolean {
  return branches.length > 0 && branches.every((branch) => Object.keys(branch).every((key) => ofRanges.includes(key)));
}

/** What a person reads as the name of a value; `key` where it has none. */
export function titleOf(schema: Schema, key: string): string {
  return textOf(schema['title']) ?? key;
}
