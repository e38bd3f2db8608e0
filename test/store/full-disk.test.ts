import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Timer } from '../../src/clock.ts';
import { listSegments } from '../../src/store/log/segment.ts';
import type { CommandRecord, CommandState } from '../../src/store/record.ts';
import { VirtualClock } from '../../src/testing/index.ts';
import { needs } from '../support/needs.ts';
import { lastStates, makeRecord, startStore } from '../support/store.ts';
import { findTmpfs, mountTmpfs } from '../support/tmpfs.ts';

const isPossible = needs('tmpfs', 'the journal on a full and on a read-only disk', { find: findTmpfs });

/** Longer than a page, so that it does not fit into what is left of the last one. */
const params = 'x'.repeat(9000);
const longRecord = (id: string, state: CommandState): CommandRecord => makeRecord(id, state, { params });

/** Counts the attempts that failed: each sets a timer for the next one. */
class RetryClock extends VirtualClock {
  retries = 0;

  override timer(ms: number, fire: () => void): Timer {
    if (ms === 1000) this.retries++;
    return super.timer(ms, fire);
  }
}

describe.skipIf(!isPossible)('on a disk of its own', () => {
  test('when the disk is full puts reject; when there is space again the final states are written', async () => {
    const disk = mountTmpfs(512 * 1024);
    const directory = join(disk.path, 'journal');
    const { store, clock, troubles } = startStore(directory);
    await store.commands.put(longRecord('before', 'sent'));
    disk.fill();
    const record = longRecord('refused', 'sent');
    await expect(store.commands.put(record)).rejects.toMatchObject({
      code: 'journal-unavailable',
      message: expect.stringMatching(/no space is left on the disk.*ENOSPC/),
    });
    record.state = 'ended';
    await expect(store.commands.put(record)).rejects.toMatchObject({ code: 'journal-unavailable' });
    await expect(store.facts.set('latch:a', true)).rejects.toMatchObject({ code: 'journal-unavailable' });
    await clock.advance(3000);
    // An end that is not on record is not shown.
    expect(await store.commands.get('refused')).toBeUndefined();
    expect(await store.commands.get('before')).toMatchObject({ state: 'sent' });
    expect([...lastStates(directory).keys()]).toEqual(['before']);
    disk.free();
    await expect
      .poll(async () => {
        await clock.advance(1000);
        return store.trouble;
      })
      .toBeUndefined();
    await store.commands.put(longRecord('after', 'sent'));
    expect([...lastStates(directory).values()].map(({ id, state }) => `${id} ${state}`).toSorted()).toEqual([
      'after sent',
      'before sent',
      'refused ended',
    ]);
    expect(troubles).toEqual([expect.stringContaining('no space'), undefined]);
    await store.close();
    const again = startStore(directory).store;
    expect((await again.opened).inDoubt.map(({ id }) => id)).toEqual(['after', 'before']);
    expect(again.facts.get('latch:a')).toBe(true);
  });

  test('trying again and again on a full disk leaves no pile of files', async () => {
    const disk = mountTmpfs(256 * 1024);
    const clock = new RetryClock();
    const { store } = startStore(disk.path, { clock });
    await store.opened;
    let attempts = 0;
    // The disk is filled by the journal itself.
    while (store.trouble === undefined) {
      await store.commands.put(longRecord(`c${String(attempts++)}`, 'ended')).catch(() => {});
    }
    for (let attempt = 1; attempt <= 10; attempt++) {
      // The real disk may take its time; the virtual clock must not run ahead of it.
      await expect.poll(() => clock.retries, { timeout: 20_000 }).toBe(attempt);
      await clock.advance(1000);
      await expect(store.commands.put(longRecord('more', 'ended'))).rejects.toThrow('no space');
    }
    expect(listSegments(disk.path).length).toBeLessThanOrEqual(2);
  });

  test('a journal on a full disk opens when there is space', async () => {
    const disk = mountTmpfs(64 * 1024);
    disk.fill();
    const { store, clock } = startStore(disk.path);
    await store.attempted;
    expect(store.trouble).toContain('no space is left');
    disk.free();
    await clock.advance(1000);
    await store.opened;
    await store.commands.put(makeRecord('c1'));
  });

  test('a read-only directory is trouble until it can be written', async () => {
    const disk = mountTmpfs(64 * 1024);
    disk.remount('ro');
    const { store, clock } = startStore(disk.path);
    await store.attempted;
    expect(store.trouble).toMatch(/directory .* cannot be used: the file system is read-only/);
    await expect(store.commands.put(makeRecord('c1'))).rejects.toMatchObject({ code: 'journal-unavailable' });
    disk.remount('rw');
    await clock.advance(1000);
    await store.opened;
    await expect.poll(() => lastStates(disk.path).has('c1')).toBe(true);
  });
});
