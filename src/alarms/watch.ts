import type { Clock } from '../clock.ts';
import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import type { DeviceEvent } from '../device/settings.ts';
import type { Look } from './look.ts';
import { type AlarmSettings, appliesTo } from './rule.ts';
import { Watched } from './watched.ts';

export interface WatchParts {
  readonly registry: Pick<Registry, 'find' | 'devices'>;
  readonly clock: Clock;
  readonly maxWatched: number;
  readonly isRaised: (rule: AlarmSettings, device: string) => boolean;
  readonly changed: (watched: Watched, change: 'raised' | 'cleared', seen: Look) => void;
  /** A rule is not watched on a device any more; `labels`: those of the device as long as it was. */
  readonly dropped: (rule: AlarmSettings, device: Device, why: string, labels: Device['labels']) => void;
  /** There are more rules on devices than may be. */
  readonly overfull: () => void;
}

/** What is watched of one device, while its labels, its model and the rules are these. */
interface Target {
  readonly device: Device;
  readonly labels: Device['labels'];
  readonly model: Device['model'];
  readonly generation: number;
  readonly watched: readonly Watched[];
}

const none: readonly Watched[] = [];

/** Watches every device that a rule applies to. It lives on what devices tell: hand it all their events. */
export class AlarmWatch {
  readonly #parts: WatchParts;
  readonly #targets = new Map<string, Target>();
  #byDevice = new Map<string, AlarmSettings[]>();
  #byLabel: readonly AlarmSettings[] = [];
  #count = 0;
  /** Of the rules. */
  #generation = 0;
  #closed = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** From now on these; those that are the same objects go on as they stand. */
  configure(rules: readonly AlarmSettings[]): void {
    this.#byLabel = rules.filter(({ label }) => label !== undefined);
    this.#byDevice = new Map();
    for (const rule of rules) {
      if (rule.device !== undefined)
        this.#byDevice.set(rule.device, [...(this.#byDevice.get(rule.device) ?? []), rule]);
    }
    this.#generation++;
    for (const device of this.#parts.registry.devices) for (const each of this.#follow(device)) each.update();
  }

  get watched(): readonly Watched[] {
    return [...this.#targets.values()].flatMap(({ watched }) => watched);
  }

  observed({ device, kind, name }: DeviceEvent): void {
    if (this.#closed || kind === 'event' || kind === 'unmatched') return;
    const property = kind === 'property' || kind === 'unread' ? name : undefined;
    for (const watched of this.#follow(device)) {
      if (property === undefined || watched.looksAt(property)) watched.update();
    }
  }

  close(): void {
    this.#closed = true;
    for (const { watched } of this.#targets.values()) closeAll(watched);
  }

  /** Devices come and go, take each other's place, and change their labels and what they have. */
  #follow(device: Device): readonly Watched[] {
    const { registry, dropped } = this.#parts;
    const target = this.#targets.get(device.id);
    if (registry.find(device.id) !== device) {
      if (target?.device !== device) return none;
      this.#forget(target);
      for (const { rule } of target.watched) dropped(rule, device, 'the device was removed', target.labels);
      return none;
    }
    const { labels, model } = device;
    const generation = this.#generation;
    const isSame = target?.device === device && target.labels === labels && target.model === model;
    if (isSame && target.generation === generation) return target.watched;
    const rules = this.#rulesOf(device);
    if (target === undefined && rules.length === 0) return none;
    // Only where the rules alone have changed: another model may have other properties.
    const kept = isSame ? target.watched.filter(({ rule }) => rules.includes(rule)) : none;
    if (target !== undefined) this.#forget(target, kept);
    const watched = [
      ...kept,
      ...this.#watch(
        rules.filter((rule) => !kept.some((each) => each.rule === rule)),
        device,
      ),
    ];
    this.#targets.set(device.id, { device, labels, model, generation, watched });
    const over = 'the rule does not apply to the device any more';
    for (const { rule } of target?.watched ?? none) {
      if (!rules.includes(rule)) dropped(rule, device, over, target?.labels ?? labels);
    }
    return watched;
  }

  #rulesOf(device: Device): readonly AlarmSettings[] {
    if (!device.settings.enabled) return [];
    const labelled = this.#byLabel.filter((rule) => appliesTo(rule, device));
    return [...(this.#byDevice.get(device.id) ?? []), ...labelled];
  }

  #watch(rules: readonly AlarmSettings[], device: Device): Watched[] {
    const { clock, isRaised, changed, maxWatched, overfull } = this.#parts;
    const room = rules.slice(0, Math.max(0, maxWatched - this.#count));
    if (room.length < rules.length) overfull();
    this.#count += room.length;
    return room.map((rule) => {
      const watched: Watched = new Watched({
        rule,
        device,
        clock,
        isRaised: isRaised(rule, device.id),
        changed: (change, seen) => changed(watched, change, seen),
      });
      return watched;
    });
  }

  #forget({ device, watched }: Target, kept: readonly Watched[] = none): void {
    this.#targets.delete(device.id);
    const gone = watched.filter((each) => !kept.includes(each));
    this.#count -= gone.length;
    closeAll(gone);
  }
}

function closeAll(watched: readonly Watched[]): void {
  for (const each of watched) each.close();
}
