import type { Clock } from '../clock.ts';
import type { ByteWire, Call, Evidence, MessageWire, Wire } from '../driver/contract.ts';
import type { Confirmation } from '../driver/spec.ts';
import { BellcrankError, messageOf, printable } from '../errors.ts';
import { outsideCalls, withinCall } from './cause.ts';
import type { Cause, Connection, PublishOptions, PublishSettings } from '../transport/connection.ts';

/** What the pipeline wants to hear of a call. Reads and polls pass none of it. */
export interface CallHooks {
  /** Awaited before the first byte leaves: the `sent` record. */
  readonly sending?: () => Promise<void>;
  /** At most once, after the call ended. */
  readonly late?: (result: unknown) => void;
  readonly progress?: (progress: Evidence) => void;
  /** What to hand on with a message (W3C Trace Context), where it can carry that. */
  readonly traceparent?: () => string | undefined;
  /** Gives the lane back and takes it again: for `long` commands. */
  readonly yield?: (signal: AbortSignal) => Promise<void>;
}

/** What a dry run would have sent. */
export interface CapturedWrite {
  readonly bytes?: Uint8Array;
  readonly topic?: string;
  readonly payload?: string;
}

const ranks: Readonly<Record<Confirmation, number>> = { sent: 1, acknowledged: 2, confirmed: 3 };

/** Whether `reached` is at least `declared`. */
export function reaches(reached: Confirmation | undefined, declared: Confirmation): boolean {
  return reached !== undefined && ranks[reached] >= ranks[declared];
}

/** What a call is of. */
export interface CallSettings {
  readonly id: string;
  readonly clock: Clock;
  /** Asks an `abortable` command to end early. */
  readonly cancelled?: AbortSignal | undefined;
  /** An instant of `clock.monotonic()`. */
  readonly deadline: number;
  readonly dryRun?: boolean | undefined;
  readonly connection: Connection | null;
  /** Waits for silence on the line no longer than it must. */
  readonly isStop?: boolean | undefined;
  /** For the trace. */
  readonly cause?: Cause | undefined;
  readonly hooks?: CallHooks | undefined;
}

/** The timer of one call. */
export interface CallTimer {
  /** Moves the deadline of a `long` command. */
  extend(): void;
  /** Stops it until it is moved. */
  cancel(): void;
}

/** For what nobody can cancel. */
const never = new AbortController().signal;
const noHooks: CallHooks = {};

/** One call as the runtime keeps it: the driver sees `call`, the runtime reads what became of it. */
export class LiveCall {
  readonly call: Call;
  readonly captured: CapturedWrite[] = [];
  readonly #settings: CallSettings;
  readonly #hooks: CallHooks;
  readonly #timer: CallTimer;
  readonly #controller = new AbortController();
  /** What it takes before the first byte; rejects as soon as the call is aborted. */
  #cleared: PromiseWithResolvers<void> | undefined;
  /** Nothing has to be awaited before the next byte. */
  #isClear = false;
  #left = false;
  #ended = false;
  /** Its time is over, and what had been read by then is still being heard. */
  isLate = false;
  #resolvedLate = false;
  #level: Confirmation | undefined;
  #evidence: Evidence | undefined;

  constructor(settings: CallSettings, timer: CallTimer) {
    this.#settings = settings;
    this.#hooks = settings.hooks ?? noHooks;
    this.#timer = timer;
    this.call = {
      id: settings.id,
      signal: this.signal,
      cancelled: settings.cancelled ?? never,
      deadline: settings.deadline,
      dryRun: settings.dryRun ?? false,
      wire: this.#wire(),
      sending: () => this.#leave(),
      confirm: (level, evidence) => this.#confirm(level, evidence),
      progress: (progress) => this.#progress(progress),
      yield: () => this.#yield(),
      late: (result) => this.#late(result),
    };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    // What throws in a listener of the signal is uncaught: then it is known whose it was.
    const { cause = {} } = this.#settings;
    withinCall({ cause, call: this }, () => this.#controller.abort(reason));
    // A journal that hangs must not hold up a stop: whoever wrote is let go, and nothing leaves.
    this.#cleared?.reject(reason);
  }

  /** Whether a byte may have left. False is a proof. */
  get left(): boolean {
    return this.#left;
  }
  get level(): Confirmation | undefined {
    return this.#level;
  }
  get evidence(): Evidence | undefined {
    return this.#evidence;
  }

  /** The handler has settled, or is no longer waited for: nothing more may leave under this call. */
  end(): void {
    this.#ended = true;
  }

  /** What it has to tell it has told. */
  get isOver(): boolean {
    return this.#ended;
  }

  #wire(): Wire {
    const { connection, dryRun, isStop = false, cause } = this.#settings;
    const { signal } = this;
    if (connection === null) return null;
    if (connection.shape === 'bytes') {
      const wire: ByteWire = {
        write: (bytes, options) => {
          if (dryRun) return this.#capture({ bytes: Uint8Array.from(bytes) });
          const settings = { onBegin: options?.onBegin, isStop, cause };
          return this.#send(connection, () => connection.write(bytes, signal, settings));
        },
      };
      return wire;
    }
    const wire: MessageWire = {
      publish: (topic: string, payload: Uint8Array | string, options?: PublishOptions) => {
        if (options?.retain === true) return Promise.reject(mustBeForgotten());
        if (dryRun) return this.#capture({ topic, payload: Buffer.from(payload).toString('utf8') });
        return this.#send(connection, () => {
          const traced = connection.protocolVersion === 5 ? this.#traced(options) : options;
          return connection.publish(topic, payload, this.#expiring(traced), signal);
        });
      },
    };
    return wire;
  }

  /** A command is worth nothing after its deadline: a broker that still holds it then drops it (MQTT 5, 3.3.2.3.3). */
  #expiring(options: PublishOptions = {}): PublishSettings {
    const { clock, deadline, cause } = this.#settings;
    if (options.messageExpirySeconds !== undefined) return { ...options, cause };
    const seconds = Math.ceil((deadline - clock.monotonic()) / 1000);
    return { ...options, messageExpirySeconds: Math.max(1, seconds), cause };
  }

  /** MQTT 5 alone carries user properties (W3C Trace Context: MQTT, §5.1). */
  #traced(options: PublishOptions | undefined): PublishOptions | undefined {
    const traceparent = this.#hooks.traceparent?.();
    return traceparent === undefined
      ? options
      : { ...options, userProperties: { traceparent, ...options?.userProperties } };
  }

  #capture(write: CapturedWrite): Promise<void> {
    this.captured.push(write);
    return Promise.resolve();
  }

  async #send(connection: Connection, write: () => Promise<void>): Promise<void> {
    if (!this.#isClear) await this.#clear();
    this.#assertMayLeave();
    const leftBefore = this.#left;
    const { written } = connection;
    this.#left = true;
    try {
      await outsideCalls(write);
    } catch (error) {
      // A connection that was not open refuses before it takes a byte, and one that waits for silence has taken none.
      const refused = error instanceof BellcrankError && error.code === 'device-offline';
      if (refused || connection.written === written) this.#left = leftBefore;
      throw error;
    }
    this.#confirm('sent', undefined);
  }

  async #leave(): Promise<void> {
    if (!this.#isClear) await this.#clear();
    this.#assertMayLeave();
    this.#left = true;
    this.#confirm('sent', undefined);
  }

  #clear(): Promise<void> {
    this.#assertMayLeave();
    const { sending = resolved } = this.#hooks;
    if (this.#cleared === undefined) {
      this.#cleared = Promise.withResolvers();
      const { resolve, reject } = this.#cleared;
      const cleared = (): void => {
        this.#isClear = true;
        resolve();
      };
      sending().then(cleared, reject);
    }
    return this.#cleared.promise;
  }

  #assertMayLeave(): void {
    this.#assertLive();
    this.signal.throwIfAborted();
    if (this.isLate) throw new BellcrankError('device-timeout', 'the device did not answer in time');
    if (!this.#left) this.#settings.cancelled?.throwIfAborted();
  }

  #assertLive(): void {
    if (this.#ended) throw new BellcrankError('driver-fault', 'the driver wrote after its call had ended');
  }

  #confirm(level: Confirmation, evidence: Evidence | undefined): void {
    if (this.#ended) return;
    if (!Object.hasOwn(ranks, level)) throw noLevel(level);
    if (!reaches(this.#level, level)) this.#level = level;
    if (evidence !== undefined) this.#evidence = bounded({ ...this.#evidence, ...evidence });
  }

  #progress(progress: Evidence): void {
    if (this.#ended) return;
    this.#timer.extend();
    this.#hooks.progress?.(bounded(progress));
  }

  async #yield(): Promise<void> {
    const { signal } = this;
    if (this.#ended || this.#hooks.yield === undefined) return;
    signal.throwIfAborted();
    // Waiting for the line is not the device's time.
    this.#timer.cancel();
    try {
      await this.#hooks.yield(signal);
    } finally {
      this.#timer.extend();
    }
  }

  #late(result: unknown): void {
    if (!this.#ended || this.#resolvedLate) return;
    this.#resolvedLate = true;
    this.#hooks.late?.(result);
  }
}

const resolved = (): Promise<void> => Promise.resolve();

const maxEvidence = { keys: 20, characters: 500 } as const;

/** Evidence is told by devices, and kept. */
function bounded(evidence: Evidence): Evidence {
  const kept = Object.entries(evidence)
    .filter(([, told]) => told !== undefined)
    .slice(0, maxEvidence.keys);
  const { characters } = maxEvidence;
  return Object.fromEntries(
    kept.map(([key, told]) => {
      const value = scalar(told);
      const cut = typeof value === 'string' && value.length > characters ? `${value.slice(0, characters)}…` : value;
      return [printable(key.slice(0, 100)), typeof cut === 'string' ? printable(cut) : cut];
    }),
  );
}

/** What goes on record as it is; anything else, which only a driver without its types tells, as text. */
function scalar(value: unknown): Evidence[string] {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  try {
    return typeof value === 'object' ? JSON.stringify(value) : messageOf(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** A level that is none would be on record, and reach nothing. */
function noLevel(level: unknown): BellcrankError {
  const levels = Object.keys(ranks).join(', ');
  return new BellcrankError('driver-fault', `call.confirm takes one of ${levels}, not ${messageOf(level)}`);
}

/** A command that a broker kept would be obeyed again by every device that connects, at any time. */
function mustBeForgotten(): BellcrankError {
  return new BellcrankError('driver-fault', 'a command is never retained; a driver must not ask for it');
}
