import { access, constants, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { userInfo } from 'node:os';

/** Where the kernel shows itself, and who asks. Another place for tests. */
export interface PortRoots {
  readonly sys: string;
  readonly dev: string;
  readonly proc: string;
  readonly etc: string;
  /** This process, which is nobody else. */
  readonly pid: number;
  /** Whose rights count; for what a person has to type. */
  readonly user: string;
  /** Whether this process may read and write a file. */
  readonly mayOpen: (path: string) => Promise<boolean>;
}

/** This machine. */
export const machine: PortRoots = {
  sys: '/sys',
  dev: '/dev',
  proc: '/proc',
  etc: '/etc',
  pid: process.pid,
  user: userName(),
  mayOpen: (path) =>
    access(path, constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    ),
};

/** A user without a name, as in some containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '<user>';
  }
}

/** Longest text taken of one file; what a USB device says of itself is at most 126 characters. */
const longest = 64 * 1024;

/** What a file says, without the white space around it; undefined where there is none to read. */
export async function textOf(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, 'utf8')).slice(0, longest).trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Entries of a folder, sorted as people count; none where there is no such folder, or it may not be read. */
export async function entriesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

export function targetOf(link: string): Promise<string | undefined> {
  return readlink(link).catch(() => undefined);
}

export function realPathOf(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
