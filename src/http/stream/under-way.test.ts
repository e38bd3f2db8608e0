import { expect, test } from 'vitest';
import type { CommandRecord } from '../../store/record.ts';
import { UnderWay } from './under-way.ts';

const command = (changes: Partial<CommandRecord>): CommandRecord => ({
  id: 'c',
  device: 'd',
  command: 'go',
  params: {},
  by: 'somebody',
  simulated: false,
  declared: 'sent',
  submittedAt: 1000,
  state: 'queued',
  ...changes,
});

test('it knows how far back what ended in a gap may have been submitted', () => {
  const underWay = new UnderWay();
  underWay.take(command({}));
  expect(underWay.longestMs).toBe(60_000);
  underWay.take(command({ state: 'ended', endedAt: 3_601_000 }));
  expect(underWay.longestMs).toBe(3_600_000);
  // One that was under way when the service was killed has ended with the next start, which is all that is told of it.
  underWay.take(command({ id: 'recovered', state: 'ended', submittedAt: 0, endedAt: 7_200_000 }));
  expect(underWay.longestMs).toBe(7_200_000);
  underWay.take(command({ id: 'short', state: 'ended', endedAt: 2000 }));
  expect(underWay.longestMs).toBe(7_200_000);
});
