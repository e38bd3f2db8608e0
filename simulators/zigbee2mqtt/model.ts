import type { Clock, Timer } from '../../src/clock.ts';
import { type KindName, kinds } from './kinds.ts';
import { type Radio, ZigbeeDevice } from './zigbee-device.ts';

type Values = Readonly<Record<string, unknown>>;

/** What happens at the bridge, for whoever carries its words. */
export interface BridgeListener {
  /** It tells the state of a device or a group. */
  state?(name: string, state: Values): void;
  availability?(device: ZigbeeDevice): void;
  /** Devices or groups came, went or changed. */
  inventory?(): void;
  renamed?(from: string, device: ZigbeeDevice): void;
  online?(online: boolean): void;
  info?(): void;
  log?(level: 'error' | 'info', message: string): void;
  event?(type: string, data: Values): void;
}

export interface Group {
  readonly id: number;
  name: string;
  readonly members: readonly ZigbeeDevice[];
}

export interface BridgeSettings {
  readonly seed: number;
  readonly devices: readonly KindName[];
  readonly optimistic: boolean;
}

/** What the radio says of a message that got no answer, or a bad one. */
const radioFailures: Readonly<Record<FailingRadio, string>> = {
  unreachable: "failed (Data request failed with error: 'MAC no ack' (233))",
  refusing: "failed (Status 'UNSUPPORTED_ATTRIBUTE')",
};

type FailingRadio = Exclude<Radio, 'well' | 'mute'>;

/** What the log says of it. */
export function failureText(type: 'get' | 'set', key: string, device: ZigbeeDevice, radio: FailingRadio): string {
  const command = `ZCL command ${device.address}/1 genOnOff.${type === 'get' ? 'read' : 'on'}({}, {"timeout":10000})`;
  return `Publish '${type}' '${key}' to '${device.name}' failed: 'Error: ${command} ${radioFailures[radio]}'`;
}

const stepMs = 500;
const stepPercent = 10;

/** A zigbee2mqtt with its network. */
export class BridgeBehaviour {
  readonly #clock: Clock;
  readonly #listeners = new Set<BridgeListener>();
  readonly #devices = new Map<string, ZigbeeDevice>();
  readonly #moves = new Map<ZigbeeDevice, Timer>();
  readonly groups: Group[] = [];
  readonly coordinator = '0x00124b0000000000';
  #online = true;
  #permitUntil: number | undefined;
  #permitTimer: Timer | undefined;
  healthy = true;
  /** Requests are answered with this error. */
  ailing: string | undefined;
  restarts = 0;

  constructor(clock: Clock, { seed, devices, optimistic }: BridgeSettings) {
    this.#clock = clock;
    for (const [index, kind] of devices.entries()) {
      const same = devices.slice(0, index).filter((other) => other === kind).length;
      this.#add(addressOf(seed, index), same === 0 ? kind : `${kind}-${same + 1}`, kind).optimistic = optimistic;
    }
    const lit = [...this.#devices.values()].filter(({ kind }) => kind === kinds.light || kind === kinds.plug);
    if (lit.length > 0) this.groups.push({ id: 1, name: 'everything', members: lit });
  }

  get online(): boolean {
    return this.#online;
  }
  get permitsJoin(): boolean {
    return this.#permitUntil !== undefined;
  }
  /** Milliseconds since 1970 when joining ends. */
  get permitUntil(): number | undefined {
    return this.#permitUntil;
  }
  get devices(): readonly ZigbeeDevice[] {
    return [...this.#devices.values()];
  }

  /** By IEEE address or friendly name. Throws if there is none: tests name their devices. */
  device(id: string): ZigbeeDevice {
    const device = this.find(id);
    if (device === undefined) throw new Error(`there is no ${id} on this network`);
    return device;
  }

  find(id: string): ZigbeeDevice | undefined {
    return this.#devices.get(id) ?? this.devices.find(({ name }) => name === id);
  }

  listen(listener: BridgeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Carries out a set message, field by field; what fails is logged, and the rest goes on. */
  set(id: string, fields: Values): void {
    const group = this.groups.find(({ name }) => name === id);
    if (group !== undefined) return this.#setGroup(group, fields);
    const device = this.find(id);
    if (device === undefined) return this.#log('error', `Entity '${id}' is unknown`);
    const taken = this.#takeAll(device, fields);
    if (Object.keys(taken).length > 0 && device.optimistic) this.#publish(device, taken);
  }

  /** Asks the device, which answers with what it has. */
  get(id: string, keys: readonly string[]): void {
    const device = this.find(id);
    if (device === undefined) return this.#log('error', `Entity '${id}' is unknown`);
    for (const key of keys) {
      if (device.leaf(key, 4) === undefined) this.#log('error', `No converter available for 'get' '${key}' ()`);
      else if (device.radio === 'well') this.#publish(device, { [key]: device.values[key] });
      else if (device.radio !== 'mute') this.#fail('get', key, device, device.radio);
    }
  }

  /** Somebody presses it, or something is measured: the device tells it by itself. */
  report(id: string, values: Values): void {
    const device = this.device(id);
    Object.assign(device.values, values);
    if (device.radio === 'well') this.#publish(device, values);
  }

  /** A remote control is pressed; that is told once and kept nowhere. */
  act(id: string, action: string): void {
    const device = this.device(id);
    this.#tellState(device.name, { ...device.cache, action });
  }

  setAvailable(id: string, available: boolean): void {
    const device = this.device(id);
    device.available = available;
    this.#each((listener) => listener.availability?.(device));
  }

  rename(id: string, name: string): void {
    const device = this.device(id);
    const from = device.name;
    device.name = name;
    this.#each((listener) => listener.renamed?.(from, device));
    this.#each((listener) => listener.inventory?.());
    this.#publish(device, {});
  }

  /** It leaves the network. Returns it, so that it can come back. */
  remove(id: string): ZigbeeDevice {
    const device = this.device(id);
    this.#devices.delete(device.address);
    this.#each((listener) =>
      listener.event?.('device_leave', { ieee_address: device.address, friendly_name: device.name }),
    );
    this.#each((listener) => listener.inventory?.());
    return device;
  }

  join(device: ZigbeeDevice): void {
    this.#devices.set(device.address, device);
    const data = { ieee_address: device.address, friendly_name: device.name };
    this.#each((listener) => listener.event?.('device_joined', data));
    this.#each((listener) => listener.inventory?.());
    this.#each((listener) => listener.availability?.(device));
  }

  /** Its definition has changed. */
  redefine(id: string, ...definition: Parameters<ZigbeeDevice['redefine']>): void {
    this.device(id).redefine(...definition);
    this.#each((listener) => listener.inventory?.());
  }

  /** The bridge is stopped, or started again. */
  setOnline(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    this.#each((listener) => listener.online?.(online));
  }

  /** For so many seconds; 0 ends it. */
  permitJoin(seconds: number): void {
    this.#permitTimer?.cancel();
    this.#permitUntil = seconds === 0 ? undefined : this.#clock.now() + seconds * 1000;
    this.#permitTimer = seconds === 0 ? undefined : this.#clock.timer(seconds * 1000, () => this.permitJoin(0));
    this.#each((listener) => listener.info?.());
  }

  restart(): void {
    this.restarts++;
    this.setOnline(false);
    this.setOnline(true);
  }

  /** Stops its timers. */
  close(): void {
    this.#permitTimer?.cancel();
    for (const timer of this.#moves.values()) timer.cancel();
  }

  #add(address: string, name: string, kind: KindName): ZigbeeDevice {
    const device = new ZigbeeDevice(address, name, kinds[kind]);
    this.#devices.set(address, device);
    return device;
  }

  /** A group is called at once, and nobody answers: what is told is assumed, of the group and of each member. */
  #setGroup(group: Group, fields: Values): void {
    const told: Record<string, unknown> = {};
    for (const member of group.members) {
      for (const [key, value] of Object.entries(fields)) {
        const leaf = member.leaf(key, 2);
        if (leaf === undefined) continue;
        const taken = member.radio === 'unreachable' ? { [key]: value } : member.take(leaf, value);
        Object.assign(told, taken);
        this.#publish(member, taken);
      }
    }
    this.#tellState(group.name, told);
  }

  #takeAll(device: ZigbeeDevice, fields: Values): Values {
    const taken: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(fields)) {
      const leaf = device.leaf(key, 2);
      if (leaf === undefined) {
        if (key !== 'transition') this.#log('error', `No converter available for '${key}' (${JSON.stringify(value)})`);
      } else if (device.radio === 'unreachable' || device.radio === 'refusing') {
        this.#fail('set', key, device, device.radio);
      } else {
        const before = JSON.stringify(device.values[key]);
        const changes = device.take(leaf, value);
        if (key === 'state' && leaf.exposed.type === 'enum') this.#move(device, String(value));
        const changed = before !== JSON.stringify(device.values[key]);
        if (device.radio !== 'mute') Object.assign(taken, changes);
        // A device that is not spoken for reports by itself what has changed, and only that.
        if (!device.optimistic && changed && device.radio !== 'mute') this.#publish(device, changes);
      }
    }
    return taken;
  }

  /** A blind takes its time, and tells where it is. */
  #move(device: ZigbeeDevice, order: string): void {
    this.#moves.get(device)?.cancel();
    this.#moves.delete(device);
    if (order !== 'OPEN' && order !== 'CLOSE') return;
    const target = order === 'OPEN' ? 100 : 0;
    const step = (): void => {
      const now = Number(device.values['position'] ?? 0);
      const next = order === 'OPEN' ? Math.min(100, now + stepPercent) : Math.max(0, now - stepPercent);
      this.report(device.address, { position: next, state: next === 0 ? 'CLOSE' : 'OPEN' });
      if (next === target) this.#moves.delete(device);
      else this.#moves.set(device, this.#clock.timer(stepMs, step));
    };
    this.#moves.set(device, this.#clock.timer(stepMs, step));
  }

  #fail(type: 'get' | 'set', key: string, device: ZigbeeDevice, radio: FailingRadio): void {
    this.#log('error', failureText(type, key, device, radio));
  }

  #publish(device: ZigbeeDevice, changes: Values): void {
    Object.assign(device.cache, changes);
    this.#tellState(device.name, { ...device.cache, linkquality: device.values['linkquality'] });
  }

  #tellState(name: string, state: Values): void {
    if (this.#online) this.#each((listener) => listener.state?.(name, state));
  }

  #log(level: 'error' | 'info', message: string): void {
    this.#each((listener) => listener.log?.(level, message));
  }

  #each(tell: (listener: BridgeListener) => void): void {
    for (const listener of this.#listeners) tell(listener);
  }
}

function addressOf(seed: number, index: number): string {
  const text = `${(seed >>> 0).toString(16).padStart(8, '0')}${index.toString(16).padStart(2, '0')}`;
  return `0x00158d${text}`;
}
