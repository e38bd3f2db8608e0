import { Float, jsonValue, type Lookup, type Value } from '../template/index.ts';

/** A message's text, and what templates see of it: `value`, and `value_json` if it is JSON. */
export class Heard {
  readonly text: string;
  #json: Value | undefined;
  #parsed = false;

  constructor(text: string) {
    this.text = text;
  }

  get json(): Value | undefined {
    if (!this.#parsed) this.#json = jsonValue(this.text);
    this.#parsed = true;
    return this.#json;
  }

  /** The same as JSON has it; undefined if the text is none. */
  get plain(): unknown {
    return this.json === undefined ? undefined : plain(this.json);
  }

  readonly lookup: Lookup = (name) => {
    if (name === 'value') return this.text;
    return name === 'value_json' ? this.json : undefined;
  };
}

/** Template values as JSON has them. */
export function plain(value: Value): unknown {
  if (value instanceof Float) return value.value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, Value>>).map(([key, item]) => [key, plain(item)]),
  );
}
