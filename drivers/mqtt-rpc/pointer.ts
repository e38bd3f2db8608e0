import { type Fields, fieldOf, isFields } from '../../src/driver/index.ts';

function tokens(pointer: string): readonly string[] {
  return pointer.split('/').slice(1);
}

/** What stands at a JSON pointer; undefined if nothing does. Own fields only. */
export function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const token of tokens(pointer)) {
    if (!isFields(at)) return undefined;
    at = fieldOf(at, token);
  }
  return at;
}

/** The value with another one put at a pointer, in objects that are made for it; fields that are there stay. */
export function withValueAt(value: unknown, pointer: string, put: unknown): unknown {
  return placed(value, tokens(pointer), put);
}

function placed(value: unknown, [token, ...rest]: readonly string[], put: unknown): unknown {
  if (token === undefined) return put;
  const fields: Fields = isFields(value) ? value : {};
  return { ...fields, [token]: placed(fieldOf(fields, token), rest, put) };
}
