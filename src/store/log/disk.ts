import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** The two calls in which a disk says that it is full or broken. */
export interface Disk {
  /** Writes as much as it can at the file's end and tells how much that was. */
  write(fd: number, bytes: Buffer, from: number): number;
  /** Returns once the file's data is on the disk. */
  sync(fd: number): void;
}

export const realDisk: Disk = {
  write: (fd, bytes, from) => writeSync(fd, bytes, from),
  sync: (fd) => fdatasyncSync(fd),
};

export function writeAll(disk: Disk, fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    const count = disk.write(fd, bytes, at);
    if (count === 0) throw new Error('the file takes no more bytes');
    at += count;
  }
}

/** Makes names in a directory durable. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
