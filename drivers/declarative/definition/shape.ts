import type { JsonSchema } from '../../../src/driver/index.ts';
import { inspect } from '../../../src/yaml/inspect.ts';
import type { Finding } from './definition.ts';
import type { Dialect } from './dialect.ts';

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

/** A dialect of an engine that knows nothing of files: a schema, what it cannot say, and what is made of it. */
export function dialectOf<Raw, T>(engine: {
  readonly key: string;
  readonly schema: JsonSchema;
  check(raw: Raw): readonly Pick<Finding, 'path' | 'detail'>[];
  make(raw: Raw): T;
}): Dialect<T> {
  const { key, schema } = engine;
  return {
    key,
    understand(value) {
      const shape = shapeFindings(schema, value);
      if (shape.length > 0) return { findings: shape };
      // Just found to be of this shape.
      const raw = value as Raw;
      const findings = engine.check(raw).map((finding): Finding => ({ ...finding, severity: 'error' }));
      return findings.length > 0 ? { findings } : { findings, result: engine.make(raw) };
    },
  };
}
