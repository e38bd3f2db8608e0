import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A file system of its own, small enough to be filled. */
export interface Tmpfs {
  readonly path: string;
  /** Leaves not a byte. */
  fill(): void;
  /** Undoes `fill`. */
  free(): void;
  remount(mode: 'ro' | 'rw'): void;
}

/** For `needs('tmpfs', …, { find: findTmpfs })`: mounts one to see whether that is possible here. */
export function findTmpfs(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'bellcrank-mount-'));
  try {
    mount(path, 4096);
    execFileSync('umount', [path], { stdio: 'ignore' });
    return path;
  } catch {
    return undefined;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Mounts a file system of so many bytes; it is gone after the test. */
export function mountTmpfs(bytes: number): Tmpfs {
  const path = mkdtempSync(join(tmpdir(), 'bellcrank-tmpfs-'));
  mount(path, bytes);
  onTestFinished(() => {
    execFileSync('umount', [path]);
    rmSync(path, { recursive: true });
  });
  const filler = join(path, 'filler');
  return {
    path,
    fill: () => fill(filler),
    free: () => rmSync(filler),
    remount: (mode) => void execFileSync('mount', ['-o', `remount,${mode}`, path]),
  };
}

function mount(path: string, bytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path], { stdio: 'ignore' });
}

function fill(path: string): void {
  const fd = openSync(path, 'a');
  try {
    for (;;) writeSync(fd, Buffer.alloc(4096));
  } catch {
    // Full, as wished.
  } finally {
    closeSync(fd);
  }
}
