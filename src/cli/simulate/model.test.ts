import { expect, test } from 'vitest';
import { simulators } from '../../../simulators/index.ts';
import { grblSimulator } from '../../../simulators/grbl/index.ts';
import { definitions } from '../../definitions/defined.ts';
import { optionProblems, simulatorNamed } from './model.ts';

test('what is wrong with an option is told with the options that there are', () => {
  const [wrong, hint] = optionProblems(grblSimulator, { foo: 1 });
  expect(wrong).toBe('--option foo is not a known key; remove it');
  expect(hint).toMatch(/^the options of grbl are homing, /);
  expect(optionProblems(grblSimulator, { homing: true })).toEqual([]);
});

test('code is no definition', () => {
  const found = simulatorNamed('./simulator.ts', { simulators, definitions });
  expect(found).toMatchObject({ code: 2, problem: expect.stringContaining('createLab') as unknown });
});
