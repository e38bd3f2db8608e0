/** What is wrong with the log. The message is a sentence for the person who has to act. */
export type LogFault =
  /** The operating system refused: a full disk, a read-only one, an I/O error. */
  | 'io'
  /** A file of it was removed or replaced while it was in use. */
  | 'gone'
  /** Another process, or another store in this one, has the directory. */
  | 'locked'
  /** Valid entries follow invalid bytes, so no crash explains them. */
  | 'corrupt'
  /** Written by a later version of the program. */
  | 'newer'
  /** The thread that writes it ended. */
  | 'died';

export class LogError extends Error {
  override readonly name = 'LogError';
  readonly fault: LogFault;

  constructor(fault: LogFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.fault = fault;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk; free some',
  EDQUOT: 'the disk quota is used up; free some space or raise it',
  EROFS: 'the file system is read-only; make it writable, or choose another directory',
  EACCES: 'this user may not write there; change the permissions, or choose another directory',
  EPERM: 'the operating system does not permit it; change the permissions, or choose another directory',
  ENOTDIR: 'a part of the path is a file; choose another directory',
  EEXIST: 'a file has this name; choose another directory',
  EIO: 'the disk reports an I/O error; look at the system’s log and check the disk',
  EMFILE: 'the process has too many files open; raise its limit',
  ENFILE: 'the system has too many files open',
  ENOENT: 'it is gone; the service makes it again if it can',
};

/** Says what could not be done and what to do about it; `what` names the file or directory. */
export function toLogError(what: string, error: unknown): LogError {
  if (error instanceof LogError) return error;
  const code = errorCode(error);
  const reason = (code === undefined ? undefined : reasons[code]) ?? String(error).slice(0, 300);
  return new LogError('io', `${what}: ${reason}${code === undefined ? '' : ` (${code})`}`, error);
}

export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
