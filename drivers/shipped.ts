import type { AnyDriver } from '../src/driver/index.ts';
import type { DefinitionSource } from './declarative/definition/definition.ts';
import { findingText, readDefinition } from './declarative/definition/dialect.ts';
import { understand } from './declarative/definition/read.ts';
import { definitionDriver } from './declarative/driver.ts';
import { definitionNames, shippedDefinition } from './definitions/index.ts';

/**
 * The definitions that come with Bellcrank, read at start: whole, but without what `bellcrank check` looks for, since
 * tests have looked. Throws for one that is unsound, which no user could mend.
 */
export const definitionSources: readonly DefinitionSource[] = definitionNames.flatMap((name) => sourceOf(name) ?? []);

export const shipped: readonly AnyDriver[] = definitionSources.map((source) => definitionDriver(source));

/** Undefined for one that is only a base for others. */
function sourceOf(model: string): DefinitionSource | undefined {
  const text = shippedDefinition(model);
  if (text === undefined) return undefined;
  const { result, findings } = readDefinition(text, shippedDefinition, [{ understand }]);
  const [wrong] = findings.filter(({ severity }) => severity === 'error');
  if (wrong !== undefined) throw new Error(findingText(wrong));
  return result;
}
