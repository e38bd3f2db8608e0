import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../store/log/log-error.ts';
import type { BackupFile } from './manifest.ts';

const chunkBytes = 1024 * 1024;

/** What was copied. */
export interface Copied {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Copies a file as it is now, for its owner alone, and returns when it is on the disk. What is appended meanwhile is left
 * out. Rejects with ENOENT if there is no such file, and with EEXIST if there is one already where it is to go.
 */
export async function copyFile(from: string, to: string): Promise<Copied> {
  await using source = await open(from, 'r');
  const { size } = await source.stat();
  await using target = await open(to, 'wx', 0o600);
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let bytes = 0;
  while (bytes < size) {
    const { bytesRead } = await source.read(chunk, 0, Math.min(chunkBytes, size - bytes), bytes);
    // It was cut back meanwhile: a batch that failed is taken back, and was promised to nobody.
    if (bytesRead === 0) break;
    const part = chunk.subarray(0, bytesRead);
    hash.update(part);
    await target.writeFile(part);
    bytes += bytesRead;
  }
  await target.sync();
  return { bytes, sha256: hash.digest('hex') };
}

/** Copies a file to a path in the backup; none where there is none. */
export async function copyInto(part: string, from: string, path: string): Promise<BackupFile[]> {
  try {
    return [{ path, ...(await copyFile(from, join(part, path))) }];
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The length and digest of a file as it is now. */
export async function digestOf(path: string): Promise<Copied> {
  await using source = await open(path, 'r');
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of source.createReadStream({ autoClose: false })) {
    const part = chunk as Buffer; // a stream without an encoding yields Buffers
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
