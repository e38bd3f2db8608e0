import type { Clock } from '../clock.ts';
import type { DeviceEvent } from '../device/settings.ts';
import type { Log } from '../driver/contract.ts';
import { printable } from '../errors.ts';
import { StateLines } from './state-lines.ts';

/** Lines that what one device tells may write in a second; the rest is counted. A device can talk faster than disks. */
const perSecond = 20;

/** Longest text of a device's in a line. */
const maxText = 500;

interface Window {
  begun: number;
  written: number;
  left: number;
}

/** What devices do and tell, for the log: an outage once, events within reason, texts without control characters. */
export class DeviceLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  readonly #states: StateLines;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
    this.#states = new StateLines(log, clock);
  }

  take({ device, kind, name, data }: DeviceEvent): void {
    const fields = { device: device.id, ...(device.simulated ? { simulated: true } : {}) };
    if (kind === 'state') {
      return this.#state({ ...fields, state: name, ...(data as { from: string }) }, device.connectionName);
    }
    if (kind !== 'event' && kind !== 'unmatched') return;
    if (!this.#mayWrite(device.id, fields)) return;
    if (kind === 'event') this.#log.info({ ...fields, event: name, data: told(data) }, 'device event');
    else this.#log.debug({ ...fields, data: told(data) }, 'unmatched input');
  }

  /** An outage is told once: the attempts to end it are for whoever looks for them. */
  #state(fields: { readonly state: string; readonly from: string }, connection: string): void {
    const attempt = fields.state === 'connecting' || fields.from === 'connecting';
    if (attempt && fields.state !== 'ready' && fields.state !== 'quarantined') this.#log.debug(fields, 'device state');
    else this.#states.write({ connection, state: fields.state }, fields);
  }

  #mayWrite(id: string, fields: object): boolean {
    const now = this.#clock.monotonic();
    const window = this.#windows.get(id) ?? { begun: now, written: 0, left: 0 };
    this.#windows.set(id, window);
    if (now - window.begun >= 1000) {
      if (window.left > 0) this.#log.warn({ ...fields, count: window.left }, 'the device told more than was logged');
      Object.assign(window, { begun: now, written: 0, left: 0 });
    }
    if (window.written < perSecond) return ++window.written > 0;
    window.left++;
    return false;
  }
}

/** JSON escapes some control characters, and a terminal obeys others. */
function told(data: unknown): unknown {
  const text = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? printable(value.slice(0, maxText)) : value;
  return data === undefined ? undefined : (JSON.parse(JSON.stringify(data, text)) as unknown);
}
