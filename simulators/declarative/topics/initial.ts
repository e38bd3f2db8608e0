import { BellcrankError } from '../../../src/driver/index.ts';
import type { TopicMap } from '../../../drivers/declarative/topics/topic-map.ts';
import { firstValue, isSchema, isValid } from '../first-value.ts';

/**
 * The state before anything has happened. Properties: what the simulator's clause says, else what their schema suggests,
 * else what an example shows. Other fields: the clause, or what a command's result schema suggests. Throws
 * `invalid-request` for a value that its schema does not take.
 */
export function initialState({ model, simulator, examples }: TopicMap): Map<string, unknown> {
  const state = new Map<string, unknown>();
  for (const { result } of Object.values(model.commands)) {
    const properties = result['properties'];
    for (const [name, schema] of isSchema(properties) ? Object.entries(properties) : []) {
      if (isSchema(schema)) state.set(name, firstValue(schema));
    }
  }
  for (const [name, value] of Object.entries(simulator.initial)) state.set(name, value);
  for (const [name, { schema }] of Object.entries(model.properties)) {
    const shown = examples.flatMap(({ read }) => (read !== undefined && Object.hasOwn(read, name) ? [read[name]] : []));
    const chosen = Object.hasOwn(simulator.initial, name) ? [simulator.initial[name]] : [firstValue(schema), ...shown];
    const first = chosen.find((value) => isValid(schema, value));
    if (first !== undefined) state.set(name, first);
    else throw unfit(name, chosen[0]);
  }
  return state;
}

function unfit(name: string, value: unknown): BellcrankError {
  const shown = JSON.stringify(value);
  return new BellcrankError(
    'invalid-request',
    `${name} cannot be ${shown} at first; give one in simulator.initial that its schema allows`,
  );
}
