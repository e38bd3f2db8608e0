import { expect, onTestFinished, test } from 'vitest';
import { lastStates, makeRecord, temporaryDirectory } from '../../test/support/store.ts';
import { commandLine } from '../store/log/line.ts';
import { recover } from '../store/log/recover.ts';
import { listSegments } from '../store/log/segment.ts';
import { LogWriter } from '../store/log/writer.ts';
import { copyAppended } from './copy-appended.ts';

const start = Date.UTC(2026, 0, 1);

/** A log whose files are full after a few entries. */
function smallLog(directory: string): LogWriter {
  const settings = { directory, durability: 'process', now: () => start, segmentBytes: 500 } as const;
  const { writer } = LogWriter.open({ ...settings, retention: { maxAgeMs: 1e9, maxBytes: 1e9 } });
  onTestFinished(() => writer.close());
  return writer;
}

/** What each command of a backup came to, once it is restored: those that are under way end then. */
function leftOpen(backup: string): string[] {
  const ending = recover(listSegments(backup).at(-1)).recovered.inDoubt.map(({ id }) => id);
  const states = [...lastStates(backup).values()];
  return states.filter(({ id, state }) => state !== 'ended' && !ending.includes(id)).map(({ id }) => id);
}

test.each([1, 2, 3])(
  'what is written to a file behind its copy, %i times, before the next begins is in the backup',
  async (times) => {
    const store = temporaryDirectory();
    const backup = temporaryDirectory();
    const writer = smallLog(store);
    writer.append([commandLine(makeRecord('c0', 'sent'))]);
    let looks = 0;
    const list = (): readonly string[] => {
      if (looks > 0 && looks <= times) {
        const before = listSegments(store).length;
        writer.append([commandLine(makeRecord(`c${looks - 1}`, 'ended'))]);
        for (let more = 0; listSegments(store).length === before; more++) {
          writer.append([commandLine(makeRecord(`more-${looks}-${more}`, 'ended'))]);
        }
        writer.append([commandLine(makeRecord(`c${looks}`, 'sent'))]);
      }
      looks++;
      return listSegments(store).map(({ path }) => path);
    };
    await copyAppended(backup, '', list);
    expect(leftOpen(backup)).toEqual([]);
    expect(lastStates(backup)).toEqual(lastStates(store));
  },
);
