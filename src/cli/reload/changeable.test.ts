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

test('what is shown of it, its refusals and its like are those of the one that it is now', () => {
  const kind = (model: string): SimulatorKind => ({
    model,
    options: {},
    another: () => `another ${model}`,
    create: () =>
      ({
        wire: { shape: 'bytes', serve: () => {}, nak: () => Buffer.from(`no, says ${model}`) },
        parts: [{ name: model, state: {} }],
        close: () => {},
        // Nobody attaches to it here.
      }) as unknown as Simulator,
  });
  const { value, change } = changeableSimulator(kind('a'));
  const running = value.create(settings);
  const shown = (): unknown[] => [
    running.parts?.map(({ name }) => name),
    running.wire.shape === 'bytes' ? String(running.wire.nak?.(Buffer.from('?'))) : undefined,
    value.another?.({}, 1),
  ];
  expect(shown()).toEqual([['a'], 'no, says a', 'another a']);
  change(kind('b'));
  expect(shown()).toEqual([['b'], 'no, says b', 'another b']);
});
