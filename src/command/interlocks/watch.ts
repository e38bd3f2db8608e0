import type { Clock } from '../../clock.ts';
import type { Device } from '../../device/device.ts';
import type { DeviceEvent } from '../../device/settings.ts';
import type { Registry } from '../../device/registry.ts';
import type { Interlocks } from './interlocks.ts';
import type { Interlock } from './rule.ts';
import { Watched, type WatchedParts } from './watched.ts';

export interface WatchParts extends Pick<WatchedParts, 'clock' | 'stop'> {
  readonly interlocks: Interlocks;
  readonly registry: Pick<Registry, 'find' | 'devices'>;
  readonly clock: Clock;
}

/** What is watched of one device, while these are its rules. */
interface Target {
  readonly device: Device;
  readonly rules: readonly Interlock[];
  readonly watched: readonly Watched[];
}

/** Watches the interlocks that say `onViolation: stop`. It lives on what devices tell: hand it all their events. */
export class InterlockWatch {
  readonly #parts: WatchParts;
  readonly #targets = new Map<string, Target>();
  /** By each device that they look at, their own included. */
  readonly #byDevice = new Map<string, Set<Watched>>();
  #closed = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  observed({ device, kind, name }: DeviceEvent): void {
    if (this.#closed || kind === 'event' || kind === 'unmatched') return;
    this.#follow(device);
    const property = kind === 'property' || kind === 'unread' ? name : undefined;
    for (const watched of this.#byDevice.get(device.id) ?? []) {
      if (watched.looksAt(device.id, property)) watched.update();
    }
  }

  /** The rules have become others: those that are as they were go on being watched as before. */
  configured(): void {
    for (const device of this.#parts.registry.devices) this.#follow(device);
    for (const { watched } of this.#targets.values()) for (const each of watched) each.update();
  }

  close(): void {
    this.#closed = true;
    for (const target of this.#targets.values()) this.#drop(target);
  }

  /** Devices come and go, take each other's place, and change their labels. */
  #follow(device: Device): void {
    const { interlocks, registry, clock, stop } = this.#parts;
    const target = this.#targets.get(device.id);
    if (registry.find(device.id) !== device) {
      if (target?.device === device) this.#drop(target);
      return;
    }
    const rules = interlocks.rulesOf(device);
    if (target?.device === device && target.rules === rules) return;
    // Most of thousands of devices have none.
    if (target === undefined && rules.length === 0) return;
    const isEnabled = device.settings.enabled;
    const stopping = isEnabled ? rules.filter(({ onViolation }) => onViolation === 'stop') : [];
    const known = target?.device === device ? target.watched : [];
    const kept = known.filter(({ rule }) => stopping.includes(rule));
    if (target !== undefined) this.#drop(target, kept);
    if (!isEnabled) return;
    const watched = stopping.map(
      (rule) =>
        kept.find((each) => each.rule === rule) ??
        new Watched({ rule, device, clock, stop, judge: () => interlocks.judge(rule, device) }),
    );
    this.#keep({ device, rules, watched });
  }

  #keep(target: Target): void {
    this.#targets.set(target.device.id, target);
    for (const watched of target.watched) {
      for (const id of devicesOf(watched.rule, target.device)) {
        const all = this.#byDevice.get(id) ?? new Set();
        this.#byDevice.set(id, all.add(watched));
      }
    }
  }

  #drop(target: Target, kept: readonly Watched[] = []): void {
    this.#targets.delete(target.device.id);
    for (const watched of target.watched) {
      if (!kept.includes(watched)) watched.close();
      for (const id of devicesOf(watched.rule, target.device)) {
        const all = this.#byDevice.get(id);
        all?.delete(watched);
        if (all?.size === 0) this.#byDevice.delete(id);
      }
    }
  }
}

function devicesOf({ expression }: Interlock, { id }: Device): Set<string> {
  return new Set([id, ...expression.reads.map(({ device }) => device ?? id)]);
}
