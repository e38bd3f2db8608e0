import type { JsonSchema } from '../../../src/driver/index.ts';
import { inspect } from '../../../src/yaml/inspect.ts';
import type { Finding } from './definition.ts';

/**
 * What a schema has to say of a document. A choice of forms is explained by what is wrong inside of one of them.
 * `compiled`: see `inspect`.
 */
export function shapeFindings(schema: JsonSchema, value: unknown, compiled = schema): Finding[] {
  const found = inspect(schema, value, [], compiled);
  const inside = (path: readonly string[]): boolean =>
    found.some((other) => other.path.length > path.length && path.every((key, index) => other.path[index] === key));
  return found
    .filter(({ path, detail }) => !/^(fits none of its forms|must be .*, not )/.test(detail) || !inside(path))
    .map((finding) => ({ ...finding, severity: 'error' }));
}
