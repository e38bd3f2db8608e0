import type { JsonSchema, Model } from '../driver/spec.ts';
import { type Json, ref } from './openapi-json.ts';

/** Collects the schemas of models and devices, so that devices of one model share theirs. */
export class Components {
  readonly schemas: Record<string, Json> = {};
  /** Where a schema of this name and text stands that is not the first of its name. */
  readonly #variants = new Map<string, string>();

  /** The reference to a schema; one that differs from the first of its name is named after the device that brought it. */
  ref(name: string, device: string, schema: JsonSchema): Json {
    const shared = this.schemas[name];
    if (shared === undefined) this.schemas[name] = schema;
    if (shared === undefined || shared === schema) return ref(name);
    const text = JSON.stringify(schema);
    if (JSON.stringify(shared) === text) return ref(name);
    return ref(this.#variant(name, device, schema, text));
  }

  /** Devices of one model may differ, in their limits or in what they describe; those that are alike share again. */
  #variant(name: string, device: string, schema: JsonSchema, text: string): string {
    const known = this.#variants.get(`${name} ${text}`);
    if (known !== undefined) return known;
    const key = `${device}.${name}`;
    this.schemas[key] = schema;
    this.#variants.set(`${name} ${text}`, key);
    return key;
  }

  addModel(model: Model): void {
    for (const [name, spec] of Object.entries(model.commands)) {
      this.ref(`${model.name}.${name}.params`, model.name, spec.params);
      this.ref(`${model.name}.${name}.result`, model.name, spec.result);
    }
    for (const [name, spec] of Object.entries(model.properties)) {
      this.ref(`${model.name}.${name}`, model.name, spec.schema);
    }
  }
}
