import { findingText, readDefinition } from '../../drivers/declarative/definition/dialect.ts';
import type { Definition, DefinitionSource } from '../../drivers/declarative/definition/definition.ts';
import { understand } from '../../drivers/declarative/definition/read.ts';

/** A definition from its text; fails with what is wrong with it. */
export function sourceOf(text: string): DefinitionSource {
  const { result, findings } = readDefinition({ name: 'test.yaml', text }, () => undefined, [{ understand }]);
  if (result === undefined) throw new Error(findings.map(findingText).join('\n'));
  return result;
}

/** The same definition, compiled once for each set of options: what comes of it is plain data that nobody changes. */
export function compiledOnce(source: DefinitionSource): DefinitionSource {
  const compiled = new Map<string, Definition>();
  const compile: DefinitionSource['compile'] = (options) => {
    const key = JSON.stringify(options);
    const definition = compiled.get(key) ?? source.compile(options);
    compiled.set(key, definition);
    return definition;
  };
  return { ...source, compile };
}
