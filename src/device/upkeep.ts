import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import type { Model } from '../driver/spec.ts';
import { idleLoop } from './idle.ts';
import type { Invoked } from './invoke.ts';
import type { Priority, Turn } from './lane.ts';
import { polledProperties, Poller } from './poller.ts';
import type { Reader } from './reader.ts';
import type { LiveSession } from './session.ts';
import type { Work } from './work.ts';

export interface UpkeepParts {
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
  readonly reader: Reader;
  /** Silence after which the device is asked whether it is there; never if absent. */
  readonly idleProbeMs: number | undefined;
  readonly probeTimeoutMs: number;
  model(): Model;
  /** An instant of the monotonic clock: when the device was last heard. */
  heardAt(): number;
  acquire(priority: Priority, signal: AbortSignal): Promise<Turn>;
  run(work: Work): Promise<Invoked>;
}

/** Whether anything of a model is asked by itself: most devices of thousands only tell. */
export function isAsked(model: Model, idleProbeMs: number | undefined): boolean {
  return idleProbeMs !== undefined || polledProperties(model).size > 0;
}

/** What goes on by itself while a session lives: polls, and a question now and then where nothing else is heard. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  #running: AbortController | undefined;
  #session: LiveSession | undefined;
  /** Of the session whose properties are polled. */
  #poller: Poller | undefined;
  #blamed: LiveSession | undefined;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  start(session: LiveSession): void {
    this.stop(new Error('a new session began'));
    if (session.isOver) return;
    this.#session = session;
    this.#poll();
    const { clock, idleProbeMs } = this.#parts;
    if (idleProbeMs === undefined) return;
    const signal = this.#signal();
    const heardAt = (): number => this.#parts.heardAt();
    void idleLoop({ clock, idleMs: idleProbeMs, heardAt, probe: () => this.#probe(session, signal) }, signal);
  }

  /** The device has described itself anew: there may be something to poll now. */
  remodelled(): void {
    if (this.#poller === undefined) this.#poll();
    else this.#poller.remodelled();
  }

  #poll(): void {
    const session = this.#session;
    if (session === undefined) return;
    if (polledProperties(this.#parts.model()).size === 0) return;
    const { clock, reader } = this.#parts;
    const signal = this.#signal();
    const target = {
      model: () => this.#parts.model(),
      group: (names: readonly string[]) => this.#group(session, names),
      poll: (names: readonly string[]) => reader.poll(names, signal),
    };
    const poller = new Poller(target, clock, signal);
    this.#poller = poller;
    void poller.run().finally(() => {
      if (this.#poller !== poller) return;
      this.#poller = undefined;
      this.#poll();
    });
  }

  /** A driver that fails at that is asked for all of them together; once is often enough to be told so. */
  #group(session: LiveSession, names: readonly string[]): readonly (readonly string[])[] {
    try {
      const groups = session.group(names);
      if (groups.every((group) => Array.isArray(group))) return groups;
      throw new TypeError('readTogether returns lists of names');
    } catch (error) {
      if (this.#blamed !== session) this.#parts.log.error({ err: error }, 'the driver is at fault');
      this.#blamed = session;
      return [names];
    }
  }

  stop(cause: Error): void {
    this.#session = undefined;
    this.#poller = undefined;
    this.#running?.abort(cause);
    this.#running = undefined;
  }

  /** Aborts when what goes on now is to end. Most devices only tell, and need none. */
  #signal(): AbortSignal {
    this.#running ??= new AbortController();
    return this.#running.signal;
  }

  /** A property that can be asked for, else what brings the device into step: both need an answer. */
  async #probe(session: LiveSession, signal: AbortSignal): Promise<void> {
    const { clock, reader, probeTimeoutMs } = this.#parts;
    const readable = Object.keys(this.#parts.model().properties).find((name) => session.read(name) !== undefined);
    if (readable !== undefined) return await reader.probe(readable, signal);
    if (session.resync === undefined) return;
    const turn = await this.#parts.acquire('poll', signal);
    try {
      const deadline = clock.monotonic() + probeTimeoutMs;
      const purpose = { kind: 'probe' };
      await this.#parts.run({ id: randomUUID(), purpose, effect: 'read', handler: ({ resync }) => resync, deadline });
    } finally {
      turn.release();
    }
  }
}
