/** The process of the serial lines' far ends: kernel PTYs, each answering as the bench device does, at once. */
import { writeSync } from 'node:fs';
import { openKernel } from '../simulators/wire/pty-kernel.ts';
import { quantile } from './statistics.ts';
import { serveTasks } from './tasks.ts';

/** From the last byte of an answer to the first byte of the next request, in ms. */
export interface Idle {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

const idles = new Map<string, number[]>();

/** Resolves with their paths. */
async function open({ count }: { readonly count: number }): Promise<string[]> {
  const paths: string[] = [];
  for (let index = 0; index < count; index++) paths.push(await openOne());
  return paths;
}

async function openOne(): Promise<string> {
  const { pts, stream, fd } = await openKernel();
  const mine: number[] = [];
  idles.set(pts, mine);
  let input = '';
  let answeredAt: number | undefined;
  stream.on('data', (chunk: Buffer) => {
    if (answeredAt !== undefined && input === '') mine.push(performance.now() - answeredAt);
    input += chunk.toString('latin1');
    for (let end = input.indexOf('\n'); end >= 0; end = input.indexOf('\n')) {
      const line = input.slice(0, end);
      input = input.slice(end + 1);
      writeSync(fd, `${line === 'ID?' ? 'BENCH' : `OK ${line.slice(4)}`}\n`);
      answeredAt = performance.now();
    }
  });
  return pts;
}

/** Since the last time that it was asked. */
function idle({ path }: { readonly path: string }): Idle {
  const mine = idles.get(path)?.splice(0) ?? [];
  return { count: mine.length, p50: quantile(mine, 0.5), p99: quantile(mine, 0.99) };
}

const tasks = { open, idle };
export type SerialFarEndTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
