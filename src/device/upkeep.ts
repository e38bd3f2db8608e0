import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Model } from '../driver/spec.ts';
import { idleLoop } from './idle.ts';
import type { Invoked } from './invoke.ts';
import type { Priority, Turn } from './lane.ts';
import { pollLoop, polledProperties } from './poller.ts';
import type { Reader } from './reader.ts';
import type { LiveSession } from './session.ts';
import type { Work } from './work.ts';

export interface UpkeepParts {
  readonly clock: Clock;
  readonly reader: Reader;
  /** Silence after which the device is asked whether it is there; never if absent. */
  readonly idleProbeMs: number | undefined;
  readonly probeTimeoutMs: number;
  readonly model: () => Model;
  /** An instant of the monotonic clock: when the device was last heard. */
  readonly heardAt: () => number;
  readonly acquire: (priority: Priority, signal: AbortSignal) => Promise<Turn>;
  readonly run: (work: Work) => Promise<Invoked>;
}

/** What goes on by itself while a session lives: polls, and a question now and then where nothing else is heard. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  #running: AbortController | undefined;
  #session: LiveSession | undefined;
  /** Of the session whose properties are polled. */
  #polling: AbortSignal | undefined;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  start(session: LiveSession): void {
    this.stop(new Error('a new session began'));
    if (session.signal.aborted) return;
    const running = new AbortController();
    this.#running = running;
    this.#session = session;
    this.#poll();
    const { signal } = running;
    const { clock, idleProbeMs, heardAt } = this.#parts;
    if (idleProbeMs === undefined) return;
    void idleLoop({ clock, idleMs: idleProbeMs, heardAt, probe: () => this.#probe(session, signal) }, signal);
  }

  /** The device has described itself anew: there may be something to poll now. */
  remodelled(): void {
    this.#poll();
  }

  #poll(): void {
    const { clock, reader, model } = this.#parts;
    const session = this.#session;
    const signal = this.#running?.signal;
    if (session === undefined || signal === undefined || signal.aborted || this.#polling === signal) return;
    if (polledProperties(model()).size === 0) return;
    this.#polling = signal;
    const target = {
      model,
      group: (names: readonly string[]) => session.group(names),
      poll: (names: readonly string[]) => reader.poll(names, signal),
    };
    void pollLoop(target, clock, signal).finally(() => {
      if (this.#polling === signal) this.#polling = undefined;
      this.#poll();
    });
  }

  stop(cause: Error): void {
    this.#running?.abort(cause);
  }

  /** A property that can be asked for, else what brings the device into step: both need an answer. */
  async #probe(session: LiveSession, signal: AbortSignal): Promise<void> {
    const { clock, model, reader, acquire, run, probeTimeoutMs } = this.#parts;
    const readable = Object.keys(model().properties).find((name) => session.read(name) !== undefined);
    if (readable !== undefined) return await reader.poll([readable], signal);
    if (session.resync === undefined) return;
    const turn = await acquire('poll', signal);
    try {
      const deadline = clock.monotonic() + probeTimeoutMs;
      await run({ id: randomUUID(), effect: 'read', handler: ({ resync }) => resync, deadline });
    } finally {
      turn.release();
    }
  }
}
