import type { MessagePort } from 'node:worker_threads';
import { serveThread } from '../thread/serve.ts';
import { HistoryThread } from './history-thread.ts';
import type { HistoryData } from './work.ts';

/** The history's part of its thread. */
export function serve(port: MessagePort, data: HistoryData): void {
  serveThread(port, new HistoryThread(data).work);
}
