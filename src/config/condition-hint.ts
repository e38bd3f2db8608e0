import type { Model } from '../driver/spec.ts';

/** In CEL a hyphen subtracts, so `self.output-enabled` reads `self.output`; how to write what was meant. */
export function hyphenHint(source: string, offset: number, names: readonly string[]): string | undefined {
  const read = /^(self|device\s*\[[^\]]*\]|device\s*\.\s*\w+)\s*\.\s*(\w+(?:-\w+)+)/.exec(source.slice(offset));
  const [, of = '', written = ''] = read ?? [];
  const name = longest(written, names);
  return name?.includes('-') === true ? `; write ${of}[${JSON.stringify(name)}]` : undefined;
}

/** For a name that is not known: whether a device is meant, and how to write what is read of it. */
export function deviceHint(
  source: string,
  offset: number,
  ids: readonly string[],
  modelOf: (id: string) => Model | undefined,
): string | undefined {
  const [word = ''] = /^\w+(?:-\w+)*/.exec(source.slice(offset)) ?? [];
  const id = longest(word, ids);
  if (id === undefined) return undefined;
  const device = `device[${JSON.stringify(id)}]`;
  const [, property = ''] = /^\s*\.\s*(\w+(?:-\w+)*)/.exec(source.slice(offset + id.length)) ?? [];
  const name = longest(property, Object.keys(modelOf(id)?.properties ?? {})) ?? /^\w*/.exec(property)?.[0] ?? '';
  const read = name === '' ? '["property"]' : name.includes('-') ? `[${JSON.stringify(name)}]` : `.${name}`;
  return `${id} is a device; write ${device}${read}`;
}

/** The longest known name that a text with hyphens begins with, up to a hyphen or its end. */
function longest(text: string, names: readonly string[]): string | undefined {
  const parts = text.split('-');
  const beginnings = parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
  return beginnings.find((beginning) => names.includes(beginning));
}
