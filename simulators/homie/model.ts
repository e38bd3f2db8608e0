import type { Clock, Timer } from '../../src/clock.ts';
import { accepts, type Nodes, type PropertyDefinition, relay, thermostat } from './nodes.ts';

export const homieStates = ['init', 'ready', 'disconnected', 'sleeping', 'lost'] as const;
export type HomieState = (typeof homieStates)[number];

/** What happens to a device, for whoever carries its words. Paths are `node/property`. */
export interface HomieListener {
  state?(device: HomieDevice): void;
  described?(device: HomieDevice): void;
  value?(device: HomieDevice, path: string, payload: string): void;
  target?(device: HomieDevice, path: string, payload: string): void;
  /** It is removed for good. */
  removed?(device: HomieDevice): void;
  alert?(device: HomieDevice, id: string, text: string): void;
}

export interface HomieSettings {
  readonly device: string;
  readonly version: 4 | 5;
  /** Whether it tells what it has accepted, apart from what it has (Homie 5). */
  readonly target: boolean;
  readonly child: boolean;
}

const stepMs = 500;
const stepPercent = 20;

/** One device of the convention, and what can happen to it. */
export class HomieDevice {
  readonly id: string;
  readonly root: string | undefined;
  readonly values = new Map<string, string>();
  readonly #thermostat: HomieThermostat;
  nodes: Nodes;
  version = 1;
  #state: HomieState = 'init';
  extensions: readonly string[] = [];

  constructor(thermostat: HomieThermostat, id: string, nodes: Nodes, root?: string) {
    this.#thermostat = thermostat;
    this.id = id;
    this.nodes = nodes;
    this.root = root;
    this.#fill();
  }

  get state(): HomieState {
    return this.#state;
  }

  property(path: string): PropertyDefinition | undefined {
    const [node = '', id = ''] = path.split('/');
    return this.nodes[node]?.properties[id];
  }

  /** Its way to work: everything is told before it is ready. */
  turn(state: HomieState): void {
    this.#state = state;
    this.#thermostat.each((listener) => listener.state?.(this));
  }

  /** A property has another value, by hand or by the weather. */
  become(path: string, payload: string): void {
    this.#thermostat.change(this, path, payload);
  }

  /** It becomes another one: that happens in `init` alone. */
  reconfigure(nodes: Nodes): void {
    this.turn('init');
    this.nodes = nodes;
    this.version++;
    this.#fill();
    this.#thermostat.each((listener) => listener.described?.(this));
    this.turn('ready');
  }

  #fill(): void {
    for (const [node, { properties }] of Object.entries(this.nodes)) {
      for (const [id, { value }] of Object.entries(properties)) {
        const path = `${node}/${id}`;
        if (value !== undefined && !this.values.has(path)) this.values.set(path, value);
      }
    }
  }
}

/** A thermostat with a relay below it. */
export class HomieThermostat {
  readonly #clock: Clock;
  readonly #listeners = new Set<HomieListener>();
  readonly #moves = new Map<string, Timer>();
  readonly settings: HomieSettings;
  readonly device: HomieDevice;
  readonly child: HomieDevice | undefined;
  /** Momentary commands that came. */
  readonly beeps: string[] = [];

  constructor(clock: Clock, settings: HomieSettings) {
    this.#clock = clock;
    this.settings = settings;
    const { device, version, child } = settings;
    this.device = new HomieDevice(this, device, thermostat(version));
    this.child = child && version === 5 ? new HomieDevice(this, `${device}-relay`, relay, device) : undefined;
    for (const each of this.devices) each.turn('ready');
  }

  get devices(): readonly HomieDevice[] {
    return this.child === undefined ? [this.device] : [this.device, this.child];
  }

  listen(listener: HomieListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  each(tell: (listener: HomieListener) => void): void {
    for (const listener of this.#listeners) tell(listener);
  }

  /** A `set` message. What it would not take it ignores: there is no way to refuse. */
  set(device: HomieDevice, path: string, payload: string): void {
    const property = device.property(path);
    if (property?.settable !== true || !accepts(property, payload)) return;
    if (property.retained === false) return void this.beeps.push(payload);
    if (this.settings.target) this.#tell((listener) => listener.target?.(device, path, payload));
    if (property.slow === true) this.#move(device, path, Number(payload));
    else this.change(device, path, payload);
  }

  /** It has another value, whoever made it so. */
  change(device: HomieDevice, path: string, payload: string): void {
    device.values.set(path, payload);
    this.#tell((listener) => listener.value?.(device, path, payload));
  }

  /** Somebody presses its button. */
  press(how: 'short' | 'long'): void {
    this.#tell((listener) => listener.value?.(this.device, 'panel/pressed', how));
  }

  /** Something is wrong; an empty text: no longer. */
  alert(id: string, text: string): void {
    this.#tell((listener) => listener.alert?.(this.device, id, text));
  }

  /** Its connection is cut: the last will speaks for the root. */
  goOffline(): void {
    this.device.turn('lost');
  }

  comeOnline(): void {
    for (const device of this.devices) {
      device.turn('init');
      this.each((listener) => listener.described?.(device));
      device.turn('ready');
    }
  }

  /** It is taken off the broker. */
  remove(): void {
    this.each((listener) => listener.removed?.(this.device));
  }

  close(): void {
    for (const timer of this.#moves.values()) timer.cancel();
  }

  #move(device: HomieDevice, path: string, target: number): void {
    this.#moves.get(path)?.cancel();
    this.#moves.delete(path);
    const step = (): void => {
      const now = Number(device.values.get(path) ?? '0');
      const next = now < target ? Math.min(target, now + stepPercent) : Math.max(target, now - stepPercent);
      this.change(device, path, String(next));
      if (next === target) this.#moves.delete(path);
      else this.#moves.set(path, this.#clock.timer(stepMs, step));
    };
    this.#moves.set(path, this.#clock.timer(stepMs, step));
  }

  #tell(tell: (listener: HomieListener) => void): void {
    this.each(tell);
  }
}
