import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import type { PropertySpec } from '../driver/spec.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import { polled } from './cause.ts';
import type { Invoked } from './invoke.ts';
import type { Priority, Turn } from './lane.ts';
import type { Readings } from './readings.ts';
import { linkSignals } from './signals.ts';
import type { Tally } from './tallies.ts';
import type { Work } from './work.ts';

export interface ReaderParts {
  readonly clock: Clock;
  readonly readings: Readings;
  readonly tally: Tally;
  readonly log: Pick<Log, 'error'>;
  /** Longest that a read waits for the line. */
  readonly readTimeoutMs: number;
  /** Longest that a read or a poll of these then takes. */
  readWithinMs(names: readonly string[]): number;
  spec(name: string): PropertySpec | undefined;
  acquire(priority: Priority, signal: AbortSignal): Promise<Turn>;
  run(work: Work): Promise<Invoked>;
}

/** A timer of Node holds no more than 24 days. */
const longestMs = 86_400_000;

/** Asks the device for properties, for clients and for polls, and keeps what it told or what went wrong. */
export class Reader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** Rejects with what kept the value from being read; `device-protocol` when it is not what the property may be. */
  async read(name: string, signal: AbortSignal): Promise<void> {
    const invoked = await this.#ask([name], 'read', signal, (session) => session.read(name));
    this.#keep([name], invoked, { [name]: invoked.value }, true);
    const { readings } = this.#parts;
    const { quality, error } = readings.get(name, this.#parts.spec(name), true);
    if (quality === 'bad') throw new BellcrankError('device-protocol', `${name}: ${error ?? 'not a valid value'}`);
  }

  /**
   * Never rejects: what goes wrong with a reading is kept with it. A device that is away is not asked; one that is about
   * to be ready waits for its turn.
   */
  async poll(names: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#poll(names, signal, (session) => session.readGroup(names));
  }

  /** The same of a device of which only is to be known whether it answers. */
  async probe(name: string, signal: AbortSignal): Promise<void> {
    await this.#poll([name], signal, (session) => session.readAlone(name));
  }

  async #poll(names: readonly string[], signal: AbortSignal, handler: Work['handler']): Promise<void> {
    const { tally } = this.#parts;
    tally.polls++;
    try {
      const invoked = await this.#ask(names, 'poll', signal, handler);
      if (invoked.returned && !isTable(invoked.value))
        throw this.#failed(names, new TypeError('readMany returned no table of values'));
      this.#keep(names, invoked, Object(invoked.value), false);
    } catch {
      if (!signal.aborted) tally.failedPolls++;
      // Either kept already, or the device could not be asked at all, which its state tells.
    }
  }

  async #ask(
    names: readonly string[],
    priority: Priority,
    signal: AbortSignal,
    handler: Work['handler'],
  ): Promise<Invoked> {
    const { clock } = this.#parts;
    const turn = await this.#turn(priority, signal);
    const [only, ...more] = names;
    try {
      // Whoever asked may leave; what has begun runs to its end, for the value is everybody's.
      return await this.#parts.run({
        id: randomUUID(),
        purpose: { kind: priority, ...(only !== undefined && more.length === 0 && { name: only }) },
        effect: 'read',
        handler,
        deadline: clock.monotonic() + this.#withinMs(names),
      });
    } finally {
      turn.release();
    }
  }

  #withinMs(names: readonly string[]): number {
    try {
      const ms = this.#parts.readWithinMs(names);
      if (Number.isFinite(ms)) return Math.min(ms, longestMs);
      throw new TypeError(`readWithinMs returned ${ms}`);
    } catch (error) {
      throw this.#failed(names, error);
    }
  }

  /** A poll waits as long as it takes, so that it ages and gets its turn; there is one at a time. */
  async #turn(priority: Priority, signal: AbortSignal): Promise<Turn> {
    const { clock, readTimeoutMs } = this.#parts;
    if (priority === 'poll') return await this.#parts.acquire(priority, signal);
    const linked = linkSignals(signal);
    const timer = clock.timer(readTimeoutMs, () =>
      linked.abort(new BellcrankError('expired', `the line was not free within ${readTimeoutMs} ms`)),
    );
    try {
      return await this.#parts.acquire(priority, linked.signal);
    } finally {
      timer.cancel();
      linked.unlink();
    }
  }

  /** Of several values read together, one may be missing: the driver gives the reason in its place. */
  #keepOne(name: string, value: unknown, asked: boolean): void {
    const { readings } = this.#parts;
    if (value instanceof BellcrankError) readings.fail(name, value.message, polled);
    else readings.put(name, this.#parts.spec(name), value, polled, asked);
  }

  /** The mistake in the driver, once and not at each poll. */
  #blame(names: readonly string[], thrown: unknown, error: string): void {
    const { log, readings } = this.#parts;
    const isKnown = thrown instanceof BellcrankError;
    const fault = !isKnown ? thrown : thrown.code === 'driver-fault' ? thrown.cause : undefined;
    if (fault === undefined || names.every((name) => readings.get(name, this.#parts.spec(name), true).error === error))
      return;
    log.error({ properties: names, err: fault }, 'the driver is at fault');
  }

  /** Keeps why they were not read, which is what to throw. */
  #failed(names: readonly string[], thrown: unknown): BellcrankError {
    const known = thrown instanceof BellcrankError ? thrown : undefined;
    const error = messageOf(thrown);
    this.#blame(names, thrown, error);
    // Broken off on our side, or never asked: that says nothing of the value.
    if (known?.code !== 'stopped' && known?.code !== 'no-value')
      for (const name of names) this.#parts.readings.fail(name, error, polled);
    return known ?? new BellcrankError('driver-fault', error);
  }

  #keep(names: readonly string[], invoked: Invoked, values: Readonly<Record<string, unknown>>, asked: boolean): void {
    if (!invoked.returned) throw this.#failed(names, invoked.error);
    for (const name of names) if (Object.hasOwn(values, name)) this.#keepOne(name, values[name], asked);
  }
}

function isTable(values: unknown): boolean {
  return typeof values === 'object' && values !== null;
}
