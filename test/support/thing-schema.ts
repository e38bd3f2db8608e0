import { createRequire } from 'node:module';
import type { ValidateFunction } from 'ajv';
import { peer } from './peers.ts';

interface Ajv {
  compile(schema: object): ValidateFunction;
}
type AjvClass = new (options: object) => Ajv;

/** A validator of JSON Schema draft-07, as consumers of Thing Descriptions use it. */
export function draft07(): Ajv {
  const Ajv = peer('ajv') as AjvClass; // as its declarations say
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  (peer('ajv-formats') as (ajv: Ajv) => void)(ajv); // likewise
  return ajv;
}

/** The JSON Schema of Thing Descriptions 1.1 that W3C publishes, in the latest of the packages that carry it. */
export function thingSchema(): ValidateFunction {
  const definitions = createRequire(peer.resolve('wot-typescript-definitions/package.json'));
  const schema = definitions('wot-thing-description-types/schema/td-json-schema-validation.json') as object; // JSON
  return draft07().compile(schema);
}
