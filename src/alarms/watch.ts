import type { Clock } from '../clock.ts';
import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import type { DeviceEvent } from '../device/settings.ts';
import type { Look } from './look.ts';
import { type AlarmSettings, appliesTo } from './rule.ts';
import { Watched } from './watched.ts';

export interface WatchParts {
  readonly rules: readonly AlarmSettings[];
  readonly registry: Pick<Registry, 'find'>;
  readonly clock: Clock;
  readonly maxWatched: number;
  readonly isRaised: (rule: AlarmSettings, device: string) => boolean;
  readonly changed: (watched: Watched, change: 'raised' | 'cleared', seen: Look) => void;
  /** A rule is not watched on a device any more. */
  readonly dropped: (rule: AlarmSettings, device: Device, why: string) => void;
  /** There are more rules on devices than may be. */
  readonly overfull: () => void;
}

/** What is watched of one device, while its labels and its model are these. */
interface Target {
  readonly device: Device;
  readonly labels: Device['labels'];
  readonly model: Device['model'];
  readonly watched: readonly Watched[];
}

const none: readonly Watched[] = [];

/** Watches every device that a rule applies to. It lives on what devices tell: hand it all their events. */
export class AlarmWatch {
  readonly #parts: WatchParts;
  readonly #targets = new Map<string, Target>();
  readonly #byDevice = new Map<string, AlarmSettings[]>();
  readonly #byLabel: readonly AlarmSettings[];
  #count = 0;
  #closed = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#byLabel = parts.rules.filter(({ label }) => label !== undefined);
    for (const rule of parts.rules) {
      if (rule.device !== undefined)
        this.#byDevice.set(rule.device, [...(this.#byDevice.get(rule.device) ?? []), rule]);
    }
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
      for (const { rule } of target.watched) dropped(rule, device, 'the device was removed');
      return none;
    }
    const { labels, model } = device;
    if (target?.device === device && target.labels === labels && target.model === model) return target.watched;
    const rules = this.#rulesOf(device);
    if (target === undefined && rules.length === 0) return none;
    if (target !== undefined) this.#forget(target);
    const watched = this.#watch(rules, device);
    this.#targets.set(device.id, { device, labels, model, watched });
    for (const { rule } of target?.watched ?? none) {
      if (!rules.includes(rule)) dropped(rule, device, 'the rule does not apply to the device any more');
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

  #forget({ device, watched }: Target): void {
    this.#targets.delete(device.id);
    this.#count -= watched.length;
    closeAll(watched);
  }
}

function closeAll(watched: readonly Watched[]): void {
  for (const each of watched) each.close();
}
