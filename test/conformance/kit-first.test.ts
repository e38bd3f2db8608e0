import { expect, test } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { simulators } from '../../simulators/index.ts';
import { suiteOver } from './kit.ts';

/** The bridge is looked at through the devices behind it. */
const withoutSimulator = ['zigbee2mqtt-bridge'];

test('every driver that comes with Bellcrank has a simulator to be tested with', () => {
  const missing = drivers.filter(({ model }) => !simulators.some((kind) => kind.model === model.name));
  expect(missing.map(({ model }) => model.name)).toEqual(withoutSimulator);
});

suiteOver(0);
