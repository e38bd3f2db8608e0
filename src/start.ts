import { readFileSync } from 'node:fs';
import { runProcess } from './cli/process.ts';
import { systemClock } from './clock.ts';
import { packageFile } from './own-files.ts';

/** Runs the command line of a process with everything that comes with Bellcrank. */
export async function start(process: NodeJS.Process, settled: () => void): Promise<void> {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
    version: string;
  };
  const loadParts = async () => (await import('./cli/parts.ts')).parts;
  await runProcess(process, { loadParts, clock: systemClock, version, settled });
}
