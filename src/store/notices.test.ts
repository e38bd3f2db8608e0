import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/wire/support.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { DurableNotices } from './notices.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };

async function openIn(directory: string, clock: Clock = systemClock): Promise<DurableNotices> {
  const notices = new DurableNotices({ directory, durability: 'process', clock, log });
  onTestFinished(() => notices.close());
  notices.open();
  await notices.attempted;
  await notices.opened;
  return notices;
}

const folder = (): string => join(temporaryFolder(), 'notices');

test('where there was none, nothing is made before the first one', async () => {
  const directory = folder();
  const notices = await openIn(directory);
  await notices.facts.set('a', undefined);
  expect(existsSync(directory)).toBe(false);
  expect(notices.facts.entries('')).toEqual([]);
  await notices.facts.set('a', 1);
  expect(existsSync(directory)).toBe(true);
});

test('the first ones are on record, removals as well', async () => {
  const directory = folder();
  const first = await openIn(directory);
  const both = [first.facts.set('a', 1), first.facts.set('b', 2)];
  await first.facts.set('b', undefined);
  await Promise.all(both);
  await first.close();
  const second = await openIn(directory);
  expect(second.facts.entries('')).toEqual([['a', 1]]);
});

test('one that is closed at once has put the first one on record', async () => {
  const directory = folder();
  // What closing may take is no part of this.
  const first = await openIn(directory, new VirtualClock());
  const put = first.facts.set('a', 1);
  await first.close();
  await put;
  expect((await openIn(directory)).facts.get('a')).toBe(1);
});

test('one that is closed before it was opened keeps nobody waiting', async () => {
  const notices = new DurableNotices({ directory: folder(), durability: 'process', clock: systemClock, log });
  await notices.close();
  await notices.attempted;
});
