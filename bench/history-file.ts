/** The process that fills a file of the history, as the service's own thread does, before the service starts. */
import { HistoryFile } from '../src/store/history/history-file.ts';
import type { PlainSample } from '../src/store/history/work.ts';
import { serveTasks } from './tasks.ts';

export interface Filling {
  readonly path: string;
  readonly device: string;
  readonly property: string;
  readonly rows: number;
  /** Ms since 1970 of the first; one follows each second. */
  readonly from: number;
}

const batch = 10_000;

/** Resolves with how long it took, in ms. */
function fill({ path, device, property, rows, from }: Filling): number {
  const begun = performance.now();
  const file = HistoryFile.open(path);
  for (let done = 0; done < rows; done += batch) {
    const sample = (index: number): PlainSample => {
      const number = done + index;
      return { device, property, at: from + number * 1000, number, json: null };
    };
    file.add(Array.from({ length: Math.min(batch, rows - done) }, (_, index) => sample(index)));
  }
  file.close();
  return performance.now() - begun;
}

const tasks = { fill };
export type HistoryFileTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
