import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { AnyDriver, Log } from '../driver/contract.ts';
import { effectiveModel } from '../driver/effective.ts';
import { validate } from '../driver/schema.ts';
import type { Model, PropertySpec } from '../driver/spec.ts';
import { BellcrankError } from '../errors.ts';
import type { Closed, Connection } from '../transport/connection.ts';
import { Attachment } from './attachment.ts';
import { Bypass } from './bypass.ts';
import { type Invoked, invoke } from './invoke.ts';
import type { Lane, LaneOwner, Priority, Turn } from './lane.ts';
import { Life } from './life.ts';
import type { DeviceLimits } from './limits.ts';
import type { Link, LinkUser } from './link.ts';
import { pollLoop } from './poller.ts';
import { Reader } from './reader.ts';
import { type Reading, Readings } from './readings.ts';
import type { LiveSession } from './session.ts';
import type { DeviceState } from './state.ts';
import { UnderWay } from './under-way.ts';
import type { Work } from './work.ts';

/** What the configuration narrows of a model. */
export type Restrictions = Parameters<typeof effectiveModel>[1];

export interface DeviceSettings {
  readonly id: string;
  readonly driver: AnyDriver;
  /** Validated against the driver's schema. */
  readonly options: unknown;
  readonly labels: Readonly<Record<string, string>>;
  readonly restrictions: Restrictions;
  readonly enabled: boolean;
  /** Devices of the configuration file are changed there. */
  readonly managedBy: 'config' | 'api';
  /** What becomes of it when the service ends: it is left as it is, which is the default, or stopped. */
  readonly onShutdown?: 'leave' | 'stop';
  /** How often what only reads or sets is sent again while its outcome is unknown; 0 by default. */
  readonly retries?: number;
}

export interface DeviceEvent {
  readonly device: Device;
  /** `unread`: a property could not be read, was not valid, or is no longer known. `released`: the stop latch is gone. */
  readonly kind: 'state' | 'property' | 'unread' | 'event' | 'model' | 'unmatched' | 'stopped' | 'released';
  readonly name: string;
  readonly data: unknown;
}

export interface DeviceParts {
  readonly link: Link;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly limits: DeviceLimits;
  /** Must not throw. */
  readonly observe: (event: DeviceEvent) => void;
}

/** What became of a stop. */
export interface Stopped {
  readonly invoked?: Invoked;
  /** Why nothing could be sent; the latch holds all the same. */
  readonly error?: BellcrankError;
}

/** One configured device: what it can do, where it stands, and the one way to run something on it. */
export class Device implements LinkUser, LaneOwner {
  readonly settings: DeviceSettings;
  readonly readings: Readings;
  readonly lane: Lane;
  readonly #parts: DeviceParts;
  readonly #life: Life;
  readonly #attachment: Attachment;
  readonly #bypass: Bypass;
  readonly #reader: Reader;
  #model: Model;
  #running = new AbortController();
  readonly #underWay: UnderWay;
  #stopping: Promise<Stopped> | undefined;
  /** Set once it is on its way out. */
  #removed: BellcrankError | undefined;
  #labels: Readonly<Record<string, string>>;
  #lastSeenAt: number | undefined;
  #unmatched = 0;
  #polling: AbortController | undefined;

  constructor(settings: DeviceSettings, parts: DeviceParts) {
    const { clock, limits, link, log, random } = parts;
    this.settings = settings;
    this.#parts = parts;
    this.#labels = settings.labels;
    this.#underWay = new UnderWay(clock);
    this.#model = effectiveModel(settings.driver.model, settings.restrictions).model;
    this.lane = link.laneFor(this);
    this.#life = new Life(settings.id, settings.enabled, (state, from) => this.#stateChanged(state, from));
    this.readings = new Readings(
      clock,
      (name, data) => this.#observe('property', name, data),
      (name, error) => this.#observe('unread', name, error),
    );
    this.#bypass = new Bypass(clock, this.lane, settings.driver.timing?.guardMs);
    this.#reader = new Reader({
      clock,
      readings: this.readings,
      timeoutMs: limits.readTimeoutMs,
      spec: (name) => this.#model.properties[name],
      acquire: (priority, signal) => this.acquire(priority, signal),
      run: (work) => this.run(work),
    });
    this.#attachment = new Attachment({
      driver: settings.driver,
      options: settings.options,
      lane: this.lane,
      life: this.#life,
      clock,
      random,
      log,
      limits,
      callbacks: {
        report: (name, value) => this.#report(name, value),
        lost: (name, why) => this.#lost(name, why),
        emit: (name, data) => this.#emit(name, data),
        remodel: (model) => this.#remodel(model),
        unmatched: (what) => this.#countUnmatched(what),
      },
      attaching: () => this.readings.restart(),
      begun: (session) => this.#begun(session),
      over: () => this.#polling?.abort(new Error('the session ended')),
    });
  }

  get id(): string {
    return this.settings.id;
  }
  get labels(): Readonly<Record<string, string>> {
    return this.#labels;
  }
  set labels(labels: Readonly<Record<string, string>>) {
    this.#labels = labels;
  }
  get model(): Model {
    return this.#model;
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
  get simulated(): boolean {
    return this.#parts.link.opener.simulated;
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
    return this.#unmatched;
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

  start(): void {
    if (this.settings.enabled) this.#parts.link.join(this);
  }

  /** Rejects what is queued, lets what is under way end within its grace, detaches, and lets go of the connection. */
  async remove(error: BellcrankError, graceMs = this.#parts.limits.removeGraceMs): Promise<void> {
    const { reason } = error;
    const details = { outcome: 'not-sent' as const, ...(reason === undefined ? {} : { reason }) };
    this.#removed = new BellcrankError(error.code, `${error.message}; nothing was sent`, details);
    this.lane.evict(this, this.#removed);
    this.#polling?.abort(error);
    await this.#underWay.within(graceMs);
    // A stop that came meanwhile still needs the session; its own timeout bounds it.
    await this.#stopping;
    this.#running.abort(error);
    await this.#attachment.sayGoodbye();
    // So does one that broke off the goodbye.
    await this.#stopping;
    this.#attachment.detach();
    this.#life.apply('disable');
    await this.#parts.link.leave(this);
  }

  opening(): void {
    this.#life.apply('open');
  }
  opened(connection: Connection | null): void {
    this.#attachment.opened(connection);
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
    const { clock, limits } = this.#parts;
    const ended = this.#underWay.begin();
    const invoked = await invoke({
      ...work,
      clock,
      connection: session.connection,
      signals: [session.signal, this.#running.signal, ...(work.signal === undefined ? [] : [work.signal])],
      handler,
      abortGraceMs: limits.abortGraceMs,
    }).finally(ended);
    if (invoked.returned && work.dryRun !== true) this.#lastSeenAt = clock.now();
    this.#attachment.aftermath(session, invoked, work.effect, work.isKnown?.(invoked));
    return invoked;
  }

  /** The value as it is known, without asking the device. */
  reading(name: string): Reading {
    return this.readings.get(name, this.#model.properties[name], this.laneReady);
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
    this.#life.latch = by;
    const error = new BellcrankError('stopped', `device ${this.id} was stopped`, { reason: 'stopped' });
    this.preempt(error);
    this.lane.evict(this, error);
    if (this.#stopping !== undefined) return this.#stopping;
    const stopping: Promise<Stopped> = this.#stopNow(id).finally(() => {
      if (this.#stopping === stopping) this.#stopping = undefined;
    });
    this.#stopping = stopping;
    return stopping;
  }

  async #stopNow(id: string): Promise<Stopped> {
    if (this.#attachment.session === undefined) return { error: this.refusal() ?? this.#life.offlineError() };
    return await this.lane.exclusive.run(async () => {
      const { guardMs } = this.settings.driver.timing ?? {};
      if (guardMs !== undefined) await this.#bypass.settled(guardMs);
      // On a shared line the answer to another device's exchange could be taken for this one's.
      this.lane.preempt(
        new BellcrankError('stopped', `the line was taken for a stop of ${this.id}`, { reason: 'stopped' }),
      );
      await this.#bypass.settled(this.#parts.limits.preemptMs);
      const session = this.#attachment.session;
      if (session === undefined) return { error: this.refusal() ?? this.#life.offlineError() };
      return await this.#callStop(id, session);
    }, 'stop');
  }

  /** A stop needs the line: what is under way is aborted. */
  preempt(error: BellcrankError): void {
    this.#running.abort(error);
    this.#running = new AbortController();
  }

  /** Latches without a stop: for a device that takes the place of a stopped one. */
  latch(by: string): void {
    this.#life.latch = by;
  }

  /** Ends the latch. */
  release(): void {
    this.#life.latch = undefined;
    // What is sent from now on comes after a stop that is still under way: the next one must not join it.
    this.#stopping = undefined;
    this.#observe('released', 'released', undefined);
  }

  async #callStop(id: string, session: LiveSession): Promise<Stopped> {
    const { stop } = session;
    const spec = this.#model.stop;
    if (stop === undefined || spec === undefined) {
      return { error: new BellcrankError('not-found', `model ${this.#model.name} declares no stop`) };
    }
    const { clock, limits } = this.#parts;
    const invoked = await invoke({
      id,
      clock,
      connection: session.connection,
      deadline: clock.monotonic() + spec.timeoutMs,
      signals: [session.signal],
      handler: stop,
      abortGraceMs: limits.abortGraceMs,
    });
    this.#attachment.aftermath(session, invoked, 'actuate');
    return { invoked };
  }

  /** A session begins: a latched device is stopped before anything else, and its polls start. */
  async #begun(session: LiveSession): Promise<void> {
    const { clock } = this.#parts;
    this.#lastSeenAt = clock.now();
    const problem = this.#setModel(session.session.model ?? this.settings.driver.model);
    if (problem !== undefined) throw this.#faulty(problem);
    if (this.latched) await this.#stopFirst(session);
    this.#polling?.abort(new Error('a new session began'));
    if (session.signal.aborted) return;
    const polling = new AbortController();
    this.#polling = polling;
    const poll = (names: readonly string[]): Promise<void> => this.#reader.poll(names, polling.signal);
    const group = (names: readonly string[]) => session.group(names);
    const target = { model: () => this.#model, group, poll };
    void pollLoop(target, clock, polling.signal);
  }

  /** A latched device is told nothing before its stop; one that cannot even be told that is not taken. */
  async #stopFirst(session: LiveSession): Promise<void> {
    const stopped = await this.#callStop(randomUUID(), session);
    this.#observe('stopped', 'stopped', stopped);
    const { invoked } = stopped;
    if (invoked !== undefined && !invoked.left && !invoked.returned) throw invoked.error;
  }

  #report(name: string, value: unknown): void {
    const spec: PropertySpec | undefined = this.#model.properties[name];
    this.#lastSeenAt = this.#parts.clock.now();
    if (spec === undefined)
      this.#parts.log.warn({ property: name.slice(0, 64) }, 'driver reported an unknown property');
    else this.readings.put(name, spec, value);
  }

  #lost(name: string, why: string): void {
    if (Object.hasOwn(this.#model.properties, name)) this.readings.fail(name, why.slice(0, 200));
    else this.#parts.log.warn({ property: name.slice(0, 64) }, 'driver lost an unknown property');
  }

  #emit(name: string, data: unknown): void {
    const spec = this.#model.events[name];
    const errors = spec === undefined ? [{ detail: 'is not an event of its model' }] : validate(spec.data, data);
    const [error] = errors;
    if (error === undefined) this.#observe('event', name, data);
    else this.#parts.log.warn({ event: name.slice(0, 64), error: error.detail }, 'driver emitted an invalid event');
  }

  #remodel(model: Model): void {
    const problem = this.#setModel(model);
    if (problem !== undefined) this.#parts.log.error({ problem }, 'the new model of the device is not taken');
  }

  /** Takes a model whole, or says why not: a limit that no longer fits must not be dropped. */
  #setModel(model: Model): string | undefined {
    const { model: effective, problems } = effectiveModel(model, this.settings.restrictions);
    const [problem] = problems;
    if (problem !== undefined) return `${problem.path.join('.')} ${problem.detail}`;
    if (JSON.stringify(effective) === JSON.stringify(this.#model)) return undefined;
    this.#model = effective;
    this.#observe('model', effective.name, undefined);
    return undefined;
  }

  #countUnmatched(what: string): void {
    this.#unmatched++;
    this.#observe('unmatched', 'unmatched', what.slice(0, 200));
  }

  #stateChanged(state: DeviceState, from: DeviceState): void {
    const refusal = this.#life.refusal();
    if (refusal !== undefined) this.lane.evict(this, refusal);
    if (state === 'ready') this.lane.pump();
    this.#observe('state', state, { from, detail: this.detail });
  }

  #faulty(what: string): BellcrankError {
    return new BellcrankError('driver-fault', `driver ${this.settings.driver.model.name}: ${what}`);
  }

  #observe(kind: DeviceEvent['kind'], name: string, data: unknown): void {
    this.#parts.observe({ device: this, kind, name, data });
  }
}

function notRun(error: BellcrankError): Invoked {
  return { error, returned: false, ignoredAbort: false, left: false, level: undefined, evidence: undefined };
}
