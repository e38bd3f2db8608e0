import { isSchema, propertiesOf, type Schema, schemasOf, textOf } from '../../device/form/schema.ts';

/** One kind of fault, and the form that makes one. */
export interface Kind {
  readonly name: string;
  readonly description: string;
  /** Its own parameters, and in an object of their own, `when`, those that say when it acts. */
  readonly form: Schema;
}

const own = new Set(['kind', 'direction']);

/** The kinds that the wire of a device knows, out of the schema of what PUT …/faults takes. */
export function kindsIn(request: Schema): readonly Kind[] {
  const list = propertiesOf(request)['faults'];
  const schemas = schemasOf(isSchema(list) && isSchema(list['items']) ? list['items']['anyOf'] : undefined);
  const triggers = triggersOf(schemas);
  return schemas.map((schema) => ({
    name: nameOf(schema),
    description: textOf(schema['description']) ?? '',
    form: formOf(schema, triggers),
  }));
}

/** What was entered, as the service takes it. */
export function faultOf(kind: string, entered: unknown): { readonly kind: string; readonly [key: string]: unknown } {
  const { [triggersKey]: triggers, ...parameters } = isSchema(entered) ? entered : {};
  return { kind, ...parameters, ...(isSchema(triggers) ? triggers : {}) };
}

/** No parameter of a fault has a name with a space. */
const triggersKey = 'When it acts, and for how long (always, unless you say so)';

function formOf(schema: Schema, triggers: ReadonlySet<string>): Schema {
  const entries = Object.entries(propertiesOf(schema)).filter(([name]) => name !== 'kind');
  const titled = entries.map(([name, its]) => [name, isSchema(its) ? shown(name, its) : {}] as const);
  const when = {
    type: 'object',
    title: triggersKey,
    properties: Object.fromEntries(titled.filter(([name]) => triggers.has(name))),
    additionalProperties: false,
  };
  return {
    type: 'object',
    title: nameOf(schema),
    properties: { ...Object.fromEntries(titled.filter(([name]) => !triggers.has(name))), [triggersKey]: when },
    required: Array.isArray(schema['required']) ? schema['required'].filter((name) => name !== 'kind') : [],
    additionalProperties: false,
  };
}

/** Every text is short: a field of one line is enough, and how long it may be is the service’s to say. */
function shown(name: string, { maxLength: _, ...schema }: Schema): Schema {
  return { ...schema, title: labelOf(name, schema) };
}

/** The parameters that most kinds have: when one acts. What it is of, `direction` for one, is not among them. */
function triggersOf(schemas: readonly Schema[]): ReadonlySet<string> {
  const all = schemas.map((schema) => new Set(Object.keys(propertiesOf(schema))));
  const names = new Set(all.flatMap((each) => [...each]));
  return new Set(
    [...names].filter((name) => !own.has(name) && all.filter((each) => each.has(name)).length * 2 > all.length),
  );
}

function nameOf(schema: Schema): string {
  const kind = propertiesOf(schema)['kind'];
  return isSchema(kind) ? String(kind['const']) : '';
}

/** `jitterMs` is “jitter”: its unit stands beside the field. */
export function labelOf(name: string, { title, unit }: Schema): string {
  if (typeof title === 'string') return title;
  const bare = unit === 'ms' ? name.replace(/(?<=.)Ms$/, '') : name;
  return bare.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
