import type { RandomBytes } from '../random-bytes.ts';
import type { Clock } from '../clock.ts';
import type { AnyDriver, LaneTiming, Log } from '../driver/contract.ts';
import type { Model, PropertySpec } from '../driver/spec.ts';
import { BellcrankError } from '../errors.ts';
import { misfit } from './appearance.ts';
import { Attachment, type AttachmentParts } from './attachment.ts';
import type { ValueCause } from './cause.ts';
import { Bypass } from './bypass.ts';
import { Description, type DescriptionParts } from './description.ts';
import type { Device } from './device.ts';
import { DeviceLines } from './device-lines.ts';
import type { Invoked } from './invoke.ts';
import type { Lane, Priority, Turn } from './lane.ts';
import { Life, type LifeListener } from './life.ts';
import type { DeviceLimits } from './limits.ts';
import type { Models } from './models.ts';
import { Reader, type ReaderParts } from './reader.ts';
import { Readings, type ReadingsListener } from './readings.ts';
import type { Recovery } from './recovery.ts';
import type { LiveSession } from './session.ts';
import type { DeviceEvent, DeviceParts, DeviceSettings, Restrictions } from './settings.ts';
import type { DeviceState } from './state.ts';
import { type Stopped, Stopping, type StoppingParts } from './stopping.ts';
import type { Tally } from './tallies.ts';
import { UnderWay } from './under-way.ts';
import { isAsked, Upkeep, type UpkeepParts } from './upkeep.ts';
import type { Work } from './work.ts';

type Parts = AttachmentParts &
  DescriptionParts &
  ReaderParts &
  StoppingParts &
  UpkeepParts &
  LifeListener &
  ReadingsListener;

/**
 * The parts of one device, and the one object in which each of them finds what it needs of the others. There may be ten
 * thousand devices, most of which only tell: what each weighs is these objects, so none of them has a closure for each of
 * its needs, and a part that a device may never need is made when it is asked for.
 */
export class Machinery implements Parts {
  readonly life: Life;
  readonly description: Description;
  readonly attachment: Attachment;
  readonly #device: Device;
  readonly #parts: DeviceParts;
  #settings: DeviceSettings;
  #log: Log | undefined;
  #readings: Readings | undefined;
  #bypass: Bypass | undefined;
  #reader: Reader | undefined;
  /** Made for a device that is asked something by itself. */
  #upkeep: Upkeep | undefined;
  /** The session that goes on. */
  #up: LiveSession | undefined;
  #stopping: Stopping | undefined;
  #underWay: UnderWay | undefined;
  #lastSeenAt: number | undefined;
  #heardAt = 0;

  constructor(device: Device, settings: DeviceSettings, parts: DeviceParts, remembered: Model | undefined) {
    this.#device = device;
    this.#settings = settings;
    this.#parts = parts;
    this.life = new Life(settings.id, settings.enabled, this);
    this.description = new Description(this, remembered);
    this.attachment = new Attachment(this);
  }

  /** What it is to be like from now on. */
  adjust(settings: DeviceSettings): void {
    this.#settings = settings;
  }

  get settings(): DeviceSettings {
    return this.#settings;
  }
  get id(): string {
    return this.#settings.id;
  }
  get driver(): AnyDriver {
    return this.#settings.driver;
  }
  get options(): unknown {
    return this.#settings.options;
  }
  get restrictions(): Restrictions {
    return this.#settings.restrictions;
  }
  get idleProbeMs(): number | undefined {
    return this.#settings.idleProbeMs;
  }
  get declared(): Model {
    return this.driver.model;
  }
  get selfDescribing(): boolean {
    return this.driver.selfDescribing === true;
  }
  get timing(): LaneTiming | undefined {
    return this.driver.timing;
  }
  get clock(): Clock {
    return this.#parts.clock;
  }
  get log(): Log {
    return (this.#log ??= new DeviceLines(this.#parts.log, this.id, this.#parts.link.opener.simulated));
  }
  get limits(): DeviceLimits {
    return this.#parts.limits;
  }
  get random(): () => number {
    return this.#parts.random;
  }
  get randomBytes(): RandomBytes {
    return this.#parts.randomBytes;
  }
  get models(): Models {
    return this.#parts.models;
  }
  get tally(): Tally {
    return this.#parts.tally;
  }
  get readTimeoutMs(): number {
    return this.limits.readTimeoutMs;
  }
  readWithinMs(names: readonly string[]): number {
    return Math.max(this.readTimeoutMs, this.session()?.readWithinMs(names) ?? 0);
  }
  get probeTimeoutMs(): number {
    return this.limits.resyncTimeoutMs;
  }
  get lane(): Lane {
    return this.#device.lane;
  }
  get recovery(): Recovery {
    return this.attachment.recovery;
  }
  get readings(): Readings {
    return (this.#readings ??= new Readings(this.clock, this));
  }
  /** Asked of every device whose state changes. */
  fresh(): readonly string[] {
    return this.#readings?.fresh() ?? [];
  }
  get bypass(): Bypass {
    return (this.#bypass ??= new Bypass(this.clock, this.lane, this.timing?.guardMs));
  }
  get reader(): Reader {
    return (this.#reader ??= new Reader(this));
  }
  get stopping(): Stopping {
    return (this.#stopping ??= new Stopping(this));
  }
  get underWay(): UnderWay {
    return (this.#underWay ??= new UnderWay(this.clock));
  }

  model(): Model {
    return this.description.model;
  }
  spec(name: string): PropertySpec | undefined {
    return this.model().properties[name];
  }
  session(): LiveSession | undefined {
    return this.attachment.session;
  }
  acquire(priority: Priority, signal: AbortSignal): Promise<Turn> {
    return this.#device.acquire(priority, signal);
  }
  run(work: Work): Promise<Invoked> {
    return this.#device.run(work);
  }
  absence(): BellcrankError {
    return this.#device.refusal() ?? this.life.offlineError();
  }

  /** Wall clock, ms: when it last answered or reported something. */
  get lastSeenAt(): number | undefined {
    return this.#lastSeenAt;
  }
  heardAt(): number {
    return this.#heardAt;
  }
  heard(): void {
    this.#lastSeenAt = this.clock.now();
    this.#heardAt = this.clock.monotonic();
  }

  observe(kind: DeviceEvent['kind'], name: string, data: unknown, cause?: ValueCause, repeats = false): void {
    if (kind === 'model') this.#readings?.remodelled((name) => this.spec(name));
    if (kind === 'model' && this.#upkeep !== undefined) this.#upkeep.remodelled();
    else if (kind === 'model' && this.#up !== undefined) this.up(this.#up);
    const more = { ...(cause === undefined ? {} : { cause }), ...(repeats ? { repeats } : {}) };
    this.#parts.observe({ device: this.#device, kind, name, data, ...more });
  }
  changed(name: string, value: unknown, cause: ValueCause, repeats: boolean): void {
    this.observe('property', name, value, cause, repeats);
  }
  failed(name: string, error: string, cause: ValueCause, repeats: boolean): void {
    this.observe('unread', name, error, cause, repeats);
  }
  stateChanged(state: DeviceState, from: DeviceState): void {
    const refusal = this.life.refusal();
    if (refusal !== undefined) this.lane.evict(this.#device, refusal);
    if (state === 'ready') this.lane.pump();
    this.observe('state', state, { from, detail: this.life.detail });
  }

  report(name: string, value: unknown): void {
    this.description.report(name, value);
  }
  lost(name: string, why: string): void {
    this.description.lost(name, why);
  }
  emit(name: string, data: unknown): void {
    this.description.emit(name, data);
  }
  remodel(model: Model): void {
    this.attachment.misfit(this.description.remodel(model));
  }
  unmatched(what: string, damaged = false): void {
    if (damaged) this.tally.checksumErrors++;
    this.description.countUnmatched(what);
  }
  intern(model: Model): Model {
    return this.models.intern(model);
  }

  forget(): void {
    this.#readings?.restart();
  }

  /** A session begins: a latched device is stopped before anything else. */
  async begun(session: LiveSession): Promise<void> {
    this.heard();
    const problem = this.description.take(session.model);
    if (problem !== undefined) throw new BellcrankError('device-offline', misfit(problem));
    session.begin();
    if (this.life.latch !== undefined) await this.#stopFirst(session);
  }

  stopTold(isUnheard: boolean): void {
    this.attachment.stopTold(isUnheard);
  }

  /** Away or hung, it may not have heard its stop; and a fresh start may have switched on what was off. */
  async back(session: LiveSession): Promise<boolean> {
    if (this.life.latch === undefined) return true;
    const { invoked } = await this.#stopFirst(session);
    return invoked?.returned !== false;
  }

  async #stopFirst(session: LiveSession): Promise<Stopped> {
    const stopped = await this.stopping.first(session);
    this.observe('stopped', 'stopped', stopped);
    const { invoked } = stopped;
    if (invoked !== undefined && !invoked.left && !invoked.returned) throw invoked.error;
    return stopped;
  }

  up(session: LiveSession): void {
    this.#up = session;
    if (this.#upkeep === undefined && !isAsked(this.model(), this.idleProbeMs)) return;
    this.#upkeep ??= new Upkeep(this);
    this.#upkeep.start(session);
  }
  over(cause = new Error('the session ended')): void {
    this.#up = undefined;
    this.#upkeep?.stop(cause);
  }
  missed(times: number): void {
    this.#parts.link.missed(this.#device, times);
  }
  reached(): void {
    this.#parts.link.reached(this.#device);
  }
  isAlone(): boolean {
    return this.#parts.link.isAlone(this.#device);
  }
  admitted(signal: AbortSignal, goesFirst: boolean): Promise<() => void> {
    return this.#parts.link.admitted(signal, goesFirst);
  }
}
