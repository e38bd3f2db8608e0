/** A response header that is text. */
export function header(description: string): Json {
  return { description, schema: { type: 'string' } };
}
/** A JSON object of an OpenAPI document. */
export type Json = Readonly<Record<string, unknown>>;

/** One schema for each key of a type: a key that is added to the type and not described does not compile. */
export type Described<T> = { readonly [K in keyof T]-?: Json };

export function ref(schema: string): Json {
  return { $ref: `#/components/schemas/${schema}` };
}

/** A resource of ours: these keys and no others. */
export function closedObject<P extends Readonly<Record<string, Json>>>(
  properties: P,
  optional: readonly (keyof P & string)[] = [],
): Json {
  return { ...openObject(properties, optional), additionalProperties: false };
}

/** What drivers write may say more than is described. */
export function openObject<P extends Readonly<Record<string, Json>>>(
  properties: P,
  optional: readonly (keyof P & string)[] = [],
): Json {
  const left = new Set<string>(optional);
  return { type: 'object', required: Object.keys(properties).filter((key) => !left.has(key)), properties };
}

export function mapOf(values: Json, description: string): Json {
  return { type: 'object', additionalProperties: values, description };
}

export function arrayOf(items: Json): Json {
  return { type: 'array', items };
}

/** A list that is cut into pages. */
export function pageOf(schema: string): Json {
  return closedObject(
    { items: arrayOf(ref(schema)), next: text('The `cursor` of the next page; absent on the last one.') },
    ['next'],
  );
}

/** One of a few words, each with what it means. */
export function choice(words: Readonly<Record<string, string>>): Json {
  const description = Object.entries(words).map(([word, meaning]) => `${word}: ${meaning}.`);
  return { type: 'string', enum: Object.keys(words), description: description.join(' ') };
}

export function text(description: string): Json {
  return { type: 'string', description };
}

export function flag(description: string): Json {
  return { type: 'boolean', description };
}

export function count(description: string): Json {
  return { type: 'integer', minimum: 0, description };
}

/** RFC 3339, in UTC. */
export function time(description: string): Json {
  return { type: 'string', format: 'date-time', description };
}

export function nullable(schema: Json): Json {
  return { anyOf: [schema, { type: 'null' }] };
}

/** Paths within this service. */
export function links(...names: readonly string[]): Json {
  return closedObject(Object.fromEntries(names.map((name) => [name, { type: 'string', format: 'uri-reference' }])));
}

/** A response that carries JSON. */
export function json(description: string, schema: Json, headers?: Json, mediaType = 'application/json'): Json {
  return { description, ...(headers && { headers }), content: { [mediaType]: { schema } } };
}
