import { expect, test } from 'vitest';
import type { CommandView } from '../../../client/index.ts';
import { type Listed, maxListed, withHeard, withPage } from './listed.ts';

const command = (id: number, changes: Partial<CommandView> = {}): CommandView => ({
  id: `c${String(id).padStart(5, '0')}`,
  device: 'psu-1',
  command: 'set-voltage',
  params: {},
  state: 'ended',
  outcome: 'succeeded',
  confirmation: 'acknowledged',
  by: 'anonymous',
  simulated: true,
  submittedAt: new Date(id * 1000).toISOString(),
  sentAt: null,
  endedAt: null,
  links: { self: '', device: '' },
  ...changes,
});
const idsOf = ({ items }: Listed): number[] => items.map(({ id }) => Number(id.slice(1)));
const listed: Listed = { items: [command(5), command(4, { state: 'sent' }), command(3)], next: 'c00003' };

test('what is new comes on top, and only what fits', () => {
  const heard = [command(7, { device: 'psu-2' }), command(6)];
  expect(idsOf(withHeard(listed, heard, { device: 'psu-1' }))).toEqual([6, 5, 4, 3]);
  expect(idsOf(withHeard(listed, heard, {}))).toEqual([7, 6, 5, 4, 3]);
});

test('what changed stands in its place; what is heard late and is older changes nothing', () => {
  const ended = withHeard(listed, [command(4, { outcome: 'unknown' })], {});
  expect(ended.items[1]).toMatchObject({ state: 'ended', outcome: 'unknown' });
  expect(withHeard(ended, [command(4, { state: 'sent' })], {})).toBe(ended);
  const resolved = withHeard(ended, [command(4, { outcome: 'succeeded', resolvedLate: true })], {});
  expect(resolved.items[1]).toMatchObject({ outcome: 'succeeded', resolvedLate: true });
});

test('what does not fit any more leaves', () => {
  const sent = { items: [command(4, { state: 'sent' })], next: undefined };
  expect(withHeard(sent, [command(4)], { state: 'sent' }).items).toEqual([]);
});

test('what is older than the pages that are there is left to the next one', () => {
  expect(withHeard(listed, [command(1)], {})).toBe(listed);
  expect(idsOf(withHeard({ ...listed, next: undefined }, [command(1)], {}))).toEqual([5, 4, 3, 1]);
});

test('a further page stands below, and nothing twice', () => {
  const further = withPage(listed, { items: [command(3), command(2)], next: undefined });
  expect([idsOf(further), further.next]).toEqual([[5, 4, 3, 2], undefined]);
});

test('rows are bounded, and what falls out is one page further', () => {
  const many = Array.from({ length: maxListed + 10 }, (_, n) => command(n));
  const bounded = withHeard({ items: [], next: undefined }, many, {});
  expect(bounded.items).toHaveLength(maxListed);
  expect(bounded.next).toBe('c00010');
});

test('times, states, outcomes, callers and what is simulated decide as the service would', () => {
  const all = [command(1), command(2, { by: 'script' }), command(3, { simulated: false, outcome: 'unknown' })];
  const found = (filters: Parameters<typeof withHeard>[2]) =>
    idsOf(withHeard({ items: [], next: undefined }, all, filters));
  expect(found({ from: new Date(2000).toISOString() })).toEqual([3, 2]);
  expect(found({ to: new Date(2000).toISOString() })).toEqual([1]);
  expect(found({ by: 'script' })).toEqual([2]);
  expect(found({ simulated: 'false' })).toEqual([3]);
  expect(found({ outcome: 'unknown' })).toEqual([3]);
  expect(found({ state: 'queued' })).toEqual([]);
});
