import { rawCommand } from '../driver/built-in.ts';
import type { Shared } from '../driver/contract.ts';
import type { Effect, Model } from '../driver/spec.ts';
import { BellcrankError } from '../errors.ts';
import type { Closed, Connection } from '../transport/connection.ts';
import { type Attachment, misfit } from './attachment.ts';
import type { ValueCause } from './cause.ts';
import type { Bypass } from './bypass.ts';
import { CallGroup } from './call-group.ts';
import { reaches } from './call.ts';
import type { Description } from './description.ts';
import { type Invoked, invoke } from './invoke.ts';
import type { Lane, LaneOwner, Priority, Turn } from './lane.ts';
import type { Life } from './life.ts';
import type { Link, LinkUser, Opener } from './link.ts';
import { Machinery } from './machinery.ts';
import { type Raw, rawHandler } from './raw.ts';
import type { Reader } from './reader.ts';
import type { Reading, Readings } from './readings.ts';
import type { Handler, LiveSession } from './session.ts';
import type { Adjustment, DeviceEvent, DeviceParts, DeviceSettings } from './settings.ts';
import type { DeviceState } from './state.ts';
import type { Stopped, Stopping } from './stopping.ts';
import { UnderWay } from './under-way.ts';
import type { Upkeep } from './upkeep.ts';
import type { Work } from './work.ts';

/** One configured device: what it can do, where it stands, and the one way to run something on it. */
export class Device implements LinkUser, LaneOwner {
  readonly readings: Readings;
  readonly lane: Lane;
  readonly #parts: DeviceParts;
  readonly #machinery: Machinery;
  #settings: DeviceSettings;
  readonly #life: Life;
  readonly #attachment: Attachment;
  readonly #bypass: Bypass;
  readonly #reader: Reader;
  readonly #description: Description;
  readonly #stopping: Stopping;
  /** What is under way; made for the first of it. */
  #running: CallGroup | undefined;
  readonly #underWay: UnderWay;
  /** Set once it is on its way out. */
  #removed: BellcrankError | undefined;
  #labels: Readonly<Record<string, string>>;
  #lastSeenAt: number | undefined;
  #heardAt = 0;
  readonly #upkeep: Upkeep;

  constructor(settings: DeviceSettings, parts: DeviceParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#labels = settings.labels;
    this.#underWay = new UnderWay(parts.clock);
    this.lane = parts.link.laneFor(this);
    const its = new Machinery(settings, parts, {
      user: this,
      lane: this.lane,
      acquire: (priority, signal) => this.acquire(priority, signal),
      run: (work) => this.run(work),
      stateChanged: (state, from) => this.#stateChanged(state, from),
      begun: (session) => this.#begun(session),
      back: (session) => this.#back(session),
      underWay: this.#underWay,
      heard: () => this.#heard(),
      heardAt: () => this.#heardAt,
      absence: () => this.refusal() ?? this.#life.offlineError(),
      observe: (kind, name, data, cause, repeats) => this.#observe(kind, name, data, cause, repeats),
    });
    this.#machinery = its;
    this.readings = its.readings;
    this.#life = its.life;
    this.#description = its.description;
    this.#bypass = its.bypass;
    this.#reader = its.reader;
    this.#attachment = its.attachment;
    this.#upkeep = its.upkeep;
    this.#stopping = its.stopping;
  }

  get settings(): DeviceSettings {
    return this.#settings;
  }
  get id(): string {
    return this.settings.id;
  }
  get labels(): Readonly<Record<string, string>> {
    return this.#labels;
  }
  set labels(labels: Readonly<Record<string, string>>) {
    const before = this.#labels;
    this.#labels = labels;
    this.#observe('labels', 'labels', { before });
  }
  get model(): Model {
    return this.#description.model;
  }
  /** As it described itself, before anything is taken from it; undefined if it has not, or need not. */
  get told(): Model | undefined {
    return this.settings.driver.selfDescribing === true ? this.#description.told : undefined;
  }
  /** Why it is not known yet what it can do; undefined once it is. */
  undescribed(): BellcrankError | undefined {
    if (this.#description.isKnown) return undefined;
    const why = this.detail === undefined ? '' : `: ${this.detail}`;
    const text = `device ${this.id} has not described itself yet${why}; nothing was sent`;
    return new BellcrankError('device-offline', text, { outcome: 'not-sent', reason: 'offline', retryAfterMs: 2000 });
  }
  get state(): DeviceState {
    return this.#life.state;
  }
  /** Why it is not ready. */
  get detail(): string | undefined {
    return this.#life.detail;
  }
  get latched(): boolean {
    return this.#life.latch !== undefined;
  }
  /** Who stopped it, and why. */
  get latchedBy(): string | undefined {
    return this.#life.latch;
  }
  /** What it told of itself when it was first reached. */
  get identity(): string | undefined {
    return this.#attachment.identity.known;
  }
  get simulated(): boolean {
    return this.#parts.link.opener.simulated;
  }
  /** What its connection carries. */
  get carries(): Opener['shape'] {
    return this.#parts.link.opener.shape;
  }
  /** Nothing may be sent to it past its driver. */
  get deniesRaw(): boolean {
    return this.settings.restrictions.deny?.includes(rawCommand) === true;
  }
  /** What it is reached over, and what passes there. */
  get wire(): Pick<Link, 'name' | 'opener' | 'openAs' | 'trace'> {
    return this.#parts.link;
  }
  get connectionName(): string {
    return this.#parts.link.name;
  }
  /** Wall clock, ms: when it last answered or reported something. */
  get lastSeenAt(): number | undefined {
    return this.#lastSeenAt;
  }
  /** Replies and lines that belonged to nothing. */
  get unmatched(): number {
    return this.#description.unmatched;
  }
  get laneReady(): boolean {
    return this.#life.state === 'ready';
  }
  get maxInFlight(): number {
    return this.settings.driver.maxInFlight ?? 1;
  }
  get gapMs(): number {
    return this.settings.driver.timing?.gapMs ?? 0;
  }
  get quietMs(): number {
    return this.settings.driver.timing?.quietMs ?? this.#parts.limits.quietMs;
  }

  /** Whether another device is on the same connection, and lost with it. */
  sharesLinkWith(other: Device): boolean {
    return other.#parts.link === this.#parts.link;
  }

  /** Drops its connection, for every device on it, and opens a fresh one. Sends nothing. */
  async reconnect(why: string): Promise<void> {
    await this.#parts.link.reconnect(why);
  }

  /**
   * Its driver describes another model from now on: attaches anew as soon as nothing of the device's is under way. What
   * waits stays queued, and is checked against the new model in its turn.
   */
  async renew(): Promise<void> {
    if (this.#attachment.session === undefined) this.#description.remodel(this.settings.driver.model);
    await this.#attachment.renew('its driver has changed');
  }

  /** Takes what needs no other session: it stays attached, and what waits is checked against it in its turn. */
  adjust(change: Adjustment): void {
    this.#settings = { ...this.#settings, ...change };
    this.#machinery.adjust(this.#settings);
    if (change.restrictions !== undefined) this.#attachment.misfit(this.#description.narrow());
    if (change.labels !== undefined) this.labels = change.labels;
  }

  /** Whoever answers next in its place is the device from then on. */
  acceptIdentity(): void {
    this.#attachment.identity.accept();
  }

  start(): void {
    if (this.settings.enabled) this.#parts.link.join(this);
  }

  /** Rejects what is queued, lets what is under way end within its grace, detaches, and lets go of the connection. */
  async remove(error: BellcrankError, graceMs = this.#parts.limits.removeGraceMs): Promise<void> {
    const { reason } = error;
    const details = { outcome: 'not-sent' as const, ...(reason === undefined ? {} : { reason }) };
    this.#removed = new BellcrankError(error.code, `${error.message}; nothing was sent`, details);
    this.lane.evict(this, this.#removed);
    this.#upkeep.stop(error);
    await this.#underWay.within(graceMs);
    // A stop that came meanwhile still needs the session; its own timeout bounds it.
    await this.#stopping.underWay;
    this.#running ??= new CallGroup();
    this.#running.close(error);
    await this.#attachment.sayGoodbye();
    // So does one that broke off the goodbye.
    await this.#stopping.underWay;
    this.#attachment.detach();
    this.#life.apply('disable');
    await this.#parts.link.leave(this);
  }

  opening(): void {
    this.#life.apply('open');
  }
  opened(connection: Connection | null, shared: Shared): void {
    this.#attachment.opened(connection, shared);
  }
  closed(closed: Closed): void {
    this.#attachment.closed(closed);
  }

  /** The error for a command that cannot even be queued now. */
  refusal(): BellcrankError | undefined {
    return this.#removed ?? this.#life.refusal();
  }

  /** Waits for a turn on the device's line. */
  acquire(priority: Priority, signal: AbortSignal): Promise<Turn> {
    const refusal = this.refusal();
    return refusal === undefined ? this.lane.acquire(this, priority, signal) : Promise.reject(refusal);
  }

  /** A turn on the device's line where there is nothing to wait for. */
  acquireNow(): Turn | undefined {
    return this.refusal() === undefined ? this.lane.acquireNow(this) : undefined;
  }

  /** For urgent commands: past the lane. */
  bypass(signal: AbortSignal): Promise<Turn> {
    const refusal = this.refusal();
    return refusal === undefined ? this.#bypass.enter(signal) : Promise.reject(refusal);
  }

  /** Runs one handler; the caller holds a turn, and releases it when this has resolved. */
  async run(work: Work): Promise<Invoked> {
    const session = this.#attachment.session;
    const handler = session && work.handler(session);
    if (session === undefined) return notRun(this.refusal() ?? this.#life.offlineError());
    if (handler === undefined) return notRun(this.#faulty('has no handler for it'));
    // Thousands on one connection hear one after the other that it was lost.
    if (session.connection?.isOpen === false) return notRun(this.#lost());
    const { clock, limits } = this.#parts;
    const ended = this.#underWay.begin();
    this.#running ??= new CallGroup();
    const { id, deadline, hooks, cancelled, dryRun, extendMs, signal, purpose } = work;
    const invoked = await invoke({
      id,
      deadline,
      hooks,
      cancelled,
      dryRun,
      extendMs,
      clock,
      cause: { device: this.id, call: purpose },
      connection: session.connection,
      groups: [session.calls, this.#running],
      signals: signal === undefined ? undefined : [signal],
      handler,
      abortGraceMs: limits.abortGraceMs,
    });
    ended();
    this.#settled();
    if (invoked.error instanceof BellcrankError && invoked.error.damaged) this.#parts.tally.checksumErrors++;
    if (work.dryRun !== true && isAnswer(invoked, work.effect)) this.#heard();
    this.#attachment.recovery.aftermath(session, invoked, {
      effect: work.effect,
      isKnown: work.isKnown?.(invoked),
      resync: work.resync,
    });
    return invoked;
  }

  /** Nothing to end is left: an idle device keeps nothing for it. One that was removed ends whatever comes still. */
  #settled(): void {
    if (this.#underWay.count === 0 && this.#removed === undefined) this.#running = undefined;
  }

  /** What sends bytes or a message as they are. */
  rawHandler({ connection }: LiveSession, raw: Raw): Handler {
    return rawHandler(connection, raw, { clock: this.#parts.clock, quietMs: this.quietMs });
  }

  /** The value as it is known, without asking the device. */
  reading(name: string): Reading {
    return this.readings.get(name, this.model.properties[name], this.laneReady);
  }

  /** Asks the device for a property, unless its value is younger than `maxAgeMs`. */
  async read(name: string, maxAgeMs: number, signal: AbortSignal): Promise<Reading> {
    const known = this.reading(name);
    if (this.laneReady && known.quality === 'good' && this.readings.ageMs(name) <= maxAgeMs) return known;
    await this.#reader.read(name, signal);
    return this.reading(name);
  }

  /** Whether the device can be asked for a property. */
  canRead(name: string): boolean {
    return this.#attachment.session?.session.read?.[name] !== undefined;
  }

  /**
   * Makes the device safe now and latches: nothing but reads passes until `release`. Overtakes the lane, aborts what is
   * in flight on the line and rejects what is queued. A second stop joins the one under way.
   */
  stop(id: string, by = 'somebody'): Promise<Stopped> {
    this.latch(by);
    const error = new BellcrankError('stopped', `device ${this.id} was stopped`, { reason: 'stopped' });
    this.preempt(error);
    this.lane.evict(this, error);
    this.#attachment.stopped(error);
    return this.#stopping.begin(id);
  }

  /** A stop needs the line: what is under way is aborted. */
  preempt(error: BellcrankError): void {
    this.#running?.abort(error);
  }

  /** Latches without a stop: for a device that takes the place of a stopped one. A stop begins with it. */
  latch(by: string): void {
    this.#life.latch = by;
    this.#observe('latched', 'latched', undefined);
  }

  /** Ends the latch. */
  release(): void {
    this.#life.latch = undefined;
    this.#stopping.released();
    this.#observe('released', 'released', undefined);
  }

  /** A session begins: a latched device is stopped before anything else. */
  async #begun(session: LiveSession): Promise<void> {
    this.#heard();
    const problem = this.#description.take(session.model);
    if (problem !== undefined) throw new BellcrankError('device-offline', misfit(problem));
    session.begin();
    if (this.latched) await this.#stopFirst(session);
  }

  #heard(): void {
    const { clock } = this.#parts;
    this.#lastSeenAt = clock.now();
    this.#heardAt = clock.monotonic();
  }

  /** Away, it may not have heard its stop; and a fresh start may have switched on what was off. */
  async #back(session: LiveSession): Promise<boolean> {
    if (!this.latched) return true;
    const { invoked } = await this.#stopFirst(session);
    return invoked?.returned !== false;
  }

  async #stopFirst(session: LiveSession): Promise<Stopped> {
    const stopped = await this.#stopping.first(session);
    this.#observe('stopped', 'stopped', stopped);
    const { invoked } = stopped;
    if (invoked !== undefined && !invoked.left && !invoked.returned) throw invoked.error;
    return stopped;
  }

  #stateChanged(state: DeviceState, from: DeviceState): void {
    const refusal = this.#life.refusal();
    if (refusal !== undefined) this.lane.evict(this, refusal);
    if (state === 'ready') this.lane.pump();
    this.#observe('state', state, { from, detail: this.detail });
  }

  #lost(): BellcrankError {
    const text = `device ${this.id} is offline: its connection was lost; nothing was sent`;
    return new BellcrankError('device-offline', text, { outcome: 'not-sent', reason: 'offline', retryAfterMs: 2000 });
  }

  #faulty(what: string): BellcrankError {
    return new BellcrankError('driver-fault', `driver ${this.settings.driver.model.name}: ${what}`);
  }

  #observe(kind: DeviceEvent['kind'], name: string, data: unknown, cause?: ValueCause, repeats = false): void {
    const more = { ...(cause === undefined ? {} : { cause }), ...(repeats ? { repeats } : {}) };
    this.#parts.observe({ device: this, kind, name, data, ...more });
  }
}

/** What was merely sent says nothing of the device. */
function isAnswer({ returned, level }: Invoked, effect: Effect): boolean {
  return returned && (effect === 'read' || reaches(level, 'acknowledged'));
}

function notRun(error: BellcrankError): Invoked {
  return { error, returned: false, ignoredAbort: false, left: false, level: undefined, evidence: undefined };
}
