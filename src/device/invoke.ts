import type { Clock } from '../clock.ts';
import { type Call, DryRunEnd, type Evidence } from '../driver/contract.ts';
import type { Confirmation } from '../driver/spec.ts';
import { BellcrankError } from '../errors.ts';
import type { Cause, Connection } from '../transport/connection.ts';
import { type CallHooks, type CapturedWrite, LiveCall } from './call.ts';
import { withinCall } from './cause.ts';
import type { Ending } from './ending.ts';
import { linkSignals } from './signals.ts';

export interface Invocation {
  readonly id: string;
  /** For the trace. */
  readonly cause?: Cause | undefined;
  readonly clock: Clock;
  readonly connection: Connection | null;
  /** An instant of `clock.monotonic()`. */
  readonly deadline: number;
  /** Whoever may end it early: the session, a stop, a cancel. */
  readonly signals: readonly (AbortSignal | Ending)[];
  readonly handler: (call: Call) => Promise<unknown>;
  /** Asks an `abortable` command to end early. */
  readonly cancelled?: AbortSignal;
  readonly hooks?: CallHooks;
  readonly dryRun?: boolean;
  /** Waits for silence on the line no longer than it must. */
  readonly isStop?: boolean;
  /** For `long` commands: how far `progress` moves the deadline. */
  readonly extendMs?: number;
  /** How long a handler may take to settle after its signal aborted. */
  readonly abortGraceMs: number;
}

/** What became of a handler, before anybody judges what it means for the command. */
export interface Invoked {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly returned: boolean;
  /** The handler did not settle within the grace: its session cannot be trusted any more. */
  readonly ignoredAbort: boolean;
  /** False proves that no byte left. */
  readonly left: boolean;
  readonly level: Confirmation | undefined;
  readonly evidence: Evidence | undefined;
  readonly dryRun?: { readonly writes: readonly CapturedWrite[]; readonly complete: boolean };
}

/**
 * Runs one handler to its end. At the deadline its signal aborts, after a reply that is already waiting has had its
 * turn; a handler that does not settle within the grace is left behind with a call that can write nothing more.
 */
export async function invoke(invocation: Invocation): Promise<Invoked> {
  const linked = linkSignals(...invocation.signals);
  const deadline = new Deadline(invocation, (reason) => linked.abort(reason));
  const live = new LiveCall({
    id: invocation.id,
    clock: invocation.clock,
    signal: linked.signal,
    cancelled: invocation.cancelled ?? never,
    deadline: invocation.deadline,
    dryRun: invocation.dryRun ?? false,
    connection: invocation.connection,
    isStop: invocation.isStop,
    cause: invocation.cause,
    hooks: invocation.hooks ?? {},
    extend: () => deadline.extend(),
    pause: () => deadline.cancel(),
  });
  try {
    const settled = await settleOrGiveUp(invocation, live, linked.signal);
    return { ...settled, left: live.left, level: live.level, evidence: live.evidence };
  } finally {
    live.end();
    deadline.cancel();
    linked.unlink();
  }
}

/** For what nobody can cancel. */
const never = new AbortController().signal;

type Settled = Pick<Invoked, 'value' | 'error' | 'returned' | 'ignoredAbort' | 'dryRun'>;

function settleOrGiveUp(invocation: Invocation, live: LiveCall, signal: AbortSignal): Promise<Settled> {
  const { promise, resolve } = Promise.withResolvers<Settled>();
  const giveUp = (): void => {
    const { abortGraceMs, clock } = invocation;
    const error = signal.reason as unknown;
    const timer = clock.timer(abortGraceMs, () => resolve({ error, returned: false, ignoredAbort: true }));
    void promise.then(() => timer.cancel());
  };
  if (signal.aborted) return Promise.resolve({ error: signal.reason, returned: false, ignoredAbort: false });
  signal.addEventListener('abort', giveUp, { once: true });
  void run(invocation, live).then((settled) => {
    signal.removeEventListener('abort', giveUp);
    resolve(settled);
  });
  return promise;
}

async function run(invocation: Invocation, live: LiveCall): Promise<Settled> {
  const captured = (complete: boolean): Pick<Settled, 'dryRun'> =>
    invocation.dryRun === true ? { dryRun: { writes: live.captured, complete } } : {};
  try {
    const { cause = {}, handler } = invocation;
    const value = await withinCall({ cause, call: live }, () => handler(live.call));
    return { value, returned: true, ignoredAbort: false, ...captured(true) };
  } catch (error) {
    if (error instanceof DryRunEnd) return { returned: true, ignoredAbort: false, ...captured(error.complete) };
    return { error, returned: false, ignoredAbort: false };
  }
}

/** The timer of one call. */
class Deadline {
  readonly #invocation: Invocation;
  readonly #abort: (reason: Error) => void;
  #timer;

  constructor(invocation: Invocation, abort: (reason: Error) => void) {
    this.#invocation = invocation;
    this.#abort = abort;
    this.#timer = this.#start(invocation.deadline - invocation.clock.monotonic());
  }

  extend(): void {
    const { extendMs } = this.#invocation;
    if (extendMs === undefined) return;
    this.#timer.cancel();
    this.#timer = this.#start(extendMs);
  }

  cancel(): void {
    this.#timer.cancel();
  }

  #start(ms: number): { cancel(): void } {
    let cancelled = false;
    const { clock } = this.#invocation;
    const timer = clock.timer(ms, () => {
      void clock.ioTurn().then(() => {
        if (!cancelled) this.#abort(new BellcrankError('device-timeout', 'the device did not answer in time'));
      });
    });
    return {
      cancel: () => {
        cancelled = true;
        timer.cancel();
      },
    };
  }
}
