import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Rationed } from './rationed.ts';
import type { AuditEntry } from './entry.ts';

function over() {
  const told: AuditEntry[] = [];
  const clock = new VirtualClock();
  const rationed = new Rationed({ add: (entry) => void told.push(entry) }, clock);
  const refused = (by: string, from: string): void =>
    rationed.add({ what: 'listKeys', by, from, code: 'forbidden', outcome: 'refused' });
  return { told, clock, refused };
}

test('of one kind the first ten stand by themselves, and the others are counted', async () => {
  const { told, clock, refused } = over();
  for (let each = 0; each < 25; each++) refused('key:one', '10.0.0.1');
  expect(told).toHaveLength(10);
  await clock.advance(60_000);
  expect(told.at(-1)).toMatchObject({ what: 'repeated', by: 'key:one', from: '10.0.0.1', params: { count: 25 } });
});

test('however many come without a name, who has one is told by it', async () => {
  const { told, clock, refused } = over();
  for (let each = 0; each < 300; each++) for (let times = 0; times < 2; times++) refused('anonymous', `10.0.1.${each}`);
  refused('key:one', '10.0.0.1');
  expect(told.at(-1)).toMatchObject({ by: 'key:one', from: '10.0.0.1' });
  expect(told.length).toBeLessThan(300);
  await clock.advance(60_000);
  expect(told.at(-1)).toMatchObject({ what: 'repeated', by: 'several' });
});
