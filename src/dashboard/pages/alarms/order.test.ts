import { expect, test } from 'vitest';
import type { AlarmView } from '../../../client/index.ts';
import { byUrgency, isUnseen, standing } from './order.ts';

const at = '2026-01-01T00:00:00.000Z';
const alarm = (changes: Partial<AlarmView>): AlarmView => ({
  id: '1',
  alarm: 'too-hot',
  device: 'oven-1',
  property: 'temperature',
  kind: 'high',
  severity: 'warning',
  message: null,
  state: 'active',
  open: true,
  value: 201.5,
  limit: 200,
  reference: null,
  unit: '°C',
  firstRaisedAt: at,
  raisedAt: at,
  occurrences: 1,
  acknowledgedAt: null,
  acknowledgedBy: null,
  clearedAt: null,
  detail: '',
  simulated: true,
  links: {},
  ...changes,
});

test('what nobody has seen comes first, then what is critical, then what is new', () => {
  const sorted = [
    alarm({ id: 'over', state: 'cleared', open: false, acknowledgedAt: at }),
    alarm({ id: 'seen', state: 'acknowledged', severity: 'critical', acknowledgedAt: at }),
    alarm({ id: 'came and went', state: 'cleared', severity: 'critical' }),
    alarm({ id: 'old' }),
    alarm({ id: 'new', raisedAt: '2026-01-02T00:00:00.000Z' }),
    alarm({ id: 'critical', severity: 'critical' }),
  ].sort(byUrgency);
  expect(sorted.map(({ id }) => id)).toEqual(['critical', 'new', 'old', 'came and went', 'seen', 'over']);
});

test.each([
  [{}, true, 'nobody has seen it'],
  [{ state: 'cleared' }, true, 'over, and nobody has seen it'],
  [{ state: 'acknowledged', acknowledgedAt: at }, false, 'seen'],
  [{ state: 'cleared', open: false, acknowledgedAt: at }, false, 'over'],
] as const)('%j', (changes, unseen, words) => {
  expect([isUnseen(alarm(changes)), standing(alarm(changes))]).toEqual([unseen, words]);
});
