import { statfs } from 'node:fs/promises';
import type { Clock, Timer } from '../clock.ts';
import type { Device } from '../device/device.ts';
import { acceptsCommands } from '../device/state.ts';
import type { Registry } from '../device/registry.ts';
import { messageOf } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { ClockWatch } from './clock-watch.ts';
import type { EventLoop } from './event-loop.ts';

/** Something that is not as it should be, although the service works. */
export interface Degraded {
  readonly code:
    | 'journal'
    | 'index'
    | 'notices'
    | 'keys'
    | 'audit'
    | 'certificate'
    | 'devices-offline'
    | 'event-loop'
    | 'disk'
    | 'clock-jump';
  readonly detail: string;
}

export interface HealthParts {
  readonly registry: Pick<Registry, 'devices'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly eventLoop: EventLoop;
  /** Where the store is; undefined: on no disk. */
  readonly directory: string | undefined;
  /** Of what others know: what is wrong with it, for a person. */
  readonly troubles: Readonly<Partial<Record<'keys' | 'audit' | 'certificate', () => string | undefined>>>;
  /** Free and whole bytes; the system's if absent. */
  readonly space?: (directory: string) => Promise<{ readonly free: number; readonly total: number }>;
}

/** How often disk, event loop and clock are looked at. */
const lookMs = 10_000;
/** 99 of 100 turns of the event loop are no later than this, ms. */
const mostDelayMs = 200;
/** Free space below which commands will soon be refused. */
const leastFree = { bytes: 256 * 1024 * 1024, part: 0.02 };

/** What there is to be said of how the service stands. It is looked at in the background: to ask waits for nothing. */
export class Health {
  readonly #parts: HealthParts;
  readonly #clockWatch: ClockWatch;
  #timer: Timer | undefined;
  #delayMs = 0;
  #disk: string | undefined;
  #isLooking = false;

  constructor(parts: HealthParts) {
    this.#parts = parts;
    this.#clockWatch = new ClockWatch(parts.clock);
  }

  begin(): void {
    this.#schedule();
    void this.#lookAtDisk();
  }

  close(): void {
    this.#timer?.cancel();
  }

  get degraded(): readonly Degraded[] {
    const { store, registry, troubles } = this.#parts;
    const found: readonly (readonly [Degraded['code'], string | undefined])[] = [
      ['journal', store.trouble],
      ['index', store.indexTrouble],
      ['notices', store.notices.trouble],
      ['keys', troubles.keys?.()],
      ['audit', troubles.audit?.()],
      ['certificate', troubles.certificate?.()],
      ['disk', this.#disk],
      ['event-loop', this.#eventLoop()],
      ['clock-jump', this.#clockWatch.jump],
      ['devices-offline', offline(registry.devices)],
    ];
    return found.flatMap(([code, detail]) => (detail === undefined ? [] : [{ code, detail }]));
  }

  #schedule(): void {
    this.#timer = this.#parts.clock.timer(lookMs, () => {
      this.#schedule();
      this.#delayMs = this.#parts.eventLoop.takePercentile99();
      this.#clockWatch.look();
      void this.#lookAtDisk();
    });
  }

  #eventLoop(): string | undefined {
    if (this.#delayMs <= mostDelayMs) return undefined;
    return `the event loop is ${Math.round(this.#delayMs)} ms late (99 of 100 turns are no later): the machine is too slow for what it is asked`;
  }

  /** A disk that hangs answers later, or never: one question at a time. */
  async #lookAtDisk(): Promise<void> {
    const { directory, space = spaceOf } = this.#parts;
    if (directory === undefined || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const { free, total } = await space(directory);
      const isFull = free < leastFree.bytes || free < total * leastFree.part;
      const left = Math.floor(free / 1e6);
      this.#disk = isFull ? `${left} MB are left on the disk that holds ${directory}; make room` : undefined;
    } catch (error) {
      this.#disk = `it cannot be told how full the disk is that holds ${directory}: ${messageOf(error)}`;
    }
    this.#isLooking = false;
  }
}

async function spaceOf(directory: string): Promise<{ free: number; total: number }> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return { free: bavail * bsize, total: blocks * bsize };
}

function offline(devices: readonly Device[]): string | undefined {
  const enabled = devices.filter(({ settings }) => settings.enabled);
  const away = enabled.filter(({ state }) => !acceptsCommands(state)).length;
  return away === 0 ? undefined : `${away} of ${enabled.length} devices are offline; GET /v1/devices says why`;
}
