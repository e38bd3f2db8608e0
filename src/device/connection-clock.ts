import type { Clock, Timer } from '../clock.ts';
import type { Connection } from '../transport/connection.ts';

/** The clock of whoever waits for what comes on a connection: what was read, and waits to be told, is input that has come. */
class ConnectionClock implements Clock {
  readonly #clock: Clock;
  readonly #caughtUp: () => Promise<void>;

  constructor(clock: Clock, caughtUp: () => Promise<void>) {
    this.#clock = clock;
    this.#caughtUp = caughtUp;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  timer(ms: number, fire: () => void): Timer {
    return this.#clock.timer(ms, fire);
  }

  async ioTurn(): Promise<void> {
    await this.#clock.ioTurn();
    await this.#caughtUp();
  }
}

/** One for each connection, however many sessions are on it. */
const clocks = new WeakMap<Connection, Clock>();

/** `clock` itself where nothing has to wait. */
export function clockOn(connection: Connection | null, clock: Clock): Clock {
  if (connection?.shape !== 'messages' || connection.caughtUp === undefined) return clock;
  const known = clocks.get(connection);
  if (known !== undefined) return known;
  const made = new ConnectionClock(clock, () => connection.caughtUp?.() ?? Promise.resolve());
  clocks.set(connection, made);
  return made;
}
