import { rawCommand } from '../driver/built-in.ts';
import type { Shared } from '../driver/contract.ts';
import type { Effect, Model } from '../driver/spec.ts';
import { BellcrankError } from '../errors.ts';
import type { Closed, Connection } from '../transport/connection.ts';
import { CallGroup } from './call-group.ts';
import { reaches } from './call.ts';
import { Decision } from './decision.ts';
import { type Invoked, invoke } from './invoke.ts';
import type { Lane, LaneOwner, Priority, Turn } from './lane.ts';
import type { Link, LinkUser, Opener } from './link.ts';
import { Machinery } from './machinery.ts';
import { type Raw, rawHandler } from './raw.ts';
import type { Reading, Readings } from './readings.ts';
import type { Handler, LiveSession } from './session.ts';
import type { Adjustment, DeviceParts, DeviceSettings } from './settings.ts';
import type { DeviceState } from './state.ts';
import { stoppedError } from './stopped-error.ts';
import type { Stopped } from './stopping.ts';
import type { Work } from './work.ts';

/** One configured device: what it can do, where it stands, and the one way to run something on it. */
export class Device implements LinkUser, LaneOwner {
  readonly lane: Lane;
  /** Where `Places` put it: its driver may have become another since. */
  place: string | undefined;
  readonly #parts: DeviceParts;
  /** What it consists of. */
  readonly #its: Machinery;
  /** What is under way; made for the first of it. */
  #running: CallGroup | undefined;
  /** Set once it is on its way out. */
  #removed: BellcrankError | undefined;
  #labels: Readonly<Record<string, string>>;
  /** Made for the first who asks. */
  #decision: Decision | undefined;

  /** `remembered`: what it described itself as before, if it does. */
  constructor(settings: DeviceSettings, parts: DeviceParts, remembered?: Model) {
    this.#parts = parts;
    this.#labels = settings.labels;
    this.#its = new Machinery(this, settings, parts, remembered);
    this.lane = parts.link.laneFor(this);
  }

  get readings(): Readings {
    return this.#its.readings;
  }
  /** Properties whose values are of this session. */
  fresh(): readonly string[] {
    return this.#its.fresh();
  }
  get settings(): DeviceSettings {
    return this.#its.settings;
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
    this.#its.observe('labels', 'labels', { before });
  }
  get model(): Model {
    return this.#its.description.model;
  }
  /** As it described itself, before anything is taken from it; undefined if it has not, or need not. */
  get told(): Model | undefined {
    return this.settings.driver.selfDescribing === true ? this.#its.description.told : undefined;
  }
  /** Why it is not known yet what it can do; undefined once it is. */
  undescribed(): BellcrankError | undefined {
    if (this.#its.description.isKnown) return undefined;
    const why = this.detail === undefined ? '' : `: ${this.detail}`;
    const text = `device ${this.id} has not described itself yet${why}; nothing was sent`;
    return new BellcrankError('device-offline', text, { outcome: 'not-sent', reason: 'offline', retryAfterMs: 2000 });
  }
  get state(): DeviceState {
    return this.#its.life.state;
  }
  /** Why it is not ready. */
  get detail(): string | undefined {
    return this.#its.life.detail;
  }
  get latched(): boolean {
    return this.#its.life.latch !== undefined;
  }
  /** Who stopped it, and why. */
  get latchedBy(): string | undefined {
    return this.#its.life.latch;
  }
  /** What was decided of it last; a new one each time. */
  get decision(): Decision {
    return (this.#decision ??= new Decision('nothing'));
  }
  /** What it told of itself when it was first reached. */
  get identity(): string | undefined {
    return this.#its.attachment.identified;
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
    return this.#its.lastSeenAt;
  }
  /** Replies and lines that belonged to nothing. */
  get unmatched(): number {
    return this.#its.description.unmatched;
  }
  get laneReady(): boolean {
    return this.#its.life.state === 'ready';
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
    if (this.#its.attachment.session === undefined) this.#its.description.remodel(this.settings.driver.model);
    await this.#its.attachment.renew('its driver has changed');
  }

  /** Takes what needs no other session: it stays attached, and what waits is checked against it in its turn. */
  adjust(change: Adjustment): void {
    this.#its.adjust({ ...this.settings, ...change });
    if (change.restrictions !== undefined) this.#its.attachment.misfit(this.#its.description.narrow());
    if (change.labels !== undefined) this.labels = change.labels;
  }

  /** Whoever answers next in its place is the device from then on. */
  acceptIdentity(): void {
    this.#its.attachment.identity.accept();
  }

  /** One that the end of the service found before it began does not begin. */
  start(): void {
    if (this.settings.enabled && this.#removed === undefined) this.#parts.link.join(this);
  }

  /** Rejects what is queued, lets what is under way end within its grace, detaches, and lets go of the connection. */
  async remove(error: BellcrankError, graceMs = this.#parts.limits.removeGraceMs): Promise<void> {
    const { reason } = error;
    const details = { outcome: 'not-sent' as const, ...(reason === undefined ? {} : { reason }) };
    this.#removed = new BellcrankError(error.code, `${error.message}; nothing was sent`, details);
    this.lane.evict(this, this.#removed);
    this.decided('its removal');
    this.#its.over(error);
    await this.#its.underWay.within(graceMs);
    // A stop that came meanwhile still needs the session; its own timeout bounds it. The service's end has no time for that.
    if (graceMs > 0) await this.#its.stopping.underWay;
    this.#running ??= new CallGroup();
    this.#running.close(error);
    if (graceMs > 0 && !this.#parts.link.isAlone(this)) await this.#cleared();
    await this.#its.attachment.sayGoodbye();
    // So does one that broke off the goodbye.
    if (graceMs > 0) await this.#its.stopping.underWay;
    this.#its.attachment.detach(error);
    this.#its.life.apply('disable');
    await this.#parts.link.leave(this);
  }

  /** What was broken off may still be answered: whoever has the line after it must not take that for theirs. */
  async #cleared(): Promise<void> {
    await this.#its.underWay.within(this.#parts.limits.abortGraceMs);
    await this.#its.attachment.leave();
  }

  opening(): void {
    this.#its.life.apply('open');
  }
  opened(connection: Connection | null, shared: Shared): void {
    this.#its.attachment.opened(connection, shared);
  }
  closed(closed: Closed): void {
    this.#its.attachment.closed(closed);
  }

  /** The error for a command that cannot even be queued now. */
  refusal(): BellcrankError | undefined {
    return this.#removed ?? this.#its.life.refusal();
  }

  /** Waits for a turn on the device's line; `onNext` as of `Lane.acquire`. */
  acquire(priority: Priority, signal: AbortSignal, onNext?: () => void): Promise<Turn> {
    const refusal = this.refusal();
    return refusal === undefined ? this.lane.acquire(this, priority, signal, onNext) : Promise.reject(refusal);
  }

  /** A turn on the device's line where there is nothing to wait for. */
  acquireNow(): Turn | undefined {
    return this.refusal() === undefined ? this.lane.acquireNow(this) : undefined;
  }

  /** For urgent commands: past the lane. */
  bypass(signal: AbortSignal): Promise<Turn> {
    const refusal = this.refusal();
    return refusal === undefined ? this.#its.bypass.enter(signal) : Promise.reject(refusal);
  }

  /** Runs one handler; the caller holds a turn, and releases it when this has resolved. */
  run(work: Work): Promise<Invoked> {
    const session = this.#its.attachment.session;
    const handler = session && work.handler(session);
    if (session === undefined) return notRun(this.refusal() ?? this.#its.life.offlineError());
    if (handler === undefined) return notRun(this.#unhandled(work));
    // Thousands on one connection hear one after the other that it was lost.
    if (session.connection?.isOpen === false) return notRun(this.#lost());
    const { clock, limits } = this.#parts;
    this.#its.underWay.begin();
    this.#running ??= new CallGroup();
    const { id, deadline, hooks, cancelled, dryRun, extendMs, signal, purpose } = work;
    return invoke({
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
      ended: (invoked) => this.#ended(session, work, invoked),
    });
  }

  #ended(session: LiveSession, work: Work, invoked: Invoked): void {
    this.#its.underWay.end();
    // Nothing to end is left: an idle device keeps nothing for it. One that was removed ends whatever comes still.
    if (this.#its.underWay.count === 0 && this.#removed === undefined) this.#running = undefined;
    if (invoked.error instanceof BellcrankError && invoked.error.damaged) this.#parts.tally.checksumErrors++;
    if (work.dryRun !== true && isAnswer(invoked, work.effect)) this.#its.heard();
    this.#its.attachment.recovery.aftermath(session, invoked, {
      effect: work.effect,
      isKnown: work.isKnown?.(invoked),
      resync: work.resync,
    });
  }

  /** What sends bytes or a message as they are. */
  rawHandler({ connection }: LiveSession, raw: Raw): Handler {
    return rawHandler(connection, raw, { clock: this.#parts.clock, quietMs: this.quietMs });
  }

  /** The value as it is known, without asking the device. */
  reading(name: string): Reading {
    return this.readings.get(name, this.model.properties[name], this.laneReady);
  }

  /** Asks the device for a property, unless its value is younger than `maxAgeMs`. `no-value` where nobody can ask for it. */
  async read(name: string, maxAgeMs: number, signal: AbortSignal): Promise<Reading> {
    const known = this.reading(name);
    if (this.laneReady && known.quality === 'good' && this.readings.ageMs(name) <= maxAgeMs) return known;
    if (this.#its.attachment.session !== undefined && !this.canRead(name)) throw this.#onlyTold(name, known);
    await this.#its.reader.read(name, signal);
    return this.reading(name);
  }

  /** Whether a property can be asked for is known once there is a session, which whoever asks may have waited for. */
  #unhandled({ purpose }: Work): BellcrankError {
    const name = purpose?.kind === 'read' ? purpose.name : undefined;
    const spec = name === undefined ? undefined : this.model.properties[name];
    const isTold = name !== undefined && spec !== undefined && spec.access !== 'write' && spec.source === 'pushed';
    return isTold ? this.#onlyTold(name, this.reading(name)) : this.#faulty('has no handler for it');
  }

  #onlyTold(name: string, { at, error }: Reading): BellcrankError {
    const told =
      at === undefined ? 'has not told it yet' : `last did so ${Math.round(this.readings.ageMs(name))} ms ago`;
    const why = error === undefined ? '' : ` (${error})`;
    const detail = `${name} of ${this.id} cannot be asked for: the device tells it by itself, and ${told}${why}`;
    return new BellcrankError('no-value', detail, { retryAfterMs: 1000 });
  }

  /** Whether the device can be asked for a property. */
  canRead(name: string): boolean {
    return this.#its.attachment.session?.session.read?.[name] !== undefined;
  }

  /**
   * Makes the device safe now and latches: nothing but reads passes until `release`. Overtakes the lane, aborts what is
   * in flight on the line and rejects what is queued. A second stop joins the one under way.
   */
  stop(id: string, by = 'somebody'): Promise<Stopped> {
    this.#parts.hush();
    this.latch(by);
    const error = stoppedError(`device ${this.id} was stopped`);
    this.preempt(error);
    this.lane.evict(this, error);
    this.#its.attachment.stopped(error);
    return this.#its.stopping.begin(id);
  }

  /** A stop needs the line: what is under way is aborted. */
  preempt(error: BellcrankError): void {
    this.#running?.abort(error);
  }

  /** Latches without a stop: for a device that takes the place of a stopped one. A stop begins with it. */
  latch(by: string): void {
    this.#its.life.latch = by;
    this.decided('a stop');
    this.#its.observe('latched', 'latched', undefined);
  }

  /** Ends the latch. */
  release(): void {
    this.#its.life.latch = undefined;
    this.#its.stopping.released();
    this.#its.observe('released', 'released', undefined);
  }

  /** Nothing that was begun before is to be begun again. */
  decided(what: string): Decision {
    const before = this.#decision;
    this.#decision = new Decision(what);
    before?.replaced(this.#decision);
    return this.#decision;
  }

  #lost(): BellcrankError {
    const text = `device ${this.id} is offline: its connection was lost; nothing was sent`;
    return new BellcrankError('device-offline', text, { outcome: 'not-sent', reason: 'offline', retryAfterMs: 2000 });
  }

  #faulty(what: string): BellcrankError {
    return new BellcrankError('driver-fault', `driver ${this.settings.driver.model.name}: ${what}`);
  }
}

/** What was merely sent says nothing of the device. */
function isAnswer({ returned, level }: Invoked, effect: Effect): boolean {
  return returned && (effect === 'read' || reaches(level, 'acknowledged'));
}

function notRun(error: BellcrankError): Promise<Invoked> {
  const evidence = undefined;
  return Promise.resolve({ error, returned: false, ignoredAbort: false, left: false, level: undefined, evidence });
}
