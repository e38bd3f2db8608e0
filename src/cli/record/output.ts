import { type FileHandle, open } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import { RecordFailure } from './request.ts';

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
    throw new RecordFailure(problemWith(path, error));
  });
  return { write: (text) => append(file, path, text), close: () => file.close() };
}

async function append(file: FileHandle, path: string, text: string): Promise<void> {
  try {
    await file.writeFile(text);
  } catch (error) {
    throw new RecordFailure(`${path} cannot be written: ${messageOf(error)}; what was written so far is kept`);
  }
}

function problemWith(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST') return `${path} is there already; choose another file, or overwrite it with --force`;
  if (code === 'ENOENT') return `${path} cannot be written: its folder does not exist`;
  return `${path} cannot be written: ${messageOf(error)}`;
}
