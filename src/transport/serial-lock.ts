import { readFile, stat } from 'node:fs/promises';

/**
 * The process that holds the advisory lock on a port, from Linux's `/proc/locks`; undefined when none is listed. Asked
 * before opening, because the binding sets parity, data and stop bits before it tries the lock, and so would spoil a
 * port that is in use.
 */
export async function lockHolder(path: string): Promise<number | undefined> {
  try {
    const [locks, file] = await Promise.all([readFile('/proc/locks', 'utf8'), stat(path)]);
    return holderIn(locks, file.dev, file.ino);
  } catch {
    return undefined;
  }
}

/** proc(5): `1: FLOCK  ADVISORY  WRITE 4711 00:1a:3 0 EOF`, device numbers in hexadecimal, the inode in decimal. */
export function holderIn(locks: string, device: number, inode: number): number | undefined {
  for (const line of locks.split('\n')) {
    const match = /FLOCK\s+ADVISORY\s+WRITE\s+(-?\d+)\s+([\da-f]+):([\da-f]+):(\d+)/.exec(line);
    if (match === null) continue;
    const [, pid, major = '', minor = '', number] = match;
    const sameDevice = parseInt(major, 16) === majorOf(device) && parseInt(minor, 16) === minorOf(device);
    if (sameDevice && Number(number) === inode) return Number(pid);
  }
  return undefined;
}

/** Linux's makedev(3): the minor number is bits 0-7 and 20-31, the major bits 8-19. */
function majorOf(device: number): number {
  return (device >>> 8) & 0xfff;
}

function minorOf(device: number): number {
  return (device & 0xff) | ((device >>> 12) & 0xfff00);
}
