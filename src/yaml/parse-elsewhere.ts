import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { moduleBeside } from '../own-files.ts';
import type { Parse, Parsed } from './parsed.ts';
import type { Position } from './tree.ts';

/** Ten times what ten thousand devices need; a text that nests without end must not take the whole process with it. */
const resourceLimits = { maxOldGenerationSizeMb: 1024 };

/** In a thread of its own: ten thousand devices take a second, in which nobody else is to wait. */
export const parseElsewhere: Parse = async (text, signal) => {
  const worker = new Worker(moduleBeside(import.meta.url, './parse-worker'), { workerData: text, resourceLimits });
  // Where it breaks down, whoever asks it is told, also where that was before.
  const gone = once(worker, 'exit').then(() => Promise.reject(new Error('the thread that parsed it has ended')));
  gone.catch(() => {});
  worker.on('error', () => {});
  const end = (): void => void worker.terminate();
  const told = async <T>(): Promise<T> => {
    try {
      const heard = once(worker, 'message', signal === undefined ? {} : { signal });
      const [message] = await Promise.race([heard, gone]);
      // What the worker says in answer to what it was asked.
      return message as T;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  };
  try {
    const parsed = await told<Pick<Parsed, 'value' | 'problems' | 'readable'>>();
    const placesOf: Parsed['placesOf'] = (findings) => {
      worker.postMessage(findings);
      return told<readonly Position[]>();
    };
    return { ...parsed, placesOf, end };
  } catch (error) {
    end();
    signal?.throwIfAborted();
    const detail = `cannot be read as YAML: ${messageOf(error)}`;
    const problems = [{ line: 1, column: 1, pointer: '', detail }];
    return { value: undefined, problems, readable: false, placesOf: async () => [], end };
  }
};
