import type { Clock, Timer } from '../../src/clock.ts';
import { CoverPart } from './cover.ts';
import type { ShellyOptions } from './options.ts';
import { type Changed, InputPart, LightPart, type Part, type Status, SwitchPart } from './parts.ts';
import { invalid, type Params, RpcError } from './rpc-error.ts';

export { RpcError, type Params } from './rpc-error.ts';

/** What happens to the device, for whoever carries its words. */
export interface ShellyListener {
  /** Fields of one component have changed. */
  changed?(key: string, status: Status): void;
  event?(key: string, id: number, event: string): void;
  presence?(online: boolean): void;
}

export type Answer = { readonly result: unknown } | { readonly error: { code: number; message: string } };

/** Meters tell once a minute, whatever happens. */
const tellEveryMs = 60_000;

function made<P>(count: number, make: (id: number) => P): readonly P[] {
  return Array.from({ length: count }, (_, id) => make(id));
}

/** A Shelly: its components, its methods, and what can happen to it. */
export class ShellyBehaviour {
  readonly switches: readonly SwitchPart[];
  readonly lights: readonly LightPart[];
  readonly covers: readonly CoverPart[];
  readonly inputs: readonly InputPart[];
  readonly #parts: readonly Part[];
  readonly #clock: Clock;
  readonly #options: ShellyOptions;
  readonly #listeners = new Set<ShellyListener>();
  #minute: Timer;
  #held: (() => void)[] | undefined;
  #online = true;
  /** What it answers to everything that would change something; it then does nothing. */
  refusal: RpcError | undefined;

  constructor(clock: Clock, options: ShellyOptions) {
    this.#clock = clock;
    this.#options = options;
    const changed: Changed = (part, fields) => this.#tellChange(part, fields);
    this.switches = made(options.switches, (id) => new SwitchPart(id, clock, options.loadWatts, changed));
    this.lights = made(options.lights, (id) => new LightPart(id, changed));
    this.covers = made(options.covers, (id) => new CoverPart(id, clock, options, changed));
    this.inputs = made(options.inputs, (id) => new InputPart(id, changed));
    this.#parts = [...this.switches, ...this.lights, ...this.covers, ...this.inputs];
    this.#minute = this.#everyMinute();
  }

  get online(): boolean {
    return this.#online;
  }
  /** Seconds since 1970 by the device's clock, as its notifications have them. */
  get time(): number {
    return Number((this.#clock.now() / 1000).toFixed(2));
  }

  listen(listener: ShellyListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Obeys one request (docs, "RPC protocol"). */
  call(method: string, params: Params): Answer {
    try {
      return { result: this.#run(method, params) };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { error: { code: error.code, message: error.message } };
    }
  }

  /** The whole status (docs, "Shelly": GetStatus). */
  status(): Readonly<Record<string, Status>> {
    const { mac } = this.#options;
    const own = {
      ble: {},
      cloud: { connected: false },
      mqtt: { connected: true },
      sys: { mac, restart_required: false, time: null, unixtime: Math.floor(this.time), uptime: 10, cfg_rev: 1 },
      wifi: { sta_ip: '192.0.2.7', status: 'got ip', ssid: 'lab', rssi: -55 },
    };
    return { ...own, ...Object.fromEntries(this.#parts.map((part) => [part.key, part.status()])) };
  }

  info(): Readonly<Record<string, unknown>> {
    const { id, mac } = this.#options;
    const made = { model: 'SIM-0001', gen: 2, fw_id: '20260101-000000/1.4.4-sim', ver: '1.4.4', app: 'Sim' };
    return { name: null, id, mac, slot: 0, ...made, auth_en: false, auth_domain: null };
  }

  /** Somebody presses what is at an input. */
  press(id = 0, event = 'single_push'): void {
    for (const listener of this.#listeners) listener.event?.(`input:${id}`, id, event);
  }

  /** Answers are kept back until they are released, in their order. */
  holdAnswers(): void {
    this.#held ??= [];
  }

  releaseAnswers(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) send();
  }

  /** Sends an answer, or keeps it back. */
  answer(send: () => void): void {
    if (this.#held === undefined) send();
    else this.#held.push(send);
  }

  goOffline(): void {
    this.#presence(false);
  }

  comeOnline(): void {
    this.#presence(true);
  }

  close(): void {
    this.#minute.cancel();
    for (const part of this.#parts) part.close?.();
  }

  #run(method: string, params: Params): unknown {
    const [namespace = '', verb = ''] = method.split('.');
    if (namespace === 'Shelly') return this.#own(verb);
    const ofIt = this.#parts.filter((part) => part.namespace === namespace);
    if (ofIt.length === 0) throw new RpcError(404, `No handler for ${method}`);
    const part = this.#addressed(ofIt, params['id']);
    if (verb === 'GetStatus') return part.status();
    if (this.refusal !== undefined) throw this.refusal;
    return part.call(verb, params);
  }

  #own(verb: string): unknown {
    if (verb === 'GetDeviceInfo') return this.info();
    if (verb === 'GetStatus') return this.status();
    throw new RpcError(404, `No handler for Shelly.${verb}`);
  }

  #addressed(parts: readonly Part[], id: unknown): Part {
    if (id === undefined) throw invalid("Missing required argument 'id'!");
    if (typeof id !== 'number') throw invalid(`Argument 'id', value ${JSON.stringify(id)} is not a number!`);
    const part = parts.find((one) => one.id === id);
    if (part === undefined) throw new RpcError(-105, `Argument 'id', value ${id} not found!`);
    return part;
  }

  #tellChange(part: Part, fields: readonly string[]): void {
    const status = part.status();
    const told = fields.filter((name) => name in status).map((name) => [name, status[name]] as const);
    const changed = { id: part.id, ...Object.fromEntries(told) };
    for (const listener of this.#listeners) listener.changed?.(part.key, changed);
  }

  #everyMinute(): Timer {
    return this.#clock.timer(tellEveryMs, () => {
      for (const part of this.switches) this.#tellChange(part, ['aenergy', 'apower', 'voltage', 'current']);
      this.#minute = this.#everyMinute();
    });
  }

  #presence(online: boolean): void {
    if (this.#online === online) return;
    this.#online = online;
    for (const listener of this.#listeners) listener.presence?.(online);
  }
}
