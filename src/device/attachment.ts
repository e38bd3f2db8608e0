import { type Clock, delay } from '../clock.ts';
import type { AnyDriver, Context, Log } from '../driver/contract.ts';
import type { Effect } from '../driver/spec.ts';
import { BellcrankError, type ErrorCode, messageOf } from '../errors.ts';
import type { Closed, Connection } from '../transport/connection.ts';
import { backoffMs, probePauseMs } from './backoff.ts';
import { drainUntilQuiet } from './drain.ts';
import { type Invoked, invoke } from './invoke.ts';
import type { Lane, LaneOwner } from './lane.ts';
import type { Life } from './life.ts';
import type { DeviceLimits } from './limits.ts';
import { attachSession, type Handler, type LiveSession } from './session.ts';
import { linkSignals } from './signals.ts';

export interface AttachmentParts {
  readonly driver: AnyDriver;
  readonly options: unknown;
  readonly lane: Lane;
  readonly life: Life;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly limits: DeviceLimits;
  readonly callbacks: Pick<Context, 'report' | 'lost' | 'emit' | 'remodel' | 'unmatched'>;
  /** The device is about to be attached: what was known before is stale from now on. */
  attaching(): void;
  /** A session begins: its polls start. */
  begun(session: LiveSession): Promise<void>;
  /** A session ended. */
  over(): void;
}

/** Errors after which the exchange is known to be over: the device answered, and in step. */
const cleanErrors: readonly ErrorCode[] = [
  'device-refused',
  'device-failed',
  'verify-mismatch',
  'identity-mismatch',
  'cancelled',
];

/** Keeps one device attached to its connection: attaches, resynchronises, probes, and tears down. */
export class Attachment {
  readonly #parts: AttachmentParts;
  /** Attach takes its turns beside the device's commands, which wait until it is ready. */
  readonly #owner: LaneOwner = { laneReady: true, preempt: (error) => this.#preempted.abort(error) };
  /** Ends an attach or a detach whose line a stop needs. */
  #preempted = new AbortController();
  #session: LiveSession | undefined;
  #connected: AbortController | undefined;
  #available = true;
  #resyncing = false;
  /** Output that an unknown actuate may have left behind is to be discarded. */
  #discard = false;
  #sessionOver = Promise.withResolvers<void>();

  constructor(parts: AttachmentParts) {
    this.#parts = parts;
  }

  get session(): LiveSession | undefined {
    return this.#session;
  }

  opened(connection: Connection | null): void {
    const connected = new AbortController();
    this.#connected = connected;
    this.#available = true;
    this.#parts.life.apply('opened');
    void this.#supervise(connection, connected.signal);
  }

  closed({ cause }: Closed): void {
    const detail = messageOf(cause);
    this.#connected?.abort(new BellcrankError('connection-lost', detail, { cause }));
    this.#connected = undefined;
    this.#end(new BellcrankError('connection-lost', `the connection was lost: ${detail}`, { cause }));
    this.#parts.life.apply('closed', { code: 'device-offline', detail });
  }

  /** If the line is free within its time. */
  async sayGoodbye(): Promise<void> {
    const session = this.#session;
    if (session?.detach !== undefined && this.#parts.life.state === 'ready') await this.#sayGoodbye(session);
  }

  /** Ends the session for good. */
  detach(): void {
    const cause = new Error('the device was detached');
    this.#connected?.abort(cause);
    this.#end(cause);
  }

  async #sayGoodbye(session: LiveSession): Promise<void> {
    const { clock, lane, limits } = this.#parts;
    const tooLate = new AbortController();
    const timer = clock.timer(limits.detachTimeoutMs, () => tooLate.abort(new Error('no time to say goodbye')));
    const turn = await lane.acquire(this.#owner, 'command', tooLate.signal).catch(() => undefined);
    timer.cancel();
    if (turn === undefined || session.detach === undefined) return;
    await this.#invoke(session, session.detach, limits.detachTimeoutMs, this.#preemptable());
    turn.release();
  }

  /**
   * What an invocation leaves behind. Called before its turn is released: a line that may be out of step is held here,
   * so that nobody takes a late reply for his own.
   */
  aftermath(session: LiveSession, invoked: Invoked, effect: Effect, isKnown = true): void {
    if (session !== this.#session || session.connection?.isOpen === false) return;
    if (isKnown && endedCleanly(invoked) && !invoked.ignoredAbort) return;
    if (invoked.left && effect === 'actuate') this.#discard = true;
    if (invoked.ignoredAbort) this.#tearDown(session, 'the driver ignored its deadline');
    else if (invoked.left) this.#quarantine(session);
  }

  availability(available: boolean, detail: string): void {
    this.#available = available;
    const { life } = this.#parts;
    if (this.#session === undefined) return;
    if (!available) life.apply('absent', { code: 'device-offline', detail });
    else if (life.state === 'offline' || life.state === 'ready') {
      life.apply('present');
      this.#quarantine(this.#session);
    }
  }

  /** Attaches, and again after each loss of the session, until the connection goes. */
  async #supervise(connection: Connection | null, signal: AbortSignal): Promise<void> {
    const { clock, life, limits, random } = this.#parts;
    for (let attempt = 0; !signal.aborted;) {
      const startedAt = clock.monotonic();
      if (await this.#attach(connection, signal, attempt)) {
        attempt = 0;
        await this.#sessionOver.promise;
        continue;
      }
      if (signal.aborted) return;
      const pause = probePauseMs(clock.monotonic() - startedAt, backoffMs(attempt++, limits.probe, random()));
      await delay(clock, pause, signal).catch(() => {});
      if (signal.aborted) return;
      life.apply('open');
    }
  }

  async #attach(connection: Connection | null, signal: AbortSignal, attempt: number): Promise<boolean> {
    const { lane, limits } = this.#parts;
    // Probing a silent device must not delay the others on its line.
    const turn = await lane.acquire(this.#owner, attempt === 0 ? 'command' : 'poll', signal).catch(() => undefined);
    if (turn === undefined) return false;
    const written = connection?.written ?? 0;
    this.#available = true;
    this.#parts.life.apply('open');
    this.#parts.attaching();
    const linked = linkSignals(signal, this.#preemptable());
    try {
      const session = await attachSession({
        ...this.#parts,
        connection,
        signal: linked.signal,
        timeoutMs: limits.attachTimeoutMs,
        abortGraceMs: limits.abortGraceMs,
        callbacks: { ...this.#parts.callbacks, availability: (up, detail) => this.availability(up, detail) },
      });
      await this.#adopt(session);
      return true;
    } catch (error) {
      if (!signal.aborted) await this.#attachFailed(error, connection, written, signal);
      return false;
    } finally {
      linked.unlink();
      turn.release();
    }
  }

  /** A signal for what begins now. */
  #preemptable(): AbortSignal {
    if (this.#preempted.signal.aborted) this.#preempted = new AbortController();
    return this.#preempted.signal;
  }

  async #adopt(session: LiveSession): Promise<void> {
    const { life, lane } = this.#parts;
    this.#session = session;
    this.#sessionOver = Promise.withResolvers();
    try {
      await this.#parts.begun(session);
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
    // A stop that went wrong while it was adopted is being recovered from, and that decides.
    if (this.#session !== session || this.#resyncing) return;
    if (this.#available) life.apply('attached');
    else life.apply('absent', { code: 'device-offline', detail: 'the device is away' });
    lane.pump();
  }

  async #attachFailed(
    error: unknown,
    connection: Connection | null,
    written: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { life, log } = this.#parts;
    const known = error instanceof BellcrankError && error.code === 'identity-mismatch';
    const detail = messageOf(error);
    const before = life.detail;
    life.apply('attach-failed', { code: known ? 'identity-mismatch' : 'device-offline', detail });
    if (life.detail !== before) log.warn({ error: detail }, 'device does not attach; probing');
    if (connection?.shape === 'bytes' && connection.written !== written) await this.#drain(connection, signal);
  }

  #quarantine(session: LiveSession): void {
    if (this.#resyncing) return;
    this.#resyncing = true;
    this.#parts.life.apply('lost-step');
    const recovered = this.#parts.lane.exclusive.run((signal) => this.#recoverStep(session, signal), 'recovery');
    const failed = (error: unknown): boolean => {
      this.#recover(session, `recovery failed: ${messageOf(error)}`);
      return true;
    };
    void recovered.catch(failed).then((done) => {
      this.#resyncing = false;
      if (!done && session === this.#session) this.#quarantine(session);
    });
  }

  /** False if a stop took the line meanwhile: then it is to be done again. */
  async #recoverStep(session: LiveSession, preempted: AbortSignal): Promise<boolean> {
    const { lane, life, limits, log } = this.#parts;
    const { connection, resync } = session;
    await lane.idle(preempted);
    if (preempted.aborted) return false;
    await this.#discardOutput(connection);
    if (session.signal.aborted) return true;
    if (resync !== undefined) {
      const result = await this.#invoke(session, resync, limits.resyncTimeoutMs, preempted);
      if (preempted.aborted) return session.signal.aborted;
      if (session.signal.aborted) return true;
      if (result.returned) {
        life.apply('resynced');
        return true;
      }
      log.warn({ error: messageOf(result.error) }, 'device did not come back into step; attaching anew');
    }
    const linked = linkSignals(session.signal, preempted);
    if (connection?.shape === 'bytes') await this.#drain(connection, linked.signal);
    linked.unlink();
    if (preempted.aborted) return session.signal.aborted;
    if (!session.signal.aborted) this.#recover(session, 'the device is out of step');
    return true;
  }

  async #discardOutput(connection: Connection | null): Promise<void> {
    if (!this.#discard) return;
    this.#discard = false;
    if (connection?.shape === 'bytes') await connection.discardOutput().catch(() => {});
  }

  /** For a session that cannot be trusted: its handle goes at once, and nobody uses the line until it is quiet. */
  #tearDown(session: LiveSession, detail: string): void {
    const { connection } = session;
    const connected = this.#connected;
    this.#parts.life.apply('lost-step');
    this.#parts.log.error({}, `${detail}; its session is torn down`);
    void this.#parts.lane.exclusive.run(async (preempted) => {
      await this.#discardOutput(connection);
      if (connection?.shape !== 'bytes' || connected === undefined) return;
      const linked = linkSignals(connected.signal, preempted);
      await this.#drain(connection, linked.signal);
      linked.unlink();
    }, 'recovery');
    this.#recover(session, detail);
  }

  #recover(session: LiveSession, detail: string): void {
    if (session !== this.#session) return;
    this.#parts.life.apply('resync-failed', { code: 'device-offline', detail });
    this.#end(new BellcrankError('driver-fault', detail));
  }

  #end(cause: Error): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    session.end(cause);
    this.#parts.over();
    this.#sessionOver.resolve();
  }

  #invoke(session: LiveSession, handler: Handler, timeoutMs: number, preempted: AbortSignal): Promise<Invoked> {
    const { clock, limits } = this.#parts;
    return invoke({
      id: 'runtime',
      clock,
      connection: session.connection,
      deadline: clock.monotonic() + timeoutMs,
      signals: [session.signal, preempted],
      handler,
      abortGraceMs: limits.abortGraceMs,
    });
  }

  async #drain(connection: Connection, signal: AbortSignal): Promise<void> {
    if (connection.shape !== 'bytes') return;
    const { clock, driver, limits } = this.#parts;
    const quietMs = driver.timing?.quietMs ?? limits.quietMs;
    await drainUntilQuiet(connection, clock, { quietMs, maxMs: limits.drainMaxMs }, signal).catch(() => {});
  }
}

function endedCleanly(invoked: Invoked): boolean {
  if (invoked.returned) return true;
  if (!(invoked.error instanceof BellcrankError)) return false;
  const { code, outcome } = invoked.error;
  return cleanErrors.includes(code) || (code === 'busy' && outcome === 'refused');
}
