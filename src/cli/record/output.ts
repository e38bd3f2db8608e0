import { type FileHandle, open } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import { notWritten } from '../new-file.ts';
import { exitCodes } from '../context.ts';
import { CliFailure } from '../remote/failure.ts';

/** Where a recording goes. */
export interface Output {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

export function toStandardOutput(out: (text: string) => void): Output {
  return {
    write: (text) => Promise.resolve(out(text)),
    close: () => Promise.resolve(),
  };
}

/** A file that there is not yet, unless its loss is asked for. */
export async function toFile(path: string, force: boolean): Promise<Output> {
  const file = await open(path, force ? 'w' : 'wx').catch((error: unknown) => {
    throw new CliFailure(exitCodes.problem, notWritten(path, error));
  });
  return { write: (text) => append(file, path, text), close: () => file.close() };
}

async function append(file: FileHandle, path: string, text: string): Promise<void> {
  try {
    await file.writeFile(text);
  } catch (error) {
    throw new CliFailure(
      exitCodes.problem,
      `${path} cannot be written: ${messageOf(error)}; what was written so far is kept`,
    );
  }
}
