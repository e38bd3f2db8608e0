import { readdirSync, readFileSync } from 'node:fs';
import { now, type Span } from './standstills.ts';

/** The kernel's threads that carry what is written on one side of a PTY to its other side. */
const carrier = /^kworker\/u/;

/**
 * How long threads without which no reply comes were ready to run and had no processor, as the kernel counts it
 * (proc(5), schedstat): those of a process, and the kernel's own. Where others have their `nice` below 0, that is hundreds of ms.
 */
export class Waits {
  readonly #process: string;
  readonly #isCarrier = new Map<string, boolean>();
  #before = new Map<string, number>();
  #sampledAt = now();

  constructor(pid: number | undefined) {
    this.#process = `/proc/${pid}/task`;
    this.sample(0);
  }

  /** When a thread may have waited for so long without end, since this was called last. The kernel counts it once it is over. */
  sample(leastMs: number): Span[] {
    const to = now();
    const [before, since] = [this.#before, this.#sampledAt];
    this.#before = new Map(this.#threads().map((thread) => [thread, waitedMs(thread)]));
    this.#sampledAt = to;
    const waits = [...this.#before].map(([thread, ms]) => ms - (before.get(thread) ?? ms));
    return waits.filter((ms) => ms > leastMs).map((ms) => ({ from: since - ms, to }));
  }

  #threads(): string[] {
    const own = readdirSync(this.#process).map((thread) => `${this.#process}/${thread}`);
    const all = readdirSync('/proc').filter((name) => /^\d/.test(name) && this.#carries(name));
    return [...own, ...all.map((thread) => `/proc/${thread}`)];
  }

  #carries(thread: string): boolean {
    const known = this.#isCarrier.get(thread) ?? carrier.test(textOf(`/proc/${thread}/comm`));
    this.#isCarrier.set(thread, known);
    return known;
  }
}

function waitedMs(thread: string): number {
  const [, waited = '0'] = textOf(`${thread}/schedstat`).split(' ');
  return Number(waited) / 1e6;
}

/** Nothing of a thread that has ended meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
