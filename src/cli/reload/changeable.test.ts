import { expect, test } from 'vitest';
import type { Simulator, SimulatorKind } from '../../../simulators/simulator.ts';
import { VirtualClock } from '../../testing/index.ts';
import { changeableSimulator } from './changeable.ts';

const settings = { clock: new VirtualClock(), seed: 1, options: {} };

/** Says what happens to its simulators; from the given one on they cannot be created. */
function kindOf(model: string, said: string[], fails = Infinity): SimulatorKind {
  let created = 0;
  return {
    model,
    options: {},
    create() {
      created++;
      const name = `${model} ${created}`;
      if (created >= fails) throw new Error(`${name} cannot run`);
      said.push(`${name} created`);
      const wire: Simulator['wire'] = { shape: 'bytes', serve: () => void said.push(`${name} serves`) };
      // Nobody attaches to it here.
      return { wire, close: () => void said.push(`${name} closed`) } as unknown as Simulator;
    },
  };
}

test('all that run become the next one', () => {
  const said: string[] = [];
  const { value, change } = changeableSimulator(kindOf('a', said));
  value.create(settings);
  value.create(settings).close();
  said.length = 0;
  change(kindOf('b', said));
  expect(said).toEqual(['b 1 created', 'a 1 closed']);
  expect(value.model).toBe('b');
});

test('none is touched if one cannot be created, and those that were are closed', () => {
  const said: string[] = [];
  const { value, change } = changeableSimulator(kindOf('a', said));
  value.create(settings);
  value.create(settings);
  said.length = 0;
  expect(() => change(kindOf('b', said, 2))).toThrow('b 2 cannot run');
  expect(said).toEqual(['b 1 created', 'b 1 closed']);
  expect(value.model).toBe('a');
  value.create(settings);
  expect(said.at(-1)).toBe('a 3 created');
});
