import { timeoutSignal } from '../clock.ts';
import type { AnyDriver, Shared } from '../driver/contract.ts';
import { asError, BellcrankError, messageOf } from '../errors.ts';
import type { Closed, Connection } from '../transport/connection.ts';
import { Appearance } from './appearance.ts';
import { untilAttached, type AttemptParts } from './attempts.ts';
import type { SessionListener } from './context.ts';
import { End } from './end.ts';
import { Identity } from './identity.ts';
import type { Lane, LaneOwner } from './lane.ts';
import { Preemption } from './preemption.ts';
import { Recovery, type SessionHolder } from './recovery.ts';
import { attachSession, type Handler, type LiveSession } from './session.ts';
import { linkSignals } from './signals.ts';
import type { UnderWay } from './under-way.ts';

export interface AttachmentParts extends SessionListener, AttemptParts {
  /** Of the device. */
  readonly id: string;
  readonly driver: AnyDriver;
  readonly options: unknown;
  readonly lane: Lane;
  /** The device is about to be attached, or is away: what was known before is stale from now on. */
  forget(): void;
  /** A session begins: a latched device is stopped before anything else. */
  begun(session: LiveSession): Promise<void>;
  /** The device has come back to its session, or has started afresh: a latched one is stopped. False if in doubt. */
  back(session: LiveSession): Promise<boolean>;
  /** It has begun: its polls start. They start anew for a device that has come back to it. */
  up(session: LiveSession): void;
  /** Commands that have let others have the line are under way as well. */
  readonly underWay: UnderWay;
  /** A session ended. */
  over(): void;
  /** It did not answer, for the n-th time in a row on this connection. */
  missed(times: number): void;
  /** It answered. */
  reached(): void;
}

/** A connection that is open, what its sessions share, and when it goes. */
class Open extends End {
  readonly connection: Connection | null;
  readonly shared: Shared;

  constructor(connection: Connection | null, shared: Shared) {
    super();
    this.connection = connection;
    this.shared = shared;
  }
}

/** Keeps one device attached to its connection: attaches, probes, and tears down. */
export class Attachment implements SessionHolder, LaneOwner {
  /** Made for a device that tells who it is. */
  #identity: Identity | undefined;
  readonly #parts: AttachmentParts;
  readonly #appearance = new Appearance();
  #recovery: Recovery | undefined;
  /** Ends an attach or a detach whose line a stop needs. */
  readonly #preemption = new Preemption();
  #session: LiveSession | undefined;
  /** Why the attach under way is to be done again. */
  #outdated: string | undefined;
  /** While there is a connection. */
  #connected: Open | undefined;
  /** The connection on which it is being attached. */
  #attaching: End | undefined;
  #isLeaving = false;
  #goodbye: Promise<void> | undefined;

  constructor(parts: AttachmentParts) {
    this.#parts = parts;
  }

  /** Made when something is to be recovered from, or might be: most devices of thousands are never asked anything. */
  get recovery(): Recovery {
    return (this.#recovery ??= new Recovery(this.#parts, this));
  }

  get identity(): Identity {
    return (this.#identity ??= new Identity());
  }

  /** What it told of itself, if it has. */
  get identified(): string | undefined {
    return this.#identity?.known;
  }

  /** Attach takes its turns beside the device's commands, which wait until it is ready. */
  get laneReady(): boolean {
    return true;
  }

  get session(): LiveSession | undefined {
    return this.#session;
  }

  opened(connection: Connection | null, shared: Shared): void {
    this.#connected = new Open(connection, shared);
    this.#parts.life.apply('opened');
    this.#superviseSoon();
  }

  closed({ cause }: Closed): void {
    const detail = messageOf(cause);
    this.#connected?.end(new BellcrankError('connection-lost', detail, { cause }));
    this.#connected = undefined;
    this.end(new BellcrankError('connection-lost', `the connection was lost: ${detail}`, { cause }));
    this.#parts.life.apply('closed', { code: 'device-offline', detail });
  }

  /** Attaches anew once nothing of the device's is under way; its driver has changed. */
  async renew(detail: string): Promise<void> {
    const { lane, underWay } = this.#parts;
    const session = this.#session;
    this.#outdated = detail;
    if (session === undefined) return;
    // Past the queue: what waits in it is for the new one.
    const over = (): Promise<boolean> =>
      lane.exclusive.run(async (preempted) => {
        await lane.idle(preempted);
        if (preempted.aborted || session !== this.#session || underWay.count > 0) return false;
        this.#replace(session, detail);
        return true;
      }, 'recovery');
    while (this.#session === session && !(await over())) {
      if (underWay.count > 0) await underWay.nextEnd;
    }
  }

  /** Is not attached anew from now on; resolves when nothing is being recovered from any more. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#recovery?.over();
  }

  /** If the line is free within its time; once, however often it is removed. */
  async sayGoodbye(): Promise<void> {
    const session = this.#session;
    if (session?.detach === undefined || this.#parts.life.state !== 'ready') return;
    await (this.#goodbye ??= this.#sayGoodbye(session));
  }

  /** Ends the session for good. */
  detach(why: BellcrankError): void {
    this.#connected?.end(why);
    this.end(why);
  }

  async #sayGoodbye(session: LiveSession): Promise<void> {
    const { clock, lane, limits } = this.#parts;
    const tooLate = timeoutSignal(clock, limits.detachTimeoutMs);
    const turn = await lane.acquire(this, 'command', tooLate.signal).catch(() => undefined);
    tooLate.cancel();
    if (turn === undefined || session.detach === undefined) return;
    const { detachTimeoutMs } = limits;
    const said = await this.recovery.invoke(
      session,
      session.detach,
      detachTimeoutMs,
      this.#preemption.begin(),
      'detach',
    );
    // Its answer may still come.
    using soon = timeoutSignal(clock, detachTimeoutMs);
    if (said.left && !said.returned && session.connection !== null) {
      await this.recovery.drain(session.connection, soon.signal);
    }
    turn.release();
  }

  /** A stop of a device that has no session yet: it is attached anew at once, and stopped before anything else. */
  stopped(error: BellcrankError): void {
    if (this.#session === undefined) this.preempt(error);
  }

  /** As a session's context has it. */
  identify(told: string): void {
    this.identity.check(told);
  }

  /** Of its stop: one that it may not have heard is said again when it is in step. */
  stopTold(isUnheard: boolean): void {
    this.#appearance.isUnheard = isUnheard;
  }

  availability(available: boolean, detail: string): void {
    const hasGone = this.#appearance.told(available, detail);
    // It may be another state in which it comes back: what it told is old until it tells it again.
    if (hasGone) this.#parts.forget();
    this.#appear();
  }

  /** What the device can do now does not fit its configuration: nothing is sent to it until it does again. */
  misfit(problem: string | undefined): void {
    if (this.#appearance.fits(problem)) this.#appear();
  }

  #appear(): void {
    const { life } = this.#parts;
    if (this.#session === undefined) return;
    const detail = this.#appearance.absence;
    this.#inquire(this.#session);
    if (detail !== undefined) life.apply('absent', { code: 'device-offline', detail });
    else if (life.state === 'offline' || life.state === 'ready') {
      life.apply('present');
      this.#appearance.isBack = true;
      this.recovery.quarantine(this.#session);
      this.#parts.up(this.#session);
    }
  }

  #inquire(session: LiveSession): void {
    const { ask } = session;
    this.#appearance.inquire(this.#parts, ask && (() => this.#ask(session, ask)));
  }

  async #ask(session: LiveSession, ask: Handler): Promise<void> {
    const { lane, limits } = this.#parts;
    const linked = linkSignals(session.ending, this.#preemption.begin());
    const turn = await lane.acquire(this, 'poll', linked.signal).catch(() => undefined);
    if (turn !== undefined && !session.isOver) {
      const asked = await this.recovery.invoke(session, ask, limits.resyncTimeoutMs, linked.signal, 'ask');
      if (asked.ignoredAbort) this.recovery.attachAnew(session, 'the driver ignored its deadline');
    }
    turn?.release();
    linked.unlink();
  }

  async inStep(session: LiveSession): Promise<'in step' | 'again' | 'lost'> {
    const { isBack, isUnheard } = this.#appearance;
    if (!isBack && !isUnheard) return 'in step';
    this.#appearance.isBack = false;
    this.#appearance.isUnheard = false;
    if (await this.#parts.back(session)) return 'in step';
    return isBack ? 'lost' : 'again';
  }

  /**
   * Attaches, unless it has a session or is at it. Called whenever there is a connection and no session; nothing waits
   * for the end of a session meanwhile.
   */
  #superviseSoon(): void {
    const connected = this.#connected;
    if (this.#isLeaving || connected === undefined || connected.isOver || this.#attaching === connected) return;
    this.#attaching = connected;
    void this.#supervise(connected);
  }

  async #supervise(connected: Open): Promise<void> {
    const linked = linkSignals(connected);
    try {
      // It may have lost its session in the very moment of getting it.
      while (!connected.isOver && this.#session === undefined) {
        await untilAttached(this.#parts, this.#preemption, linked.signal, (attempt) =>
          this.#attach(connected, linked.signal, attempt),
        );
      }
    } finally {
      linked.unlink();
      if (this.#attaching === connected) this.#attaching = undefined;
    }
  }

  async #attach({ connection, shared }: Open, signal: AbortSignal, attempt: number): Promise<boolean> {
    const { lane, limits } = this.#parts;
    // Probing a silent device must not delay the others on its line.
    const turn = await lane.acquire(this, attempt === 0 ? 'command' : 'poll', signal).catch(() => undefined);
    if (turn === undefined) return false;
    const written = connection?.written ?? 0;
    this.#appearance.forget();
    this.#outdated = undefined;
    this.#parts.life.apply('open');
    this.#parts.forget();
    const linked = linkSignals(signal, this.#preemption.begin());
    try {
      const session = await attachSession({
        driver: this.#parts.driver,
        options: this.#parts.options,
        connection,
        signal: linked.signal,
        timeoutMs: limits.attachTimeoutMs,
        abortGraceMs: limits.abortGraceMs,
        listener: this.#parts,
        device: this,
        deviceId: this.#parts.id,
        shared,
      });
      this.#parts.reached();
      await this.#adopt(session, linked.signal);
      this.#preemption.settle();
      return true;
    } catch (error) {
      if (!signal.aborted && !this.#preemption.came) this.#attachFailed(error, attempt + 1);
      if (connection?.shape === 'bytes' && connection.written !== written) await this.#quieten(connection, signal);
      return false;
    } finally {
      linked.unlink();
      turn.release();
    }
  }

  /** Whoever is on the line after one that was detached must not take for theirs what that is still answered. */
  async #quieten(connection: Connection, signal: AbortSignal): Promise<void> {
    if (!signal.aborted || !connection.isOpen) return await this.recovery.drain(connection, signal);
    const gone = new AbortController();
    void connection.closed.then(({ cause }) => gone.abort(cause));
    // Nothing says how long it takes to answer; a command of it would have had this long.
    await this.recovery.drain(connection, gone.signal, this.#parts.limits.removeGraceMs);
  }

  /** A stop needs the line. */
  preempt(error: BellcrankError): void {
    this.#preemption.preempt(error);
  }

  async #adopt(session: LiveSession, signal: AbortSignal): Promise<void> {
    const { lane } = this.#parts;
    this.#assertSame(session);
    this.#session = session;
    try {
      await this.#parts.begun(session);
      if (this.#outdated === undefined) await this.#init(session, signal);
    } catch (error) {
      if (signal.aborted && this.#session === session) return this.#afterStop(session);
      this.end(asError(error));
      throw error;
    }
    if (this.#session !== session) return;
    if (this.#outdated !== undefined) return this.#replace(session, this.#outdated);
    this.#attached(session);
    this.#parts.up(session);
    lane.pump();
  }

  /** By a session of the driver as it is now. The device stays the one that it was, whatever that calls it. */
  #replace(session: LiveSession, detail: string): void {
    this.#identity?.accept();
    this.recovery.attachAnew(session, detail);
  }

  #attached(session: LiveSession): void {
    const { life } = this.#parts;
    this.#inquire(session);
    // A stop that went wrong while it was adopted is being recovered from, and that decides.
    if (this.#recovery?.underWay === true) return;
    const detail = this.#appearance.absence;
    if (detail === undefined) life.apply('attached');
    else life.apply('absent', { code: 'device-offline', detail });
  }

  /** A stop took the line from `init`: it has the session before that is begun anew. */
  #afterStop(session: LiveSession): void {
    const { lane } = this.#parts;
    const over = lane.exclusive.run(async (preempted) => {
      const linked = linkSignals(session.ending, preempted);
      await lane.idle(linked.signal);
      if (session.connection !== null) await this.recovery.drain(session.connection, linked.signal);
      linked.unlink();
      if (!preempted.aborted) this.recovery.attachAnew(session, 'a stop came while it was attached');
      return !preempted.aborted;
    }, 'recovery');
    void over.then((done) => {
      if (!done && this.#session === session) this.#afterStop(session);
    });
  }

  async #init(session: LiveSession, signal: AbortSignal): Promise<void> {
    if (session.init === undefined || this.#session !== session) return;
    const { returned, error } = await this.recovery.invoke(
      session,
      session.init,
      this.#parts.limits.attachTimeoutMs,
      signal,
      'init',
    );
    if (!returned) throw error;
  }

  /** Another device in the place of the one that was there is told nothing: its session ends before it begins. */
  #assertSame(session: LiveSession): void {
    const { identity } = session.session;
    try {
      if (identity !== undefined) this.identity.check(identity);
    } catch (error) {
      session.end(asError(error));
      throw error;
    }
  }

  #count(error: unknown, times: number): void {
    const code = error instanceof BellcrankError ? error.code : undefined;
    if (code === 'device-timeout') this.#parts.missed(times);
    // Somebody is there, be it the wrong one.
    if (code === 'identity-mismatch') this.#parts.reached();
  }

  #attachFailed(error: unknown, times: number): void {
    const { life, log } = this.#parts;
    const known = error instanceof BellcrankError && error.code === 'identity-mismatch';
    const detail = messageOf(error);
    const before = life.detail;
    life.apply('attach-failed', { code: known ? 'identity-mismatch' : 'device-offline', detail });
    if (life.detail !== before) log.warn({ error: detail }, 'device does not attach; probing');
    this.#count(error, times);
  }

  end(cause: Error): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    this.#appearance.inquireNoMore();
    session.end(cause);
    this.#parts.over();
    // Whoever ends it has more to do first.
    queueMicrotask(() => this.#superviseSoon());
  }
}
