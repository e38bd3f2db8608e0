import type { Clock } from '../clock.ts';
import type { AnyDriver, Log } from '../driver/contract.ts';
import type { Effect } from '../driver/spec.ts';
import { BellcrankError, type ErrorCode, isBusy, messageOf } from '../errors.ts';
import type { Connection } from '../transport/connection.ts';
import { drainUntilQuiet } from './drain.ts';
import { type Invoked, invoke } from './invoke.ts';
import type { Lane } from './lane.ts';
import type { Life } from './life.ts';
import type { DeviceLimits } from './limits.ts';
import type { Handler, LiveSession } from './session.ts';
import { linkSignals } from './signals.ts';
import { UnderWay } from './under-way.ts';

export interface RecoveryParts {
  /** Of the device. */
  readonly id: string;
  readonly driver: AnyDriver;
  readonly lane: Lane;
  readonly life: Life;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: DeviceLimits;
}

/** Whose session it is. */
export interface SessionHolder {
  /** The one that is live now. */
  readonly session: LiveSession | undefined;
  /** Ends the session, so that the device is attached anew. */
  end(cause: Error): void;
  /**
   * It is in step again. `lost` if what a device that has come back is told first may not have reached it; `again` if one that
   * has been there all the time did not answer that either.
   */
  inStep(session: LiveSession): Promise<'in step' | 'again' | 'lost'>;
}

/** What is known of an invocation that ended. */
export interface Aftermath {
  readonly effect: Effect;
  /** What the handler returned is worth something; true if absent. */
  readonly isKnown?: boolean | undefined;
  /** It may have left the line out of step even so. */
  readonly resync?: boolean | undefined;
}

/** Errors after which the exchange is known to be over: the device answered, and in step. */
const cleanErrors: readonly ErrorCode[] = [
  'device-refused',
  'device-failed',
  'verify-mismatch',
  'identity-mismatch',
  'cancelled',
];

/** Brings one device's line back into step after an exchange that did not end cleanly. */
export class Recovery {
  readonly #parts: RecoveryParts;
  readonly #holder: SessionHolder;
  readonly #resyncing: UnderWay;
  /** Where output that an unknown actuate may have left behind is to be discarded. */
  #discardOn: Connection | null = null;

  constructor(parts: RecoveryParts, holder: SessionHolder) {
    this.#parts = parts;
    this.#holder = holder;
    this.#resyncing = new UnderWay(parts.clock);
  }

  get underWay(): boolean {
    return this.#resyncing.count > 0;
  }

  /** Resolves when the line is in step, or is not going to be; at the latest after the time that this may take. */
  async over(): Promise<void> {
    const { resyncTimeoutMs, drainMaxMs } = this.#parts.limits;
    await this.#resyncing.within(resyncTimeoutMs + drainMaxMs);
  }

  /**
   * What an invocation leaves behind. Called before its turn is released: a line that may be out of step is held here,
   * so that nobody takes a late reply for his own. True if nobody knows whether the device heard it, and its session goes on.
   */
  aftermath(session: LiveSession, invoked: Invoked, { effect, isKnown = true, resync = false }: Aftermath): boolean {
    if (session !== this.#holder.session || session.connection?.isOpen === false) return false;
    if (isKnown && endedCleanly(invoked) && !invoked.ignoredAbort) {
      if (resync && invoked.left) this.quarantine(session);
      return false;
    }
    if (invoked.left && effect === 'actuate') this.#discardOn = session.connection;
    if (invoked.ignoredAbort) this.#tearDown(session, 'the driver ignored its deadline');
    else if (invoked.left) this.quarantine(session);
    return invoked.left && !invoked.ignoredAbort;
  }

  /** Keeps everybody off the line until it is in step again. */
  quarantine(session: LiveSession): void {
    if (this.underWay) return;
    this.#resyncing.begin();
    this.#parts.life.apply('lost-step');
    const recovered = this.#parts.lane.exclusive.run((signal) => this.#recoverStep(session, signal), 'recovery');
    const failed = (error: unknown): boolean => {
      this.attachAnew(session, `recovery failed: ${messageOf(error)}`);
      return true;
    };
    void recovered.catch(failed).then((done) => {
      this.#resyncing.end();
      if (!done && session === this.#holder.session) this.quarantine(session);
    });
  }

  /** False if it is to be done again: a stop took the line meanwhile, or was told and not answered. */
  async #recoverStep(session: LiveSession, preempted: AbortSignal): Promise<boolean> {
    const { lane, life, limits, log } = this.#parts;
    const { connection, resync } = session;
    await lane.idle(preempted);
    if (preempted.aborted) return false;
    await this.#discardOutput(connection, preempted);
    if (session.isOver) return true;
    if (preempted.aborted) return false;
    if (resync !== undefined) {
      const result = await this.invoke(session, resync, limits.resyncTimeoutMs, preempted, 'resync');
      if (preempted.aborted) return session.isOver;
      if (session.isOver) return true;
      const found = result.returned ? await this.#holder.inStep(session) : 'lost';
      if (preempted.aborted || found === 'again') return session.isOver;
      if (found === 'in step') {
        life.apply('resynced');
        return true;
      }
      log.warn({ error: messageOf(result.error) }, 'device did not come back into step; attaching anew');
    }
    const linked = linkSignals(session.ending, preempted);
    if (connection?.shape === 'bytes') await this.drain(connection, linked.signal);
    linked.unlink();
    if (preempted.aborted) return session.isOver;
    if (!session.isOver) this.attachAnew(session, 'the device is out of step');
    return true;
  }

  /** A stop does not wait for it: then it is done once more by whoever recovers the line afterwards. */
  async #discardOutput(connection: Connection | null, preempted: AbortSignal): Promise<void> {
    if (connection?.shape !== 'bytes' || connection !== this.#discardOn || preempted.aborted) return;
    await settledOrAborted(connection.discardOutput(), preempted);
    if (!preempted.aborted) this.#discardOn = null;
  }

  /** For a session that cannot be trusted: its handle goes at once, and nobody uses the line until it is quiet. */
  #tearDown(session: LiveSession, detail: string): void {
    const { connection } = session;
    this.#parts.life.apply('lost-step');
    this.#parts.log.error({}, `${detail}; its session is torn down`);
    void this.#parts.lane.exclusive.run(async (preempted) => {
      await this.#discardOutput(connection, preempted);
      // Also where the device is detached meanwhile: others may have the line after it.
      if (connection?.isOpen === true) await this.drain(connection, preempted);
    }, 'recovery');
    this.attachAnew(session, detail);
  }

  /** Ends a session while its connection stays: the device is attached anew, and what is queued waits for it. */
  attachAnew(session: LiveSession, detail: string): void {
    if (session !== this.#holder.session) return;
    this.#parts.life.apply('resync-failed', { code: 'device-offline', detail });
    this.#holder.end(new BellcrankError('driver-fault', detail));
  }

  /** Runs what the runtime itself asks of a driver. */
  invoke(
    session: LiveSession,
    handler: Handler,
    timeoutMs: number,
    preempted: AbortSignal,
    kind: 'init' | 'resync' | 'ask' | 'detach',
  ): Promise<Invoked> {
    const { id: device, clock, limits } = this.#parts;
    return invoke({
      id: 'runtime',
      cause: { device, call: { kind } },
      clock,
      connection: session.connection,
      deadline: clock.monotonic() + timeoutMs,
      groups: [session.calls],
      signals: [preempted],
      handler,
      abortGraceMs: limits.abortGraceMs,
    });
  }

  /** Waits until a byte stream has fallen silent, for `leastMs` at least, within reason. */
  async drain(connection: Connection, signal: AbortSignal, leastMs = 0): Promise<void> {
    if (connection.shape !== 'bytes') return;
    const { clock, driver, limits } = this.#parts;
    const quietMs = Math.max(leastMs, driver.timing?.quietMs ?? limits.quietMs);
    await drainUntilQuiet(connection, clock, { quietMs, maxMs: limits.drainMaxMs }, signal).catch(() => {});
  }
}

function endedCleanly(invoked: Invoked): boolean {
  if (invoked.returned) return true;
  const { error } = invoked;
  return isBusy(error) || (error instanceof BellcrankError && cleanErrors.includes(error.code));
}

/** Waits for what goes on by itself, however it ends, but no longer than the signal allows. */
function settledOrAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const done = (): void => resolve();
  void promise.catch(() => {}).finally(done);
  signal.addEventListener('abort', done, { once: true });
  return over.finally(() => signal.removeEventListener('abort', done));
}
