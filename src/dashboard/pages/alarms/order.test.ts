import { expect, test } from 'vitest';
import type { AlarmView } from '../../../client/index.ts';
import { byUrgency, measured } from './order.ts';

const alarm = (changes: Partial<AlarmView>): AlarmView => ({
  id: '1',
  alarm: 'too-hot',
  device: 'oven-1',
  property: 'temperature',
  kind: 'high',
  severity: 'warning',
  state: 'active',
  value: 201.5,
  limit: 200,
  unit: '°C',
  raisedAt: '2026-01-01T00:00:00.000Z',
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
    alarm({ id: 'cleared', state: 'cleared' }),
    alarm({ id: 'seen', state: 'acknowledged', severity: 'critical' }),
    alarm({ id: 'old' }),
    alarm({ id: 'new', raisedAt: '2026-01-02T00:00:00.000Z' }),
    alarm({ id: 'critical', severity: 'critical' }),
  ].sort(byUrgency);
  expect(sorted.map(({ id }) => id)).toEqual(['critical', 'new', 'old', 'seen', 'cleared']);
});

test.each([
  [{}, '201.5 °C, above 200 °C'],
  [{ kind: 'low', value: -1, limit: 0, unit: null }, '-1, below 0'],
  [{ kind: 'deviation', value: 4, limit: 0.5, unit: 'V' }, '4 V, off by more than 0.5 V'],
  [{ kind: 'stale', value: null, limit: null }, 'no value, not heard of for too long'],
] as const)('%j is told as %s', (changes, text) => {
  expect(measured(alarm(changes))).toBe(text);
});
