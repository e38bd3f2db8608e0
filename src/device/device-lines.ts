import type { Log } from '../driver/contract.ts';

/** One device's lines in the log, each with its name. A child of pino's weighs a kilobyte, and most devices never write. */
export class DeviceLines implements Log {
  readonly #log: Log;
  readonly #device: string;
  readonly #simulated: boolean;

  constructor(log: Log, device: string, simulated: boolean) {
    this.#log = log;
    this.#device = device;
    this.#simulated = simulated;
  }

  debug(fields: object, message: string): void {
    this.#log.debug(this.#with(fields), message);
  }
  info(fields: object, message: string): void {
    this.#log.info(this.#with(fields), message);
  }
  warn(fields: object, message: string): void {
    this.#log.warn(this.#with(fields), message);
  }
  error(fields: object, message: string): void {
    this.#log.error(this.#with(fields), message);
  }

  #with(fields: object): object {
    return { device: this.#device, ...(this.#simulated ? { simulated: true } : {}), ...fields };
  }
}
