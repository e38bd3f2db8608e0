import { expect, test } from 'vitest';
import { faultKinds } from './kinds.ts';
import { triggerProperties } from './trigger.ts';

test.each(Object.entries(faultKinds))('%s has no parameter with the name of a trigger', (_, { parameters }) => {
  expect(Object.keys(parameters).filter((name) => Object.hasOwn(triggerProperties, name))).toEqual([]);
});
