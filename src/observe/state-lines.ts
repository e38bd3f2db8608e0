import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';

/** Changes of state that the devices of one connection may write in a second; the rest is counted. */
const perSecond = 50;
const windowMs = 1000;

export interface StateLine {
  readonly connection: string;
  readonly state: string;
  readonly simulated: boolean;
}

interface Window {
  readonly begun: number;
  written: number;
  /** By state: how many devices came to it without a line of their own. */
  readonly left: Map<string, number>;
}

/**
 * What the devices of a connection come to: a line each, as far as somebody can read them. Ten thousand that are lost and
 * come back with their connection are a line for each second.
 */
export class StateLines {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  write({ connection, state, simulated }: StateLine, fields: object): void {
    const window = this.#windowOf(connection);
    if (window.written < perSecond) {
      window.written++;
      return this.#log.info(fields, 'device state');
    }
    this.#log.debug(fields, 'device state');
    if (window.left.size === 0)
      this.#clock.timer(windowMs, () => this.#summarise({ connection, ...(simulated ? { simulated } : {}) }, window));
    window.left.set(state, (window.left.get(state) ?? 0) + 1);
  }

  #windowOf(connection: string): Window {
    const now = this.#clock.monotonic();
    const known = this.#windows.get(connection);
    // One that has something left to say goes on until it has said it.
    if (known !== undefined && (known.left.size > 0 || now - known.begun < windowMs)) return known;
    const window = { begun: now, written: 0, left: new Map<string, number>() };
    this.#windows.set(connection, window);
    return window;
  }

  #summarise(about: Partial<StateLine> & Pick<StateLine, 'connection'>, { left }: Window): void {
    this.#windows.delete(about.connection);
    this.#log.info({ ...about, ...Object.fromEntries(left) }, 'more devices changed their state');
  }
}
