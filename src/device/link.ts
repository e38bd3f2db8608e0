import { randomBytes as systemBytes } from 'node:crypto';
import type { RandomBytes } from '../random-bytes.ts';
import { type Clock, delay } from '../clock.ts';
import type { Log, Shared } from '../driver/contract.ts';
import { asError, BellcrankError } from '../errors.ts';
import type { Closed, Connection, TransportName } from '../transport/connection.ts';
import { traced, WireTrace } from '../transport/trace/index.ts';
import { Admission } from './admission.ts';
import { backoffMs, type BackoffLimits } from './backoff.ts';
import { clockOn } from './connection-clock.ts';
import { drainUntilQuiet } from './drain.ts';
import { inTurn } from '../in-turn.ts';
import { Lane, type LaneLimits } from './lane.ts';
import { Outage } from './outage.ts';
import { SharedThings } from './shared.ts';
import { linkSignals } from './signals.ts';
import { SilentUsers } from './silent-users.ts';

/** How to get a connection; each `open` builds a fresh one. */
export interface Opener {
  /** `memory` stands for either shape in tests and simulations; no driver names it. */
  readonly transport: TransportName | 'memory';
  readonly shape: 'bytes' | 'messages' | 'none';
  /** Without credentials. */
  readonly label: string;
  /** The far end is a simulator. */
  readonly simulated: boolean;
  /** Those that the far end has to share: the baud rate, parity. Never a credential. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** An open connection on which nobody answers is worth nothing: it is opened anew. For networks, not for ports. */
  readonly reopens?: boolean;
  /** It leads to a simulator that nobody spoke to yet: on the first connection nothing can come in that answers something older. */
  readonly isNew?: boolean;
  open(signal: AbortSignal): Promise<Connection | null>;
}

/** A device on a link. */
export interface LinkUser {
  readonly maxInFlight: number;
  readonly gapMs: number;
  readonly quietMs: number;
  opening(): void;
  opened(connection: Connection | null, shared: Shared): void;
  closed(closed: Closed): void;
}

/** Somebody who listens on a link without being a device: takes no turns, and nobody waits for it. */
export type LinkListener = Pick<LinkUser, 'opened' | 'closed'>;

export interface LinkLimits {
  readonly backoff: BackoffLimits;
  /** A connection that lived this long starts the back-off afresh. */
  readonly stableMs: number;
  readonly openTimeoutMs: number;
  readonly laneCapacity: number;
  /** Longest wait for a fresh byte line to fall silent. */
  readonly drainMaxMs: number;
}

export interface LinkParts {
  readonly name: string;
  readonly opener: Opener;
  readonly clock: Clock;
  readonly random: () => number;
  /** For what sessions share; the system's if absent. */
  readonly randomBytes?: RandomBytes;
  readonly log: Log;
  readonly limits: LinkLimits;
}

/**
 * Keeps one configured connection open for its devices: opens, reopens with back-off, and discards a lost connection
 * whole. On a byte stream all devices share its lane; on MQTT each device has one of its own.
 */
export class Link {
  readonly name: string;
  readonly opener: Opener;
  /** What passes on its connections. */
  readonly trace: WireTrace;
  /** Since the start: connections that opened, that were lost again, and attempts that came to nothing. */
  readonly counts = { opened: 0, lost: 0, failed: 0 };
  readonly #parts: LinkParts;
  readonly #users = new Set<LinkUser>();
  readonly #listeners = new Set<LinkListener>();
  readonly #sharedLane: Lane | undefined;
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  #connection: { readonly value: Connection | null; readonly shared: Shared } | undefined;
  /** Aborts when an operator wants a fresh connection, now. */
  #wanted = new AbortController();
  #dropped = Promise.withResolvers<void>();
  readonly #outage: Outage;
  readonly #silent = new SilentUsers<LinkUser>();
  readonly #admission: Admission;
  #lastLimits: LaneLimits | undefined;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.opener = parts.opener;
    this.trace = new WireTrace(parts.clock);
    const { clock, log, limits } = parts;
    this.#admission = new Admission(clock);
    this.#outage = new Outage({ clock, log, fields: () => this.#fields, stableMs: limits.stableMs });
    if (parts.opener.shape === 'bytes') this.#sharedLane = new Lane(parts.clock, parts.limits.laneCapacity);
  }

  /** What is open now, by its own name: the path of a port that was looked for. */
  get openAs(): string | undefined {
    return this.#connection?.value?.label;
  }

  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  /** The lane that a device on this link takes its turns in. */
  laneFor(user: LinkUser): Lane {
    if (this.#sharedLane !== undefined) return this.#sharedLane;
    const { clock, limits } = this.#parts;
    return new Lane(clock, limits.laneCapacity, this.#laneLimits(user));
  }

  /** One object for all that are alike: they are replaced, never changed. */
  #laneLimits({ maxInFlight, gapMs }: LinkUser): LaneLimits {
    const last = this.#lastLimits;
    if (last?.maxInFlight === maxInFlight && last.gapMs === gapMs) return last;
    return (this.#lastLimits = { maxInFlight, gapMs });
  }

  /**
   * Waits until a device may attach: devices that have lanes of their own come one after the other. Resolves with what to
   * call when it has. On a shared lane it has its turn there.
   */
  async admitted(signal: AbortSignal, goesFirst: boolean): Promise<() => void> {
    return this.opener.shape === 'messages' ? await this.#admission.enter(signal, goesFirst) : () => {};
  }

  /** Whether a device has its lane for itself. */
  isAlone(user: LinkUser): boolean {
    return this.#sharedLane === undefined || (this.#users.has(user) && this.#users.size === 1);
  }

  /** Adds a device; the link opens with its first one. The device hears at once if the connection is up. */
  join(user: LinkUser): void {
    this.#users.add(user);
    this.#tuneLane();
    this.#welcome(user);
  }

  /** Takes a device off; with the last one the connection is closed. */
  async leave(user: LinkUser): Promise<void> {
    if (!this.#users.delete(user)) return;
    this.#silent.left(user);
    this.#tuneLane();
    if (!this.#isWanted) await this.stop();
  }

  /** Keeps the link open as a device does; hears of its connections, and has no part in its lane. */
  listen(listener: LinkListener): void {
    this.#listeners.add(listener);
    this.#welcome(listener);
  }

  async unlisten(listener: LinkListener): Promise<void> {
    if (this.#listeners.delete(listener) && !this.#isWanted) await this.stop();
  }

  get #isWanted(): boolean {
    return this.#users.size + this.#listeners.size > 0;
  }

  get #all(): readonly LinkListener[] {
    return [...this.#users, ...this.#listeners];
  }

  #welcome(newcomer: LinkListener): void {
    if (this.#connection !== undefined) newcomer.opened(this.#connection.value, this.#connection.shared);
    else this.#start();
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    running.abort.abort(new Error('the link was stopped'));
    await this.#connection?.value?.close();
    await running.done;
    if (this.#running === running) this.#running = undefined;
    if (this.#isWanted) this.#start();
  }

  /**
   * Drops the connection and opens a fresh one at once; while there is none, it is tried now instead of later. Resolves
   * when the devices know that the old one is gone.
   */
  async reconnect(why: string): Promise<void> {
    const told = this.#connection === undefined ? Promise.resolve() : this.#dropped.promise;
    this.#wanted.abort(new BellcrankError('connection-lost', why));
    await told;
  }

  /**
   * A device did not answer, for the n-th time on this connection. Where nobody on it does, the other end may have gone
   * without a word: a network tells that after many minutes, and delivers what was sent meanwhile if it heals before.
   */
  missed(user: LinkUser, times: number): void {
    if (this.opener.reopens !== true || this.#connection === undefined) return;
    if (!this.#silent.missed(user, times, this.#users.size)) return;
    // Its devices are offline already, which has been told.
    this.#outage.failed(undefined);
    void this.reconnect('nobody answers on the connection');
  }

  reached(user: LinkUser): void {
    this.#silent.reached(user);
  }

  #start(): void {
    if (this.#running !== undefined) return;
    const abort = new AbortController();
    this.#running = { abort, done: this.#run(abort.signal) };
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, limits, random } = this.#parts;
    let pauseMs = 0;
    for (let attempt = 0; !signal.aborted; attempt++) {
      if (this.#wanted.signal.aborted) attempt = 0;
      this.#fulfilled();
      await inTurn([...this.#users], (user) => this.#users.has(user) && user.opening());
      const connection = await this.#open(signal);
      if (connection !== undefined) {
        // From here: a port that takes long to open, and then closes again, is not back.
        const openedAt = clock.monotonic();
        await this.#serve(connection.value, signal);
        if (clock.monotonic() - openedAt >= this.#stableAfter(pauseMs)) attempt = 0;
      }
      if (signal.aborted) return;
      const linked = linkSignals(signal, this.#wanted.signal);
      pauseMs = backoffMs(attempt, limits.backoff, random());
      await delay(clock, pauseMs, linked.signal).catch(() => {});
      linked.unlink();
    }
  }

  /**
   * How long a connection has to live to count as back. Two clients with one identifier take a broker's session from each
   * other in turns: each lives as long as the other's pause, and their pauses must grow all the same.
   */
  #stableAfter(pauseMs: number): number {
    const { stableMs } = this.#parts.limits;
    return this.opener.shape === 'messages' ? Math.max(stableMs, 3 * pauseMs) : stableMs;
  }

  async #open(signal: AbortSignal): Promise<{ value: Connection | null } | undefined> {
    const { clock, limits, opener } = this.#parts;
    const linked = linkSignals(signal);
    const timer = clock.timer(limits.openTimeoutMs, () =>
      linked.abort(new Error(`${opener.label} did not open within ${limits.openTimeoutMs} ms`)),
    );
    try {
      const value = await opener.open(linked.signal);
      if (!signal.aborted) return { value: value && traced(value, this.trace, (what) => this.#stray(what)) };
      await value?.close();
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      const cause = asError(error);
      this.counts.failed++;
      this.#outage.failed(cause);
      await this.#tellAll((user) => user.closed({ lost: true, cause }));
      return undefined;
    } finally {
      timer.cancel();
      linked.unlink();
    }
  }

  #stray(what: string): void {
    this.#parts.log.debug({ connection: this.opener.label, what }, 'stray input');
  }

  /** From open to closed. Every open but the first one of a new simulator starts in quarantine: nobody gets a turn before the line is quiet. */
  async #serve(value: Connection | null, signal: AbortSignal): Promise<void> {
    const { clock, log, randomBytes = systemBytes } = this.#parts;
    const shared = new SharedThings(value, { clock: clockOn(value, clock), log, randomBytes });
    const open = { value, shared };
    this.#connection = open;
    this.#dropped = Promise.withResolvers();
    // Wanted while it was being opened: this is the fresh one.
    this.#fulfilled();
    this.counts.opened++;
    this.#outage.opened();
    const quiet = value?.shape === 'bytes' ? this.#quieten(value, signal) : Promise.resolve();
    const told = this.#tellAll((user) => this.#connection === open && user.opened(value, shared));
    const closed = await this.#end(value, signal);
    // What an exchange that is cut off now may have left behind must not leave later.
    const discards = this.#wanted.signal.aborted && (this.#sharedLane?.inFlight ?? 0) > 0;
    this.#connection = undefined;
    await Promise.all([quiet, told]);
    this.#outage.closed();
    if (closed.lost) this.counts.lost++;
    if (!signal.aborted) this.#outage.failed(closed.cause);
    await this.#tellAll((user) => user.closed(closed));
    this.#dropped.resolve();
    if (discards && value?.shape === 'bytes') await value.discardOutput().catch(() => {});
    // A lost port is released whole before a fresh one is opened: its lock goes with it.
    await value?.close().catch(() => {});
  }

  /** Waits for the end: the connection is lost, the link is stopped, or an operator wants a fresh one. */
  async #end(value: Connection | null, signal: AbortSignal): Promise<Closed> {
    const wanted = this.#wanted.signal;
    // A link that is stopped closes its connection itself.
    const linked = value === null ? linkSignals(signal, wanted) : linkSignals(wanted);
    const given = aborted(linked.signal);
    const closed = value === null ? await given : await Promise.race([value.closed, given]);
    linked.unlink();
    return closed;
  }

  #fulfilled(): void {
    if (this.#wanted.signal.aborted) this.#wanted = new AbortController();
  }

  async #quieten(connection: Connection, signal: AbortSignal): Promise<void> {
    if (connection.shape !== 'bytes' || this.#sharedLane === undefined) return;
    if (this.opener.isNew === true && this.counts.opened === 1) return;
    const release = this.#sharedLane.hold();
    const { clock, limits } = this.#parts;
    const linked = linkSignals(signal, this.#wanted.signal);
    void connection.closed.then(({ cause }) => linked.abort(cause));
    try {
      const quietMs = Math.max(0, ...[...this.#users].map((user) => user.quietMs));
      await drainUntilQuiet(connection, clock, { quietMs, maxMs: limits.drainMaxMs }, linked.signal);
    } catch {
      // A line that never falls silent is for the driver to judge: streaming devices are like that.
    } finally {
      linked.unlink();
      release();
    }
  }

  /** Those that are there now and still are when it is their turn; whoever comes meanwhile is welcomed by itself. */
  async #tellAll(tell: (user: LinkListener) => unknown): Promise<void> {
    const isHere = (user: LinkListener): boolean => this.#listeners.has(user) || this.#users.has(user as LinkUser);
    await inTurn(this.#all, (user) => isHere(user) && tell(user));
  }

  get #fields(): object {
    const { label, simulated } = this.opener;
    const devices = this.#users.size;
    return { connection: this.name, label, ...(simulated ? { simulated } : {}), ...(devices > 1 ? { devices } : {}) };
  }

  #tuneLane(): void {
    if (this.#sharedLane === undefined || this.#users.size === 0) return;
    const users = [...this.#users];
    this.#sharedLane.limits = {
      maxInFlight: Math.min(...users.map((user) => user.maxInFlight)),
      gapMs: Math.max(...users.map((user) => user.gapMs)),
    };
  }
}

function aborted(signal: AbortSignal): Promise<Closed> {
  return new Promise((resolve) => {
    const end = (): void => resolve({ lost: false, cause: signal.reason as Error });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
