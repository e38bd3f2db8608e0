import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { openStore, type StoreSettings } from './durable.ts';
import { createHistory, type HistorySettings } from './history/create-history.ts';
import { createIndex } from './index/create-index.ts';
import { DurableNotices } from './notices.ts';
import type { Store } from './store.ts';
import { SharedThread } from './thread/shared-thread.ts';

export interface EmbeddedSettings extends Pick<StoreSettings, 'directory' | 'durability' | 'retention'> {
  readonly history: HistorySettings['retention'];
  readonly clock: Clock;
  readonly log: Log;
}

/** The store of one directory: a log in a thread of its own, and its index and the history of properties, which share one. */
export function openEmbeddedStore({ history: kept, ...settings }: EmbeddedSettings): Store {
  const { directory, clock, log } = settings;
  makeDirectory(directory);
  const shared = new SharedThread();
  const history = createHistory({
    directory,
    shared,
    clock,
    retention: kept,
    onTrouble: (trouble) => log.error({ directory, trouble }, 'the history of properties is in trouble'),
  });
  const { durability } = settings;
  return openStore({
    ...settings,
    history,
    notices: new DurableNotices({ directory: join(directory, 'notices'), durability, clock, log }),
    createIndex: () =>
      createIndex({ directory, clock, shared, onTrouble: (trouble) => tellIndex(log, directory, trouble) }),
    onTrouble: (trouble) => tellTrouble(log, directory, trouble),
  });
}

/** If it cannot be made, whoever opens it says why. */
function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch {
    // The store is in trouble then, and tries again.
  }
}

function tellTrouble(log: Log, directory: string, trouble: string | undefined): void {
  if (trouble === undefined) log.info({ directory }, 'the journal works again');
  else log.error({ directory, trouble }, 'the journal is in trouble');
}

function tellIndex(log: Log, directory: string, trouble: string | undefined): void {
  if (trouble === undefined) log.info({ directory }, 'the index of commands works again');
  else
    log.error(
      { directory, trouble },
      'the index of commands is in trouble: commands are taken, and cannot be looked up',
    );
}
