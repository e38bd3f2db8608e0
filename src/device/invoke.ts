import type { Timer } from '../clock.ts';
import { type Call, DryRunEnd, type Evidence } from '../driver/contract.ts';
import type { Confirmation } from '../driver/spec.ts';
import { asError, BellcrankError, thrown } from '../errors.ts';
import type { Abortable, CallGroup } from './call-group.ts';
import { type CallSettings, type CallTimer, type CapturedWrite, LiveCall } from './call.ts';
import { type Running, withinCall } from './cause.ts';
import { clockOn } from './connection-clock.ts';
import { followAll } from './signals.ts';

export interface Invocation extends CallSettings {
  /** Whoever may end it early: the session, a stop … */
  readonly groups?: readonly CallGroup[];
  /** … and whoever else has asked for it. */
  readonly signals?: readonly AbortSignal[] | undefined;
  readonly handler: (call: Call) => Promise<unknown>;
  /** Told before whoever waits. */
  readonly ended?: (invoked: Invoked) => void;
  /** For `long` commands: how far `progress` moves the deadline. */
  readonly extendMs?: number | undefined;
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
export function invoke(invocation: Invocation): Promise<Invoked> {
  return new Promise((resolve) => new Run(invocation, resolve).begin());
}

type Settled = Pick<Invoked, 'value' | 'error' | 'returned' | 'ignoredAbort' | 'dryRun'>;

/** One handler on its way. */
class Run implements Abortable, CallTimer {
  readonly #invocation: Invocation;
  readonly #resolve: (invoked: Invoked) => void;
  readonly #live: LiveCall;
  /** Ends a call that takes too long. */
  #timer: Timer | undefined;
  /** How often it was set or cancelled: one that has fired waits for what had arrived, and may be too late itself. */
  #changes = 0;
  /** Lets go of the signals that it follows. */
  #unlink: (() => void) | undefined;
  /** How long an aborted handler is still waited for. */
  #grace: Timer | undefined;
  #isSettled = false;

  constructor(invocation: Invocation, resolve: (invoked: Invoked) => void) {
    this.#invocation = invocation;
    this.#resolve = resolve;
    this.#live = new LiveCall(invocation, this);
  }

  begin(): void {
    const { deadline, clock } = this.#invocation;
    this.#start(deadline - clock.monotonic());
    this.#join();
    const { signal, call } = this.#live;
    if (signal.aborted) return this.#end({ error: signal.reason, returned: false, ignoredAbort: false });
    const { handler } = this.#invocation;
    const returned = (value: unknown): void => this.#end({ value, returned: true, ignoredAbort: false }, true);
    started(this.#running, () => handler(call)).then(returned, (error: unknown) => this.#failed(error));
  }

  abort(reason: Error): void {
    const { signal } = this.#live;
    if (this.#isSettled || signal.aborted) return;
    this.#live.abort(reason);
    const { abortGraceMs, clock } = this.#invocation;
    const ignored: Settled = { error: reason, returned: false, ignoredAbort: true };
    this.#grace = clock.timer(abortGraceMs, () => this.#end(ignored));
  }

  get #running(): Running {
    return { cause: this.#invocation.cause ?? {}, call: this.#live };
  }

  extend(): void {
    const { extendMs } = this.#invocation;
    if (extendMs !== undefined) this.#start(extendMs);
  }

  cancel(): void {
    this.#changes++;
    this.#live.isLate = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #start(ms: number): void {
    this.cancel();
    this.#timer = this.#invocation.clock.timer(ms, () => void this.#fired(this.#changes));
  }

  async #fired(changes: number): Promise<void> {
    const { clock, connection } = this.#invocation;
    // What was read by now is heard; nothing more is sent.
    this.#live.isLate = true;
    await clockOn(connection, clock).ioTurn();
    if (changes !== this.#changes) return;
    this.abort(new BellcrankError('device-timeout', 'the device did not answer in time'));
  }

  #join(): void {
    const { groups = [], signals } = this.#invocation;
    for (const group of groups) group.add(this);
    if (signals !== undefined) this.#unlink = followAll(signals, (reason) => this.abort(reason));
  }

  #failed(told: unknown): void {
    const error = thrown(told);
    if (error instanceof DryRunEnd) this.#end({ returned: true, ignoredAbort: false }, error.complete);
    else this.#end({ error, returned: false, ignoredAbort: false });
  }

  /** `complete`: of a dry run, whether everything that would leave is known. */
  #end(settled: Settled, complete?: boolean): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const live = this.#live;
    live.end();
    this.cancel();
    this.#grace?.cancel();
    this.#unlink?.();
    for (const group of this.#invocation.groups ?? []) group.delete(this);
    const { left, level, evidence } = live;
    const { value, error, returned, ignoredAbort } = settled;
    const isDry = this.#invocation.dryRun === true && complete !== undefined;
    const dryRun = isDry ? { dryRun: { writes: live.captured, complete } } : undefined;
    const invoked: Invoked = { value, error, returned, ignoredAbort, left, level, evidence, ...dryRun };
    try {
      this.#invocation.ended?.(invoked);
      this.#resolve(invoked);
    } catch (failure) {
      // Whatever went wrong with it, that it left stays known.
      this.#resolve({ ...invoked, value: undefined, returned: false, error: failure });
    }
  }
}

/** A handler that throws at once has failed like any other. */
function started(running: Running, handler: () => Promise<unknown>): Promise<unknown> {
  try {
    return Promise.resolve(withinCall(running, handler));
  } catch (error) {
    return Promise.reject(asError(error));
  }
}
