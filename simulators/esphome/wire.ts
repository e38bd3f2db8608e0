import type { Message } from '../../src/driver/index.ts';
import type { FarClient, WireFace } from '../simulator.ts';
import { catalogue } from './catalogue.ts';
import { obey } from './commands.ts';
import { componentConfig, nodeInfo } from './discovery.ts';
import type { EsphomeBehaviour } from './model.ts';
import type { EsphomeSettings } from './options.ts';
import { statesOf } from './states.ts';

/** Face 2: the device at the far end of a broker, as ESPHome's MQTT client component speaks. */
export class EsphomeWire {
  readonly face: WireFace;
  readonly #device: EsphomeBehaviour;
  readonly #settings: EsphomeSettings;
  readonly #components: typeof catalogue;
  readonly #stopListening: () => void;
  #client: FarClient | undefined;

  constructor(device: EsphomeBehaviour, settings: EsphomeSettings) {
    this.#device = device;
    this.#settings = settings;
    this.#components = catalogue.filter(({ type }) => settings.components.includes(type));
    const will = { topic: `${settings.prefix}/status`, payload: 'offline', retain: true };
    this.face = { shape: 'messages', will, serve: (client) => this.#serve(client) };
    this.#stopListening = device.listen({
      state: (type) => this.#tell(type),
      presence: (online) => this.#tellPresence(online),
    });
  }

  close(): void {
    this.#stopListening();
    this.#client = undefined;
  }

  #serve(client: FarClient): void {
    this.#client = client;
    for (const filter of ['+/+/command', '+/+/+/command']) {
      client.subscribe(`${this.#settings.prefix}/${filter}`, (message) => {
        if (this.#client === client) this.#hear(message);
      });
    }
    for (const asked of ['discover', `ping/${this.#settings.prefix}`]) {
      client.subscribe(`esphome/${asked}`, () => this.#tellNode());
    }
    this.#tellPresence(this.#device.online);
  }

  /** The birth message is followed by everything else. */
  #tellPresence(online: boolean): void {
    const status = `${this.#settings.prefix}/status`;
    this.#client?.publish(status, online ? 'online' : 'offline', { retain: true });
    if (!online) return;
    this.#tellNode();
    for (const component of this.#components) {
      if (this.#settings.announces) this.#announce(component);
      this.#tell(component.type);
    }
  }

  #tellNode(): void {
    if (!this.#settings.discovers) return;
    const info = JSON.stringify(nodeInfo(this.#settings));
    this.#say(`esphome/discover/${this.#settings.prefix}`, info);
  }

  #announce(component: (typeof catalogue)[number]): void {
    const topic = `homeassistant/${component.type}/${this.#settings.prefix}/${component.id}/config`;
    this.#say(topic, JSON.stringify(componentConfig(component, this.#settings)));
  }

  #tell(type: string): void {
    const component = this.#components.find((one) => one.type === type);
    if (component === undefined) return;
    for (const [sub, payload] of Object.entries(statesOf(this.#device, type))) {
      const levels = [this.#settings.prefix, type, component.id, ...(sub === '' ? [] : [sub]), 'state'];
      this.#say(levels.join('/'), payload);
    }
  }

  /** Everything that it says is kept by the broker (`retain: true`, the default of each component). */
  #say(topic: string, payload: string): void {
    if (this.#device.online) this.#client?.publish(topic, payload, { retain: true });
  }

  #hear({ topic, payload }: Message): void {
    if (!this.#device.online) return;
    const [type = '', id = '', ...rest] = topic.slice(this.#settings.prefix.length + 1).split('/');
    if (!this.#components.some((one) => one.type === type && one.id === id)) return;
    const sub = rest.length > 1 ? (rest[0] ?? '') : '';
    obey(this.#device, type, sub, Buffer.from(payload).toString());
  }
}
