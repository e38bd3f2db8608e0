import { afterAll, describe, expect, test } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { simulators } from '../../simulators/index.ts';
import { createLab, type Lab } from '../../src/testing/index.ts';
import { nameOf, troublesOn } from './faults.ts';
import { subjects } from './subjects.ts';

const seed = 1;
const recoveryMs = 300_000;
/** How long a fault holds: some polls, or some of what is told unasked. */
const troubledMs = 8000;

/** Nothing can be set on them; what they tell must be good again. */
const listeners = drivers.flatMap(({ model, transports }) => {
  const kind = simulators.find((simulator) => simulator.model === model.name);
  const isTold = subjects.some((subject) => subject.driver.model.name === model.name);
  return kind === undefined || isTold || transports.every((transport) => transport === 'mqtt') ? [] : [model];
});

test('there are some', () => expect(listeners.length).toBeGreaterThan(1));

describe.each(listeners.map((model) => [model.name, model] as const))('%s under faults', (name, model) => {
  let lab: Lab | undefined;
  afterAll(async () => await lab?.close());
  const [property = ''] = Object.keys(model.properties);

  test.each(troublesOn('bytes', false).map((trouble) => [nameOf(trouble), trouble] as const))(
    '%s',
    { timeout: 60_000 },
    async (_, { fault }) => {
      const mine = (lab ??= await createLab({ devices: { unit: { model: name } }, seed }));
      const device = mine.device('unit');
      const isKnown = (): boolean => device.status === 'ready' && device.reading(property).quality === 'good';
      const why = (): string => `${device.status}, ${JSON.stringify(device.reading(property))}`;
      try {
        await mine.until(isKnown, why, recoveryMs);
        await device.faults.set([fault]);
        await mine.clock.advance(troubledMs);
        await device.faults.clear();
        const cleared = mine.clock.now();
        await mine.until(() => isKnown() && (device.reading(property).at ?? 0) > cleared, why, recoveryMs);
      } catch (error) {
        lab = undefined;
        await mine.close().catch(() => {});
        throw error;
      }
    },
  );
});
