import { type Clock, delay } from '../../src/clock.ts';
import { BellcrankError, type Call, type Confirmation, type Context, DryRunEnd } from '../../src/driver/index.ts';
import type { TasmotaBehaviour } from './model.ts';
import type { TasmotaOptions } from './options.ts';
import { valuesOf } from './values.ts';

export interface FaceParts {
  readonly device: TasmotaBehaviour;
  readonly options: TasmotaOptions;
  readonly clock: Clock;
  readonly context: Context;
  readonly replyTimeoutMs: number;
}

/** Turns of a conversation without a wire, so that offline means the same as on one. */
export class FaceOne {
  readonly #parts: FaceParts;
  readonly #known = new Map<number, boolean>();
  #commanding = 0;

  constructor(parts: FaceParts) {
    this.#parts = parts;
    this.#remember();
  }

  /** Tells what the device tells by itself. Returns the way to stop. */
  begin(): () => void {
    const { device } = this.#parts;
    const stopListening = device.listen({
      switched: (on, relay) => this.#switched(on, relay),
      set: () => this.#tellAll(),
      moved: () => this.#tellAll(),
      telemetry: () => this.#tellAll(),
      booted: () => this.#booted(),
      presence: (online) => this.#presence(online),
    });
    this.#presence(device.online);
    this.#tellAll();
    return stopListening;
  }

  async read<T>(call: Call<null>, measure: () => T): Promise<T> {
    this.#refuseIfOffline();
    const value = measure();
    await this.#answer(call.signal);
    return value;
  }

  async power(call: Call<null>, relay: number, to: 'on' | 'off' | 'toggle'): Promise<{ on: boolean }> {
    const { device } = this.#parts;
    await this.act(call, to === 'toggle' ? 'acknowledged' : 'confirmed', () => void device.switch(to, relay));
    return { on: device.isOn(relay) };
  }

  async act(call: Call<null>, level: Confirmation, change: () => void): Promise<object> {
    this.#refuseIfOffline();
    await this.#do(call, change);
    call.confirm(level, { simulated: true });
    return {};
  }

  /** It goes to a device that is said to be offline too. */
  async stop(call: Call<null>): Promise<void> {
    const { device } = this.#parts;
    await this.#do(call, () => {
      for (const shutter of device.shutters) shutter.stop();
      for (const relay of device.switchable) device.switch('off', relay);
      if (this.#parts.options.fan) device.fanSpeed = 0;
    });
    call.confirm(device.shutters.length > 0 ? 'acknowledged' : 'confirmed', { simulated: true });
  }

  async resync(call: Call<null>): Promise<void> {
    await this.read(call, () => undefined);
    this.#remember();
    this.#tellAll();
  }

  async #do(call: Call<null>, change: () => void): Promise<void> {
    if (call.dryRun) throw new DryRunEnd(true);
    await call.sending();
    this.#commanding++;
    if (this.#parts.device.online) change();
    this.#commanding--;
    await this.#answer(call.signal);
  }

  async #answer(signal: AbortSignal): Promise<void> {
    if (this.#parts.device.online) return;
    const { clock, replyTimeoutMs } = this.#parts;
    await delay(clock, replyTimeoutMs, signal);
    throw new BellcrankError('device-timeout', `the simulated device did not answer within ${replyTimeoutMs} ms`);
  }

  #refuseIfOffline(): void {
    if (this.#parts.device.online) return;
    throw new BellcrankError('device-offline', 'the simulated device is offline; nothing was sent');
  }

  #remember(): void {
    const { device } = this.#parts;
    for (const relay of device.switchable) this.#known.set(relay, device.isOn(relay));
  }

  #switched(on: boolean, relay: number): void {
    if (!this.#parts.device.online) return;
    const { device, context } = this.#parts;
    const several = device.switchable.length > 1;
    context.report(several ? `power-${relay}` : 'power', on);
    const event = several ? { on, relay } : { on };
    if (this.#known.get(relay) !== on && this.#commanding === 0) context.emit('power-changed', event);
    this.#known.set(relay, on);
  }

  #tellAll(): void {
    if (!this.#parts.device.online) return;
    const { device, options, context } = this.#parts;
    for (const [name, value] of Object.entries(valuesOf(device, options))) context.report(name, value);
  }

  #booted(): void {
    this.#remember();
    this.#presence(true);
    this.#tellAll();
  }

  #presence(online: boolean): void {
    this.#parts.context.availability(online, `the simulated device is ${online ? 'on' : 'off'}line`);
  }
}
