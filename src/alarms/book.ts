import { type Alarm, holds, isOpen } from './alarm.ts';
import { keyOf } from './rule.ts';

export interface AlarmQuery {
  readonly state?: Alarm['state'];
  readonly open?: boolean;
  readonly device?: string;
  /** Only of devices of which it says yes. */
  readonly about?: (device: string) => boolean;
  readonly alarm?: string;
  readonly severity?: Alarm['severity'];
  /** Only alarms older than this id. */
  readonly before?: string;
  readonly limit: number;
}

export interface AlarmPage {
  readonly items: readonly Alarm[];
  readonly next?: string;
}

export interface BookBounds {
  /** How many are kept that are over. */
  readonly keep: number;
  /** How long those are kept, ms. */
  readonly keepMs: number;
  /** How many may be open; beyond that the oldest go that do not hold any more. */
  readonly maxOpen: number;
}

const ageCheckMs = 3_600_000;

/** All alarms that are known, in memory: those that somebody still has to see, and the latest of those that are over. */
export class AlarmBook {
  readonly #bounds: BookBounds;
  /** In the order of their ids. */
  readonly #all = new Map<string, Alarm>();
  /** By rule and device: one at most. */
  readonly #open = new Map<string, string>();
  readonly #openByDevice = new Map<string, number>();
  #prunedAt = -Infinity;

  constructor(bounds: BookBounds) {
    this.#bounds = bounds;
  }

  get(id: string): Alarm | undefined {
    return this.#all.get(id);
  }

  /** The one of a rule and a device that somebody still has to see. */
  openOf(rule: { readonly name: string }, device: string): Alarm | undefined {
    const id = this.#open.get(keyOf(rule, device));
    return id === undefined ? undefined : this.#all.get(id);
  }

  /** How many of a device somebody still has to see. */
  countOpen(device: string): number {
    return this.#openByDevice.get(device) ?? 0;
  }

  get open(): readonly Alarm[] {
    return [...this.#open.values()].flatMap((id) => this.#all.get(id) ?? []);
  }

  /** Gives everything away, oldest first. */
  takeAll(): readonly Alarm[] {
    const all = [...this.#all.values()];
    for (const alarm of all) this.#forget(alarm);
    return all;
  }

  /** New ones are newer than all that are here; others take the place of what they were. */
  put(alarm: Alarm): void {
    const before = this.#all.get(alarm.id);
    this.#count(alarm.device, Number(isOpen(alarm)) - Number(before !== undefined && isOpen(before)));
    const key = keyOf({ name: alarm.alarm }, alarm.device);
    if (isOpen(alarm)) this.#open.set(key, alarm.id);
    else if (this.#open.get(key) === alarm.id) this.#open.delete(key);
    this.#all.set(alarm.id, alarm);
  }

  /** Forgets what is over its bounds, and tells which. Age is looked at once an hour. */
  prune(now: number): readonly Alarm[] {
    const { keep, maxOpen } = this.#bounds;
    const gone = [
      ...(now - this.#prunedAt < ageCheckMs ? [] : this.#old(now)),
      ...this.#oldest(this.#all.size - this.#open.size - keep, (alarm) => !isOpen(alarm)),
      ...this.#oldest(this.#open.size - maxOpen, (alarm) => isOpen(alarm) && !holds(alarm)),
    ];
    for (const alarm of gone) this.#forget(alarm);
    return gone;
  }

  /** Newest first. */
  list({ before, limit, ...filters }: AlarmQuery): AlarmPage {
    const items: Alarm[] = [];
    for (const alarm of [...this.#all.values()].toReversed()) {
      if ((before !== undefined && alarm.id >= before) || !fits(alarm, filters)) continue;
      const last = items.at(-1);
      if (items.length === limit && last !== undefined) return { items, next: last.id };
      items.push(alarm);
    }
    return { items };
  }

  #old(now: number): Alarm[] {
    this.#prunedAt = now;
    const since = now - this.#bounds.keepMs;
    return [...this.#all.values()].filter((alarm) => !isOpen(alarm) && lastOf(alarm) < since);
  }

  #oldest(count: number, which: (alarm: Alarm) => boolean): Alarm[] {
    const found: Alarm[] = [];
    if (count <= 0) return found;
    for (const alarm of this.#all.values()) {
      if (which(alarm)) found.push(alarm);
      if (found.length === count) break;
    }
    return found;
  }

  #forget(alarm: Alarm): void {
    if (!this.#all.delete(alarm.id)) return;
    const key = keyOf({ name: alarm.alarm }, alarm.device);
    if (isOpen(alarm)) this.#count(alarm.device, -1);
    if (this.#open.get(key) === alarm.id) this.#open.delete(key);
  }

  #count(device: string, more: number): void {
    const count = this.countOpen(device) + more;
    if (count === 0) this.#openByDevice.delete(device);
    else this.#openByDevice.set(device, count);
  }
}

function fits(alarm: Alarm, { open, about, ...filters }: Omit<AlarmQuery, 'before' | 'limit'>): boolean {
  if (open !== undefined && isOpen(alarm) !== open) return false;
  if (about?.(alarm.device) === false) return false;
  return (['state', 'device', 'alarm', 'severity'] as const).every(
    (field) => filters[field] === undefined || filters[field] === alarm[field],
  );
}

function lastOf({ transitions, raisedAt }: Alarm): number {
  return transitions.at(-1)?.at ?? raisedAt;
}
