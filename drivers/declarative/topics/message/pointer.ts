/** The tokens of a JSON pointer (RFC 6901 §3, §4); undefined for what is none. */
export function parsePointer(text: string): readonly string[] | undefined {
  if (text === '') return [];
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined;
  return text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const index = /^(?:0|[1-9]\d{0,5})$/;

/** What stands there, in a box; undefined where nothing does. Own members only: devices may call theirs anything. */
export function resolvePointer(root: unknown, tokens: readonly string[]): { readonly value: unknown } | undefined {
  let value = root;
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !index.test(token)) return undefined;
    if (!Object.hasOwn(value, token)) return undefined;
    // Own, as just seen; an index is a key of an array.
    value = (value as Readonly<Record<string, unknown>>)[token];
  }
  return { value };
}

/** The document with a value put there; what lacks on the way is made, lists for tokens that are numbers. */
export function placeAt(root: unknown, [token, ...rest]: readonly string[], value: unknown): unknown {
  if (token === undefined) return value;
  if (Array.isArray(root) || (root === undefined && index.test(token))) {
    const list: unknown[] = Array.isArray(root) ? [...(root as unknown[])] : [];
    const at = Number(token);
    while (list.length < at) list.push(null);
    list[at] = placeAt(list[at] ?? undefined, rest, value);
    return list;
  }
  const members =
    typeof root === 'object' && root !== null ? new Map(Object.entries(root)) : new Map<string, unknown>();
  members.set(token, placeAt(members.get(token), rest, value));
  return Object.fromEntries(members);
}
