import type { Definition, DefinitionSource } from '../../drivers/declarative/definition/definition.ts';

/** The same definition, whose simulated device keeps every value that it was set to: nothing follows anything, no noise. */
export function calm(source: DefinitionSource): DefinitionSource {
  const still = (definition: Definition): Definition => ({
    ...definition,
    simulator: { ...definition.simulator, relations: [] },
  });
  return { ...source, largest: still(source.largest), compile: (options) => still(source.compile(options)) };
}
