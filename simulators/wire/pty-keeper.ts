import { closeSync, constants, openSync, readSync } from 'node:fs';

const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;

/** More than the kernel holds for either side of a PTY. */
const room = 64 * 1024;

/** Who has the near side of a PTY open beside us. `stuck`: nobody has, and nobody can open it any more. */
export type NearSide = 'somebody' | 'alone' | 'nobody' | 'stuck';

/**
 * Keeps the near side of a PTY open, so that its settings stay as the last program left them, as those of a UART do, and
 * its master does not fail when that program closes it. It sees who is there by letting go for a moment: reading the master
 * fails then (EIO) unless somebody else has the near side open.
 *
 * A program that took it for itself alone (TIOCEXCL) keeps us out as well, unless we are privileged: `alone`. If it ended
 * without giving that up, everyone is kept out for good: `stuck`. A UART forgets it with the last close, a PTY does not.
 */
export class PtyKeeper {
  readonly #pts: string;
  readonly #master: number;
  #near: number | undefined;

  constructor(pts: string, master: number) {
    this.#pts = pts;
    this.#master = master;
    this.#near = openSync(pts, O_RDWR | O_NOCTTY | O_NONBLOCK);
  }

  get fd(): number | undefined {
    return this.#near;
  }

  /** `hear` is given what the master had to be read of, to see who is there. */
  look(hear: (bytes: Uint8Array) => void): NearSide {
    const wasAlone = this.#near === undefined;
    this.close();
    const isThere = drained(this.#master, hear) !== 'EIO';
    if (isThere && wasAlone) return 'alone';
    this.#near = this.#reopened();
    // Whoever keeps us out may have come only now.
    if (this.#near === undefined) return drained(this.#master, hear) === 'EIO' ? 'stuck' : 'alone';
    if (isThere) return 'somebody';
    // What was said to whoever is gone now is not for whoever comes next.
    drained(this.#near, () => {});
    return 'nobody';
  }

  close(): void {
    if (this.#near !== undefined) closeSync(this.#near);
    this.#near = undefined;
  }

  #reopened(): number | undefined {
    try {
      return openSync(this.#pts, O_RDWR | O_NOCTTY | O_NONBLOCK);
    } catch (error) {
      if (codeOf(error) === 'EBUSY') return undefined;
      throw error;
    }
  }
}

/** Reads all that is there, and returns what it ended with. */
function drained(fd: number, hear: (bytes: Uint8Array) => void): string | undefined {
  const bytes = new Uint8Array(4096);
  try {
    for (let total = 0; total < room;) {
      const length = readSync(fd, bytes);
      if (length === 0) return undefined;
      hear(bytes.slice(0, length));
      total += length;
    }
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
