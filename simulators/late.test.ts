import { expect, test } from 'vitest';
import { ovenSimulator } from './engines.ts';
import { simulators } from './index.ts';
import * as onBrokers from './on-brokers.ts';
import * as onLines from './on-lines.ts';

test.each(
  [ovenSimulator, ...Object.values(onBrokers), ...Object.values(onLines)].map((kind) => [kind.model, kind] as const),
)('%s is listed under its name', (model, kind) => {
  const listed = simulators.filter((each) => each.model === model);
  expect(listed.map(({ options }) => options)).toEqual([kind.options]);
  expect(listed[0]?.another === undefined).toBe(!('another' in kind) || kind.another === undefined);
});
