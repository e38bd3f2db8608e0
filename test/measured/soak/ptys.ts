import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Span } from './standstills.ts';

/**
 * Watches how long bytes are under way on a PTY that nobody disturbs. A worker of the kernel's carries what passes on all of
 * them, and waits for the processor as any process does, behind those that are nicer to themselves (`nice` below 0) for
 * hundreds of ms. Calls back for every passage; resolves with what ends it.
 */
export async function watchPtys(passed: (span: Span) => void): Promise<() => Promise<void>> {
  const worker = new Worker(new URL('./ptys-worker.ts', import.meta.url), { trackUnmanagedFds: false });
  worker.on('message', passed);
  await once(worker, 'message');
  return async () => {
    const ended = once(worker, 'exit');
    worker.postMessage('end');
    await ended;
  };
}
