import type { Message } from '../../src/driver/index.ts';
import type { FarClient, FarMessage, WireFace } from '../simulator.ts';
import { type BridgeBehaviour, failureText } from './model.ts';
import type { BridgeOptions } from './options.ts';
import { answerTo, refusalOf } from './requests.ts';
import type { ZigbeeDevice } from './zigbee-device.ts';

const setOrGet = /^(.+?)\/(get|set)(?:\/(.+))?$/;

/** Face 2: zigbee2mqtt at the far end of a broker, by its documentation ("MQTT topics and messages"). */
export class BridgeWire {
  readonly face: WireFace;
  readonly #bridge: BridgeBehaviour;
  readonly #options: BridgeOptions;
  readonly #stopListening: () => void;
  #client: FarClient | undefined;

  constructor(bridge: BridgeBehaviour, options: BridgeOptions) {
    this.#bridge = bridge;
    this.#options = options;
    const payload = this.#onlineText(false);
    const will = { topic: `${options.base}/bridge/state`, payload, retain: true };
    this.face = {
      shape: 'messages',
      will,
      nak: (heard) => this.#refusal(heard),
      serve: (client) => this.#serve(client),
    };
    this.#stopListening = bridge.listen({
      state: (name, state) => this.#tell(name, state),
      availability: (device) => this.#tellAvailability(device),
      inventory: () => this.#tellInventory(),
      renamed: (from, device) => this.#rename(from, device),
      online: (online) => this.#turn(online),
      info: () => this.#tellInfo(),
      log: (level, message) => this.#tell('bridge/logging', { level, message, namespace: 'z2m' }),
      event: (type, data) => this.#tell('bridge/event', { type, data }),
    });
  }

  close(): void {
    this.#stopListening();
  }

  #serve(client: FarClient): void {
    this.#client = client;
    client.subscribe(`${this.#options.base}/#`, (message) => this.#hear(message));
    this.#turn(this.#bridge.online);
  }

  #turn(online: boolean): void {
    if (online) {
      this.#tellInfo();
      this.#tellInventory();
      for (const device of this.#bridge.devices) this.#tellAvailability(device);
    }
    this.#client?.publish(`${this.#options.base}/bridge/state`, this.#onlineText(online), { retain: true });
  }

  #onlineText(online: boolean): string {
    const state = online ? 'online' : 'offline';
    return this.#options.legacy ? state : JSON.stringify({ state });
  }

  /** It looks at no retain flag: what a broker kept for it, it carries out. */
  #hear({ topic, payload }: Message): void {
    if (!this.#bridge.online) return;
    const name = topic.slice(this.#options.base.length + 1);
    const text = Buffer.from(payload).toString();
    if (name.startsWith('bridge/')) return this.#hearRequest(name, text);
    const [, id, type, attribute] = setOrGet.exec(name) ?? [];
    const fields = fieldsOf(text, attribute);
    if (id === undefined || fields === undefined) return;
    if (type === 'set') this.#bridge.set(id, fields);
    else this.#bridge.get(id, Object.keys(fields));
  }

  #hearRequest(name: string, text: string): void {
    const request = name.startsWith('bridge/request/') ? name.slice('bridge/request/'.length) : undefined;
    const answer = request === undefined ? undefined : answerTo(this.#bridge, request, text);
    if (answer === undefined) return;
    this.#tell(`bridge/response/${request}`, answer.response);
    answer.after?.();
  }

  /** A device's refusal is in the log; the bridge's own, in its response. */
  #refusal({ topic, payload }: Message): FarMessage | undefined {
    const { base } = this.#options;
    const name = topic.slice(base.length + 1);
    const text = Buffer.from(payload).toString();
    const request = name.startsWith('bridge/request/') ? name.slice('bridge/request/'.length) : undefined;
    if (request !== undefined) return { topic: `${base}/bridge/response/${request}`, payload: refusalOf(text) };
    const [, id, type, attribute] = setOrGet.exec(name) ?? [];
    const device = id === undefined ? undefined : this.#bridge.find(id);
    const [key] = Object.keys(fieldsOf(text, attribute) ?? {});
    if (device === undefined || key === undefined) return undefined;
    const message = failureText(type === 'set' ? 'set' : 'get', key, device, 'refusing');
    return { topic: `${base}/bridge/logging`, payload: JSON.stringify({ level: 'error', message, namespace: 'z2m' }) };
  }

  #tell(topic: string, document: unknown, retain = false): void {
    this.#client?.publish(`${this.#options.base}/${topic}`, JSON.stringify(document), { retain });
  }

  #tellAvailability(device: ZigbeeDevice): void {
    if (!this.#options.availability || device.definition === null) return;
    const topic = `${this.#options.base}/${device.name}/availability`;
    this.#client?.publish(topic, this.#onlineText(device.available), { retain: true, qos: 1 });
  }

  #rename(from: string, device: ZigbeeDevice): void {
    if (!this.#options.availability) return;
    this.#client?.publish(`${this.#options.base}/${from}/availability`, '', { retain: true });
    this.#tellAvailability(device);
  }

  #tellInfo(): void {
    const { coordinator, permitsJoin, permitUntil } = this.#bridge;
    const info = {
      version: '2.1.1-simulated',
      commit: 'simulated',
      coordinator: { ieee_address: coordinator, type: 'zStack3x0', meta: { revision: 20_230_507 } },
      network: { channel: 15, pan_id: 5674, extended_pan_id: [0, 11, 22] },
      log_level: 'info',
      permit_join: permitsJoin,
      permit_join_end: permitUntil,
      restart_required: false,
      config: {},
    };
    this.#tell('bridge/info', info, true);
  }

  #tellInventory(): void {
    const { coordinator, devices, groups } = this.#bridge;
    const hub = { ieee_address: coordinator, type: 'Coordinator', friendly_name: 'Coordinator', supported: true };
    this.#tell('bridge/devices', [{ ...hub, definition: null }, ...devices.map(deviceDocument)], true);
    const documents = groups.map(({ id, name, members }) => ({
      id,
      friendly_name: name,
      scenes: [],
      members: members.map(({ address }) => ({ ieee_address: address, endpoint: 1 })),
    }));
    this.#tell('bridge/groups', documents, true);
  }
}

function deviceDocument({ address, name, definition }: ZigbeeDevice): Readonly<Record<string, unknown>> {
  return {
    ieee_address: address,
    type: 'Router',
    network_address: Number.parseInt(address.slice(-4), 16),
    supported: definition !== null,
    disabled: false,
    friendly_name: name,
    endpoints: { '1': { bindings: [], configured_reportings: [], clusters: { input: ['genOnOff'], output: [] } } },
    definition: definition === null ? null : { ...definition, options: [] },
    power_source: 'Mains (single phase)',
    software_build_id: '1.3.009',
    model_id: definition?.model ?? null,
    interviewing: false,
    interview_completed: true,
    interview_state: 'SUCCESSFUL',
  };
}

/** An object, or one attribute (docs, "Without JSON"). */
function fieldsOf(text: string, attribute: string | undefined): Readonly<Record<string, unknown>> | undefined {
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // Plain words such as ON stand for themselves.
  }
  if (attribute !== undefined) return { [attribute]: value };
  if (typeof value === 'string') return { state: value };
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
