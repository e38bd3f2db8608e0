import type { Clock } from '../clock.ts';
import type { Device } from '../device/device.ts';
import type { DeviceEvent } from '../device/settings.ts';
import type { Log } from '../driver/contract.ts';
import { Ration } from './ration.ts';
import { StateLines } from './state-lines.ts';
import { told } from './told.ts';

/** Lines that what one device tells may write in a second; the rest is counted. */
const perSecond = 20;

/** What devices do and tell, for the log: an outage once, events within reason, texts without control characters. */
export class DeviceLog {
  readonly #log: Log;
  readonly #events: Ration;
  readonly #unmatched: Ration;
  readonly #states: StateLines;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#events = new Ration(clock, perSecond);
    this.#unmatched = new Ration(clock, perSecond);
    this.#states = new StateLines(log, clock);
  }

  take({ device, kind, name, data }: DeviceEvent): void {
    const fields = { device: device.id, ...(device.simulated ? { simulated: true } : {}) };
    if (kind === 'state') {
      return this.#state({ ...fields, state: name, ...(data as { from: string }) }, device);
    }
    const more = 'the device told more than was logged';
    if (kind === 'event' && this.#events.take(device.id, (count) => this.#log.warn({ ...fields, count }, more))) {
      this.#log.info({ ...fields, event: name, data: told(data) }, 'device event');
    }
    // For whoever looks for it alone: it takes no room from events.
    if (
      kind === 'unmatched' &&
      this.#unmatched.take(device.id, (count) => this.#log.debug({ ...fields, count }, more))
    ) {
      this.#log.debug({ ...fields, data: told(data) }, 'unmatched input');
    }
  }

  /** An outage is told once: the attempts to end it are for whoever looks for them. */
  #state(fields: { readonly state: string; readonly from: string }, { connectionName, simulated }: Device): void {
    const attempt = fields.state === 'connecting' || fields.from === 'connecting';
    if (attempt && fields.state !== 'ready' && fields.state !== 'quarantined') this.#log.debug(fields, 'device state');
    else this.#states.write({ connection: connectionName, state: fields.state, simulated }, fields);
  }
}
