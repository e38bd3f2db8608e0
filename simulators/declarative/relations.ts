import { BellcrankError } from '../../src/driver/index.ts';
import type { Relation } from '../../drivers/declarative/definition/definition.ts';

/** Relations so that each stands after those that it depends on. A cycle is refused: no value of it would be defined. */
export function inOrder(relations: readonly Relation[]): readonly Relation[] {
  const byProperty = new Map(relations.map((relation) => [relation.property, relation]));
  const ordered = new Set<Relation>();
  const visit = (relation: Relation, above: readonly string[]): void => {
    if (above.includes(relation.property)) throw cyclic([...above, relation.property]);
    for (const name of sourcesOf(relation)) {
      const source = byProperty.get(name);
      if (source !== undefined) visit(source, [...above, relation.property]);
    }
    ordered.add(relation);
  };
  for (const relation of relations) visit(relation, []);
  return [...ordered];
}

export function sourcesOf({ property, follows, when }: Relation): readonly string[] {
  // A relation that follows nothing else lags behind what was written to it: no cycle.
  return [follows, when].filter((name): name is string => name !== undefined && (name !== property || name === when));
}

function cyclic(names: readonly string[]): BellcrankError {
  return new BellcrankError('invalid-request', `the relations ${names.join(' → ')} follow one another in a circle`);
}
