import { expect, test } from 'vitest';
import { counter, Families, gauge, one } from './family.ts';

test('metrics are made once, whoever asks first, and those that are added later as well', async () => {
  const families = new Families();
  gauge(families, { name: 'first', help: 'First.', labels: [], read: () => one(1) });
  const [registry, again] = await Promise.all([families.registry(), families.registry()]);
  expect(again).toBe(registry);
  counter(families, { name: 'second', help: 'Second.', labels: [], read: () => one(2) });
  expect(await (await families.registry()).metrics()).toMatch(/^bellcrank_first 1\n[^]*^bellcrank_second 2\n/m);
  expect(registry.getMetricsAsArray()).toHaveLength(2);
});
