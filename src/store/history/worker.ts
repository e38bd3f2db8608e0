import { parentPort, workerData } from 'node:worker_threads';
import { serveThread } from '../thread/serve.ts';
import { HistoryThread } from './history-thread.ts';
import type { HistoryData } from './work.ts';

/** The thread of the history. In the main thread, where tools may import every module, it does nothing. */
if (parentPort !== null) serveThread(parentPort, new HistoryThread(workerData as HistoryData).work);
