import { type Clock, delay } from '../../src/clock.ts';
import { BellcrankError, type Call, type Confirmation, type Context, DryRunEnd } from '../../src/driver/index.ts';
import type { EsphomeBehaviour } from './model.ts';

/** All that the device tells, by the names of its model, by kind. */
export function valuesOf(device: EsphomeBehaviour): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const { lamp, fan, climate } = device;
  return {
    switch: { relay: device.relay },
    light: {
      lamp: lamp.on,
      'lamp-brightness': lamp.brightness,
      'lamp-color': { ...lamp.color },
      'lamp-color-temperature': lamp.temperature,
      'lamp-effect': lamp.effect,
    },
    binary_sensor: { door: device.door },
    sensor: { temperature: device.temperature },
    text_sensor: { version: '2024.6.0 (simulated)' },
    number: { setpoint: device.setpoint },
    select: { mode: device.mode },
    text: { label: device.label },
    cover: { 'blind-position': device.position, 'blind-tilt': device.tilt },
    fan: {
      ceiling: fan.on,
      'ceiling-direction': fan.forward ? 'forward' : 'reverse',
      'ceiling-oscillating': fan.oscillating,
      'ceiling-speed': fan.speed,
    },
    climate: {
      'hvac-mode': climate.mode,
      'hvac-current-temperature': climate.current,
      'hvac-target-temperature': climate.target,
      'hvac-action': device.action,
    },
    lock: { front: device.locked ? 'locked' : 'unlocked' },
    valve: { water: device.valveOpen ? 'open' : 'closed' },
  };
}

export interface FaceParts {
  readonly device: EsphomeBehaviour;
  readonly clock: Clock;
  readonly context: Context;
  readonly components: readonly string[];
  readonly replyTimeoutMs: number;
}

/** A conversation without a wire, so that offline and silence mean the same as on one. */
export class FaceOne {
  readonly #parts: FaceParts;
  #told = 0;

  constructor(parts: FaceParts) {
    this.#parts = parts;
  }

  /** Returns the way to stop. */
  begin(): () => void {
    const { device, components } = this.#parts;
    const stop = device.listen({ state: (type) => this.#tell(type), presence: (online) => this.#presence(online) });
    this.#presence(device.online);
    for (const type of components) this.#tell(type);
    return stop;
  }

  async act(call: Call<null>, level: Confirmation, change: () => void): Promise<object> {
    this.#refuseIfAway();
    if (call.dryRun) throw new DryRunEnd(true);
    await call.sending();
    const before = this.#told;
    change();
    if (level === 'sent') return {};
    if (this.#told === before) await this.#silence(call.signal);
    call.confirm(level, { simulated: true });
    return {};
  }

  async #silence(signal: AbortSignal): Promise<void> {
    const { clock, replyTimeoutMs } = this.#parts;
    await delay(clock, replyTimeoutMs, signal);
    throw new BellcrankError('device-timeout', `the simulated device told nothing within ${replyTimeoutMs} ms`);
  }

  #refuseIfAway(): void {
    if (this.#parts.device.online) return;
    throw new BellcrankError('device-offline', 'the simulated device is offline; nothing was sent');
  }

  #tell(type: string): void {
    const { device, context } = this.#parts;
    if (!device.online) return;
    this.#told++;
    for (const [name, value] of Object.entries(valuesOf(device)[type] ?? {})) context.report(name, value);
  }

  #presence(online: boolean): void {
    this.#parts.context.availability(online, `the simulated device is ${online ? 'on' : 'off'}line`);
  }
}
