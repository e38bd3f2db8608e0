import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import type { DeviceEvent } from '../device/settings.ts';
import type { Log } from '../driver/contract.ts';
import { BellcrankError } from '../errors.ts';
import { OrderedIds } from '../ordered-ids.ts';
import type { NoticeStore } from '../store/store.ts';
import { acknowledge, type Alarm, type AlarmChange, clear, holds, raise, raiseAgain, type Sight } from './alarm.ts';
import { AlarmBook, type AlarmPage, type AlarmQuery, type BookBounds } from './book.ts';
import { KeptAlarms } from './kept.ts';
import type { Look } from './look.ts';
import { type AlarmSettings, keyOf, kindOf } from './rule.ts';
import { AlarmWatch } from './watch.ts';
import type { Watched } from './watched.ts';
import { sightOf } from './words.ts';

export interface AlarmsParts {
  readonly rules: readonly AlarmSettings[];
  readonly registry: Pick<Registry, 'find' | 'devices'>;
  readonly notices: NoticeStore;
  readonly clock: Clock;
  readonly randomBytes?: (size: number) => Uint8Array;
  readonly log: Log;
  readonly bounds: Omit<BookBounds, 'maxOpen'>;
  /** Hears of each transition, when it happens. Must not throw. */
  readonly observe: (change: AlarmChange) => void;
}

/** Rules on devices that are watched at once. */
const maxWatched = 20_000;

/** Alarms: raised and cleared by what devices tell, acknowledged by people, and on record at each transition. */
export class Alarms {
  readonly #parts: AlarmsParts;
  readonly #book: AlarmBook;
  readonly #kept: KeptAlarms;
  readonly #watch: AlarmWatch;
  readonly #ids: OrderedIds;
  #rules: readonly AlarmSettings[];
  #isOverfull = false;
  #isLoaded = false;
  #isSettled = false;

  constructor(parts: AlarmsParts) {
    const { rules, registry, clock, notices, log, bounds, randomBytes } = parts;
    this.#parts = parts;
    this.#rules = rules;
    this.#book = new AlarmBook({ ...bounds, maxOpen: maxWatched });
    this.#kept = new KeptAlarms(notices.facts, log);
    this.#ids = new OrderedIds(randomBytes);
    this.#watch = new AlarmWatch({
      registry,
      clock,
      maxWatched,
      isRaised: (rule, device) => this.#holding(rule, device) !== undefined,
      changed: (watched, change, seen) => this.#changed(watched, change, seen),
      dropped: (rule, device, why, labels) => this.#over(this.#holding(rule, device.id), why, labels),
      overfull: () => this.#overfull(),
    });
    this.#watch.configure(rules);
    void notices.opened.then(() => this.#load());
  }

  /** Hand it all events of the registry. */
  observed(event: DeviceEvent): void {
    this.#watch.observed(event);
  }

  /** From now on these rules. One that is as it was goes on as it stands; alarms of those that are gone are over. */
  configure(rules: readonly AlarmSettings[]): void {
    this.#rules = rules.map((rule) => this.#rules.find((known) => isDeepStrictEqual(known, rule)) ?? rule);
    this.#isOverfull = false;
    this.#watch.configure(this.#rules);
    if (!this.#isLoaded) return;
    for (const alarm of this.#book.open)
      if (holds(alarm) && !this.#isRule(alarm)) this.#over(alarm, 'there is no such rule any more');
  }

  /** All devices of before are there again: alarms of rules and devices that are not are over. */
  settle(): void {
    this.#isSettled = true;
    if (!this.#isLoaded) return;
    const watched = new Set(this.#watch.watched.map(({ rule, device }) => keyOf(rule, device.id)));
    for (const alarm of this.#book.open) {
      const isWatched = watched.has(keyOf({ name: alarm.alarm }, alarm.device));
      if (holds(alarm) && !isWatched) this.#over(alarm, 'the rule does not apply to the device any more');
    }
  }

  get(id: string): Alarm {
    const alarm = this.#book.get(id);
    if (alarm !== undefined) return alarm;
    throw noSuchAlarm();
  }

  list(query: AlarmQuery): AlarmPage {
    this.#prune();
    return this.#book.list(query);
  }

  /** Those that hold, or are to be acknowledged. */
  get open(): readonly Alarm[] {
    return this.#book.open;
  }

  /** How many alarms of a device hold, or are to be acknowledged. */
  countOpen(device: string): number {
    return this.#book.countOpen(device);
  }

  /** The alarm as it is then; one that was acknowledged before stays as it was. Resolves when that is on record. */
  async acknowledge(id: string, by: string): Promise<Alarm> {
    const before = this.get(id);
    const alarm = acknowledge(before, by, this.#parts.clock.now());
    if (alarm === undefined) return before;
    await this.#put(alarm, 'acknowledged');
    return alarm;
  }

  /** Nothing is raised any more, and nothing clears: devices that go now are no news. */
  close(): void {
    this.#watch.close();
  }

  /** What was raised while the record could not be read is newer. */
  #load(): void {
    const early = this.#book.takeAll();
    for (const alarm of this.#kept.load()) {
      this.#book.put(alarm);
      this.#ids.follow(alarm.id);
    }
    for (const alarm of early) this.#merge(alarm);
    for (const alarm of this.#book.takeAll().toSorted((a, b) => (a.id < b.id ? -1 : 1))) this.#book.put(alarm);
    for (const alarm of this.#book.open)
      if (holds(alarm) && !this.#isRule(alarm)) this.#over(alarm, 'there is no such rule any more');
    this.#prune();
    for (const watched of this.#watch.watched) {
      if (this.#holding(watched.rule, watched.device.id) !== undefined) watched.resume();
    }
    this.#isLoaded = true;
    if (this.#isSettled) this.settle();
  }

  /** One alarm of a rule and a device: the earlier one goes on, and the other is over. */
  #merge(alarm: Alarm): void {
    const { clock } = this.#parts;
    const before = this.#book.openOf({ name: alarm.alarm }, alarm.device);
    if (before !== undefined && before.id !== alarm.id) {
      const over = clear(before, { value: before.value, detail: `it goes on as ${alarm.id}` }, clock.now());
      const seen = acknowledge(over, 'bellcrank', clock.now()) ?? over;
      this.#book.put(seen);
      void this.#kept.put(seen);
    }
    this.#book.put(alarm);
    void this.#kept.put(alarm);
  }

  #holding(rule: AlarmSettings, device: string): Alarm | undefined {
    const alarm = this.#book.openOf(rule, device);
    return alarm !== undefined && holds(alarm) ? alarm : undefined;
  }

  #changed({ rule, device }: Watched, change: 'raised' | 'cleared', seen: Look): void {
    const { clock } = this.#parts;
    const sight = sightOf(rule, seen, unitOf(device, rule), device.simulated);
    const before = this.#book.openOf(rule, device.id);
    const isHolding = before !== undefined && holds(before);
    if (change === 'raised' && !isHolding) void this.#put(this.#raised(rule, device, sight, before), change);
    if (change === 'cleared' && isHolding) void this.#put(clear(before, sight, clock.now()), change);
  }

  #raised(rule: AlarmSettings, device: Device, sight: Sight, before: Alarm | undefined): Alarm {
    const now = this.#parts.clock.now();
    if (before !== undefined) return raiseAgain(before, sight, now);
    return raise({ id: this.#ids.next(now), alarm: rule.name, device: device.id }, sight, now);
  }

  #isRule({ alarm, property, kind }: Alarm): boolean {
    return this.#rules.some((rule) => rule.name === alarm && rule.property === property && kindOf(rule) === kind);
  }

  #over(alarm: Alarm | undefined, detail: string, labels?: AlarmChange['labels']): void {
    if (alarm === undefined) return;
    void this.#put(clear(alarm, { value: alarm.value, detail }, this.#parts.clock.now()), 'cleared', labels);
  }

  /** On its way to the record before anybody hears of it, and in one batch with what those put there. */
  #put(alarm: Alarm, change: AlarmChange['change'], labels?: AlarmChange['labels']): Promise<void> {
    const at = alarm.transitions.at(-1)?.at ?? alarm.raisedAt;
    this.#book.put(alarm);
    const recorded = this.#kept.put(alarm);
    this.#parts.observe({ change, alarm, at, ...(labels === undefined ? {} : { labels }) });
    this.#prune();
    return recorded;
  }

  #prune(): void {
    for (const alarm of this.#book.prune(this.#parts.clock.now())) this.#kept.forget(alarm);
  }

  #overfull(): void {
    if (this.#isOverfull) return;
    this.#isOverfull = true;
    const text = `more alarms than ${maxWatched} apply to devices; those of devices that came last are not watched`;
    this.#parts.log.error({ maxWatched }, text);
  }
}

export function noSuchAlarm(): BellcrankError {
  return new BellcrankError('alarm-not-found', 'there is no such alarm on record; GET /v1/alarms lists them');
}

function unitOf({ model }: Device, { property }: AlarmSettings): string | null {
  const spec = Object.hasOwn(model.properties, property) ? model.properties[property] : undefined;
  const unit = spec?.schema['unit'];
  return typeof unit === 'string' ? unit : null;
}
