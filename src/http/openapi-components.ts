import type { JsonSchema, Model } from '../driver/spec.ts';
import { type Json, ref } from './openapi-json.ts';

/** Collects the schemas of models and devices, so that devices of one model share theirs. */
export class Components {
  readonly schemas: Record<string, Json> = {};

  /** The reference to a schema; a device whose limits differ from its model's gets one of its own. */
  ref(name: string, device: string, schema: JsonSchema): Json {
    const shared = this.schemas[name];
    const isShared = shared === undefined || shared === schema || JSON.stringify(shared) === JSON.stringify(schema);
    const key = isShared ? name : `${device}.${name}`;
    this.schemas[key] = schema;
    return ref(key);
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
