import { onTestFinished } from 'vitest';
import type { ProgramParts } from '../../src/cli/context.ts';
import { call } from './lab.ts';
import type { Ended } from './run.ts';

const loadEverything: ProgramParts['loadParts'] = async () => (await import('../../src/cli/parts.ts')).parts;

/**
 * A command line in this process, with everything that comes with Bellcrank unless other parts are given: what `run` tells, at a
 * twentieth of what a process costs. That the process does the same is tested with one of each command's.
 */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  loadParts: ProgramParts['loadParts'] = loadEverything,
): Promise<Ended> {
  const { code, said, interrupt } = call(args, { env, loadParts });
  // Whatever should have been refused, and runs.
  onTestFinished(interrupt);
  return { code: await code, ...said };
}
