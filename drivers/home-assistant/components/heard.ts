import { jsonValue, type Lookup, type Value } from '../template/index.ts';

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

  readonly lookup: Lookup = (name) => {
    if (name === 'value') return this.text;
    return name === 'value_json' ? this.json : undefined;
  };
}
