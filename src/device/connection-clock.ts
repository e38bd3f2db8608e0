import type { Clock } from '../clock.ts';
import type { Connection } from '../transport/connection.ts';
import { ClockOver } from './clock-over.ts';

/** The clock of whoever waits for what comes on a connection: what was read, and waits to be told, is input that has come. */
class ConnectionClock extends ClockOver {
  readonly #caughtUp: () => Promise<void>;

  constructor(clock: Clock, caughtUp: () => Promise<void>) {
    super(clock);
    this.#caughtUp = caughtUp;
  }

  override async ioTurn(): Promise<void> {
    await super.ioTurn();
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
