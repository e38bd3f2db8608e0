import { expect, test } from 'vitest';
import { validate } from '../driver/schema.ts';
import { deviceHistorySchema } from './history-schema.ts';

test.each([
  [
    { voltage: { keep: 'interval', everyMs: 5000 }, current: { keep: 'change', deadband: 0.1 }, x: { keep: 'off' } },
    [],
  ],
  [{ voltage: { keep: 'always' } }, ['/voltage/keep']],
  [{ voltage: { keep: 'interval', everyMs: 0 } }, ['/voltage/everyMs']],
  [{ voltage: { keep: 'change', deadband: -1 } }, ['/voltage/deadband']],
  [{ voltage: { keep: 'change', every: 5 } }, ['/voltage/every']],
])('rules %j', (rules, pointers) => {
  expect(validate(deviceHistorySchema, rules).map(({ pointer }) => pointer)).toEqual(pointers);
});
