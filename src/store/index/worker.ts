import type { MessagePort } from 'node:worker_threads';
import type { ReadLog } from '../log/entry.ts';
import { serveThread } from '../thread/serve.ts';
import { Follower } from './follower.ts';
import { Lister } from './lister.ts';
import type { IndexData, IndexWork } from './work.ts';

/** The index's part of its thread. */
export async function serve(port: MessagePort, data: IndexData): Promise<void> {
  serveThread<IndexWork>(port, await createWork(data));
}

async function createWork({ directory, path, readLogModule }: IndexData): Promise<IndexWork> {
  // The module is named by whoever wires the store, and has this one export.
  const { readLog } = (await import(readLogModule)) as { readLog: ReadLog };
  const follower = new Follower({ directory, path, readLog });
  const lister = new Lister((question) => follower.ask(question));
  let rehearsed: Promise<void> | undefined;
  // A page, so that the first one that is asked for finds everything read and compiled.
  const rehearse = (): Promise<void> => (rehearsed ??= follower.ask((file) => void file.list({ limit: 1 }, 1)));
  return {
    follow: () => follower.follow().then(rehearse),
    get: (id) => follower.ask((file) => file.get(id)),
    devices: () => follower.ask((file) => file.devices()),
    list: (query) => lister.list(query),
    byKey: ({ by, key, since }) => follower.ask((file) => file.byKey(by, key, since)),
    prune: (beforeMs) => follower.prune(beforeMs),
    close: () => follower.close(),
  };
}
