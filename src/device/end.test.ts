import { expect, test } from 'vitest';
import { End } from './end.ts';
import { linkSignals } from './signals.ts';

test('it ends once, and tells those who follow it then', () => {
  const ending = new End();
  const heard: string[] = [];
  const left = (): number => heard.push('left');
  ending.follow(() => heard.push('first'));
  ending.follow(left);
  ending.follow(() => heard.push('last'));
  ending.unfollow(left);
  ending.end(new Error('one'));
  ending.end(new Error('two'));
  expect(heard).toEqual(['first', 'last']);
  expect([ending.isOver, ending.reason?.message]).toEqual([true, 'one']);
});

test('its signal aborts with it, also one that is asked for afterwards', () => {
  const [before, after] = [new End(), new End()];
  const { signal } = before;
  expect(signal.aborted).toBe(false);
  expect(before.signal).toBe(signal);
  for (const ending of [before, after]) ending.end(new Error('over'));
  expect([signal.reason, after.signal.reason].map(String)).toEqual(['Error: over', 'Error: over']);
});

test('signals are linked to endings and to other signals alike, and let go of them', () => {
  const [ending, other] = [new End(), new AbortController()];
  const linked = linkSignals(ending, other.signal);
  const unlinked = linkSignals(ending, other.signal);
  unlinked.unlink();
  ending.end(new Error('over'));
  expect(linked.signal.reason).toBe(ending.reason);
  expect(linkSignals(ending).signal.aborted).toBe(true);
  other.abort();
  expect(unlinked.signal.aborted).toBe(false);
});
