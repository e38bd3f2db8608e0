import { stat } from 'node:fs/promises';
import { readFailure } from '../../config/index.ts';
import type { Finding } from './finding.ts';
import { secretFinding } from './owned.ts';

/** Whether only those may read a secret's file who should. */
export async function checkSecret(path: string): Promise<Finding> {
  try {
    return secretFinding(path, await stat(path));
  } catch (error) {
    const about = { check: 'secret', of: path, status: 'fail', detail: readFailure(error) } as const;
    return { ...about, advice: 'put it there, or have the configuration name another one' };
  }
}
