/** Longest payload of one device's own that is looked at, unless the dialect says otherwise. */
const defaultMaxBytes = 64 * 1024;
/** Nesting beyond this is no device's. */
const maxDepth = 32;

/** A payload as text; undefined if it is longer than `maxBytes` or not UTF-8. */
export function payloadText(payload: Uint8Array, maxBytes = defaultMaxBytes): string | undefined {
  if (payload.length > maxBytes) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    return undefined;
  }
}

/** A payload as JSON, in a box since `null` is a value; undefined if it is too long, too deep or no JSON. */
export function payloadJson(payload: Uint8Array, maxBytes?: number): { readonly value: unknown } | undefined {
  const text = payloadText(payload, maxBytes);
  return text === undefined ? undefined : textJson(text);
}

/** A text as JSON, in a box; undefined if it is too deep or no JSON. */
export function textJson(text: string): { readonly value: unknown } | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A payload that is a JSON object; undefined for anything else. */
export function payloadFields(payload: Uint8Array, maxBytes?: number): Fields | undefined {
  const json = payloadJson(payload, maxBytes);
  return json !== undefined && isFields(json.value) ? json.value : undefined;
}

/** An own field: devices may call theirs `constructor`. */
export function fieldOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** By a scan, before a parser recurses. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') {
      if (++depth > maxDepth) return true;
    } else if (character === '}' || character === ']') depth--;
  }
  return false;
}
