import { expect, test } from 'vitest';
import type { Model } from '../driver/spec.ts';
import { Models } from './models.ts';

const lamp = (name = 'lamp'): Model => ({ name, summary: 'A lamp', commands: {}, properties: {}, events: {} });

test('equal models are one', () => {
  const models = new Models();
  const first = lamp();
  expect(models.intern(first)).toBe(first);
  expect(models.intern(lamp())).toBe(first);
  expect(models.intern(lamp('other'))).not.toBe(first);
});
