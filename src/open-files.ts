import { readFileSync } from 'node:fs';

/** What threads, the store and the log have open, and whatever is opened for a moment. */
const own = 80;
/** Beyond the bound of connections, so that a stop comes through. */
const forStops = 64;
/** That many can ask, however many devices there are. */
const fewClients = 16;

/** How many files a process may have open (RLIMIT_NOFILE, getrlimit(2)); undefined where nobody tells: Linux alone does. */
export function mostOpenFiles(process: number | 'self' = 'self', proc = '/proc'): number | undefined {
  try {
    const [, most] = /^Max open files +(\d+)/m.exec(readFileSync(`${proc}/${process}/limits`, 'utf8')) ?? [];
    return most === undefined ? undefined : Number(most);
  } catch {
    return undefined;
  }
}

export interface Shares {
  /** What connections to devices have at most. */
  readonly devices: number;
  /** How many may ask over HTTP at once. */
  readonly clients: number;
}

/** Where files run out no request is heard, a stop neither: devices leave room for those who ask, and these for stops. */
export function sharesOf(most: number, wanted: number): Shares {
  const rest = Math.max(2 * fewClients, most - own - forStops);
  return { devices: rest - fewClients, clients: Math.max(fewClients, rest - wanted) };
}

/** What connections to devices have open. */
export class OpenFiles {
  readonly #most: number | undefined;
  #taken = 0;

  constructor(most: number | undefined) {
    this.#most = most;
  }

  /** Returns what gives them back; undefined where there are not as many left. */
  take(count: number): (() => void) | undefined {
    if (this.#most !== undefined && this.#taken + count > sharesOf(this.#most, 0).devices) return undefined;
    this.#taken += count;
    return () => void (this.#taken -= count);
  }
}

export const raiseIt = 'raise that: LimitNOFILE= in the unit of systemd, ulimit -n in a shell';

/** What is wrong, and what to do. */
export function tooFew(most: number): string {
  return `the process may have ${most} files open, which are too few for all devices; ${raiseIt}`;
}
