import type { JsonSchema } from '../../../src/driver/index.ts';
import { definitionSchema } from './schema/definition.ts';

/**
 * The schema of a definition, for editors: completion, hover texts and a first check. `bellcrank check` checks more, with
 * better words. Written in draft 07, which they all know.
 */
export function definitionJsonSchema(): JsonSchema {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Bellcrank definition',
    ...definitionSchema,
  };
  // TypeBox marks its schemas with symbols; what goes to a file is what JSON keeps.
  return JSON.parse(JSON.stringify(schema)) as JsonSchema;
}
