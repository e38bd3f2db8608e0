import { findingText, readDefinition } from '../../drivers/declarative/definition/dialect.ts';
import type { DefinitionSource } from '../../drivers/declarative/definition/definition.ts';
import { understand } from '../../drivers/declarative/definition/read.ts';

/** A definition from its text; fails with what is wrong with it. */
export function sourceOf(text: string): DefinitionSource {
  const { result, findings } = readDefinition({ name: 'test.yaml', text }, () => undefined, [{ understand }]);
  if (result === undefined) throw new Error(findings.map(findingText).join('\n'));
  return result;
}
