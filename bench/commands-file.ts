/** The process that fills an index of commands, as the service's own thread does, before the service starts. */
import { OrderedIds } from '../src/ordered-ids.ts';
import { IndexFile } from '../src/store/index/index-file.ts';
import { commandLine } from '../src/store/log/line.ts';
import { serveTasks } from './tasks.ts';

export interface CommandFilling {
  readonly path: string;
  readonly rows: number;
  /** They are spread evenly over so many. */
  readonly devices: number;
  /** Ms since 1970 of the first; one follows each second. */
  readonly from: number;
}

const batch = 10_000;

/** Resolves with how long it took, in ms. */
function fill({ path, rows, devices, from }: CommandFilling): number {
  const begun = performance.now();
  const file = IndexFile.open(path);
  const ids = new OrderedIds();
  for (let done = 0; done < rows; done += batch) {
    const texts = Array.from({ length: Math.min(batch, rows - done) }, (_, index) => {
      const number = done + index;
      return textOf(ids.next(from + number * 1000), `out-${number % devices}`, from + number * 1000);
    });
    // Of a log that holds nothing any more: the service goes on with its own.
    file.apply({ texts, next: { segment: 1, offset: done + texts.length } });
  }
  file.close();
  return performance.now() - begun;
}

function textOf(id: string, device: string, at: number): string {
  return commandLine({
    id,
    device,
    command: 'set',
    params: { volts: 5 },
    by: 'anonymous',
    simulated: true,
    declared: 'acknowledged',
    submittedAt: at,
    state: 'ended',
    sentAt: at,
    outcome: 'succeeded',
    confirmation: 'acknowledged',
    result: { volts: 5 },
    endedAt: at,
  }).text;
}

const tasks = { fill };
export type CommandsFileTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
