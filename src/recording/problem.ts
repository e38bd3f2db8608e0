import { BellcrankError } from '../errors.ts';

/** Both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a recording, and what to do. */
export function wrong({ line, column }: Place, what: string): BellcrankError {
  return new BellcrankError('invalid-request', `line ${line}, column ${column} of the recording: ${what}`);
}
