import type { Taker } from './taker.ts';

/** What is sent where. */
export interface Target {
  readonly device: string;
  /** As its record names it: `set-voltage`, `write:setpoint`. */
  readonly command: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: unknown;
  /** What takes it, for messages. */
  readonly taker: Taker;
}
