import type { RandomBytes } from '../random-bytes.ts';
import type { Clock } from '../clock.ts';
import type { AnyDriver, LaneTiming, Log } from '../driver/contract.ts';
import type { Model, PropertySpec } from '../driver/spec.ts';
import type { BellcrankError } from '../errors.ts';
import { Attachment, type AttachmentParts } from './attachment.ts';
import type { ValueCause } from './cause.ts';
import { Bypass } from './bypass.ts';
import { Description, type DescriptionParts } from './description.ts';
import type { Invoked } from './invoke.ts';
import type { Lane, Priority, Turn } from './lane.ts';
import { Life } from './life.ts';
import type { DeviceLimits } from './limits.ts';
import type { LinkUser } from './link.ts';
import type { Models } from './models.ts';
import { Reader, type ReaderParts } from './reader.ts';
import { Readings } from './readings.ts';
import type { Recovery } from './recovery.ts';
import type { LiveSession } from './session.ts';
import type { DeviceEvent, DeviceParts, DeviceSettings, Restrictions } from './settings.ts';
import type { DeviceState } from './state.ts';
import { Stopping, type StoppingParts } from './stopping.ts';
import { Upkeep, type UpkeepParts } from './upkeep.ts';
import type { Tally } from './tallies.ts';
import type { UnderWay } from './under-way.ts';
import type { Work } from './work.ts';

/** What the parts of a device want of the whole. */
export interface Whole {
  readonly user: LinkUser;
  readonly lane: Lane;
  acquire(priority: Priority, signal: AbortSignal): Promise<Turn>;
  run(work: Work): Promise<Invoked>;
  readonly stateChanged: (state: DeviceState, from: DeviceState) => void;
  begun(session: LiveSession): Promise<void>;
  back(session: LiveSession): Promise<boolean>;
  readonly underWay: UnderWay;
  heard(): void;
  heardAt(): number;
  absence(): BellcrankError;
  observe(kind: DeviceEvent['kind'], name: string, data: unknown, cause?: ValueCause, repeats?: boolean): void;
}

type Parts = AttachmentParts & DescriptionParts & ReaderParts & StoppingParts & UpkeepParts;

/**
 * The parts of one device, and the one object in which each of them finds what it needs of the others. There may be ten
 * thousand devices: a closure for each need of each part would be most of what a device weighs.
 */
export class Machinery implements Parts {
  readonly life: Life;
  readonly readings: Readings;
  readonly description: Description;
  readonly bypass: Bypass;
  readonly reader: Reader;
  readonly attachment: Attachment;
  readonly upkeep: Upkeep;
  readonly stopping: Stopping;
  #settings: DeviceSettings;
  readonly #parts: DeviceParts;
  readonly #whole: Whole;

  constructor(settings: DeviceSettings, parts: DeviceParts, whole: Whole) {
    this.#settings = settings;
    this.#parts = parts;
    this.#whole = whole;
    this.life = new Life(settings.id, settings.enabled, whole.stateChanged);
    this.readings = new Readings(
      parts.clock,
      (name, data, cause, repeats) => whole.observe('property', name, data, cause, repeats),
      (name, error, cause, repeats) => whole.observe('unread', name, error, cause, repeats),
    );
    this.description = new Description(this);
    this.bypass = new Bypass(parts.clock, whole.lane, this.timing?.guardMs);
    this.reader = new Reader(this);
    this.upkeep = new Upkeep(this);
    this.attachment = new Attachment(this);
    this.stopping = new Stopping(this);
  }

  /** What it is to be like from now on. */
  adjust(settings: DeviceSettings): void {
    this.#settings = settings;
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
    return this.#parts.log;
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
  get remembered(): Model | undefined {
    return this.#parts.remembered;
  }
  get readTimeoutMs(): number {
    return this.limits.readTimeoutMs;
  }
  get probeTimeoutMs(): number {
    return this.limits.resyncTimeoutMs;
  }
  get lane(): Lane {
    return this.#whole.lane;
  }
  get underWay(): UnderWay {
    return this.#whole.underWay;
  }
  get recovery(): Recovery {
    return this.attachment.recovery;
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
    return this.#whole.acquire(priority, signal);
  }
  run(work: Work): Promise<Invoked> {
    return this.#whole.run(work);
  }
  absence(): BellcrankError {
    return this.#whole.absence();
  }
  heard(): void {
    this.#whole.heard();
  }
  heardAt(): number {
    return this.#whole.heardAt();
  }
  observe(kind: DeviceEvent['kind'], name: string, data: unknown): void {
    if (kind === 'model') this.upkeep.remodelled();
    this.#whole.observe(kind, name, data);
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

  attaching(): void {
    this.readings.restart();
  }
  begun(session: LiveSession): Promise<void> {
    return this.#whole.begun(session);
  }
  back(session: LiveSession): Promise<boolean> {
    return this.#whole.back(session);
  }
  up(session: LiveSession): void {
    this.upkeep.start(session);
  }
  over(): void {
    this.upkeep.stop(new Error('the session ended'));
  }
  missed(times: number): void {
    this.#parts.link.missed(this.#whole.user, times);
  }
  reached(): void {
    this.#parts.link.reached(this.#whole.user);
  }
  isAlone(): boolean {
    return this.#parts.link.isAlone(this.#whole.user);
  }
  admitted(signal: AbortSignal, goesFirst: boolean): Promise<() => void> {
    return this.#parts.link.admitted(signal, goesFirst);
  }
}
