import type { Clock } from '../../src/clock.ts';
import type { Message } from '../../src/driver/index.ts';
import type { FarClient, FarMessage, WireFace } from '../simulator.ts';
import { Console } from './console.ts';
import { discoveryConfig } from './discovery.ts';
import { Documents } from './documents.ts';
import type { TasmotaBehaviour } from './model.ts';
import type { TasmotaOptions } from './options.ts';

/** The firmware drops packets that do not fit its buffer (docs, "MQTT": `MAX_PACKET_SIZE`). */
const maxPayloadBytes = 1200;

type Prefix = 'cmnd' | 'stat' | 'tele';

/** Face 2: the device at the far end of a broker, by Tasmota's documentation ("MQTT", "Commands"). */
export class TasmotaWire {
  readonly face: WireFace;
  readonly #device: TasmotaBehaviour;
  readonly #options: TasmotaOptions;
  readonly #documents: Documents;
  readonly #console: Console;
  readonly #stopListening: () => void;
  #client: FarClient | undefined;
  #greeted = false;

  constructor(device: TasmotaBehaviour, options: TasmotaOptions, clock: Clock) {
    this.#device = device;
    this.#options = options;
    const documents = new Documents(device, options);
    this.#documents = documents;
    const voice = {
      answer: (command: string, document: unknown) => this.#answer(command, document),
      status: (name: string, document: unknown) => this.#tell('stat', name, document),
      telemetry: () => this.#tellTelemetry(),
    };
    this.#console = new Console({ device, documents, clock, voice, hasFan: options.fan });
    const will = { topic: this.#topic('tele', 'LWT'), payload: 'Offline', retain: true };
    this.face = {
      shape: 'messages',
      will,
      nak: (heard) => this.#refusal(heard),
      serve: (client) => this.#serve(client),
    };
    this.#stopListening = device.listen({
      switched: (on, relay) => this.#tellPower(on, relay),
      set: () => this.#tellSet(),
      moved: (shutter) => this.#tellShutter(shutter),
      telemetry: () => this.#tellTelemetry(),
      booted: () => this.#boot(),
      presence: (online) => this.#tellPresence(online),
    });
  }

  /** What it says to a command that it does not know. */
  #refusal({ topic }: Message): FarMessage | undefined {
    if (!topic.startsWith(this.#topic('cmnd', ''))) return undefined;
    const Input = topic.slice(topic.lastIndexOf('/') + 1).toUpperCase();
    const name = this.#options.answersByCommand ? 'COMMAND' : 'RESULT';
    return { topic: this.#topic('stat', name), payload: JSON.stringify({ Command: 'Unknown', Input }) };
  }

  close(): void {
    this.#stopListening();
    this.#console.abandonBacklog();
    this.#client = undefined;
  }

  /** A broker connection, the first or a later one; the one before is forgotten. */
  #serve(client: FarClient): void {
    this.#client = client;
    const { topic, macTail } = this.#options;
    // The command topics first: whoever sees Online may send at once. The firmware itself says Online first.
    for (const own of [topic, 'tasmotas', `DVES_${macTail}_fb`]) {
      client.subscribe(`${this.#topicOf(own, 'cmnd')}#`, (message) => {
        if (this.#client === client) this.#hear(message);
      });
    }
    if (!this.#device.online) return this.#tellPresence(false);
    if (this.#greeted) this.#tellPresence(true);
    else this.#boot();
  }

  /** After a start it tells everything. The firmware waits five seconds with its telemetry; here nobody has to. */
  #boot(): void {
    this.#greeted = true;
    this.#console.abandonBacklog();
    this.#tellPresence(true);
    this.#tell('tele', 'INFO1', this.#documents.start());
    for (const relay of this.#device.switchable) this.#tellPower(this.#device.isOn(relay), relay);
    this.#tellTelemetry();
  }

  /** The far end cannot be cut from here, so on going offline it leaves what the broker would publish as its will. */
  #tellPresence(online: boolean): void {
    this.#client?.publish(this.#topic('tele', 'LWT'), online ? 'Online' : 'Offline', { retain: true });
    if (online) this.#announce();
  }

  /** The firmware takes ten seconds to it, once after each connect. */
  #announce(): void {
    if (!this.#options.announces) return;
    const under = `tasmota/discovery/${this.#documents.mac}`;
    const config = discoveryConfig(this.#device, this.#options, this.#documents);
    const sensors = { sn: this.#documents.sensors(), ver: 1 };
    this.#client?.publish(`${under}/config`, JSON.stringify(config), { retain: true });
    this.#client?.publish(`${under}/sensors`, JSON.stringify(sensors), { retain: true });
  }

  /** With SetOption4 the answer is on the topic where the plain state follows. */
  #tellPower(on: boolean, relay: number): void {
    const key = this.#documents.powerKey(relay);
    this.#answer(key, this.#documents.power(relay));
    this.#say('stat', key, this.#documents.stateText(on));
  }

  #tellSet(): void {
    if (this.#device.lightRelay !== undefined) this.#answer('DIMMER', this.#documents.light());
  }

  #tellShutter(number: number): void {
    this.#tell('stat', 'RESULT', this.#documents.shutter(number));
    const shutter = this.#device.shutters[number - 1];
    if (shutter?.direction === 0) this.#say('stat', `SHUTTER${number}`, String(shutter.position));
  }

  #tellTelemetry(): void {
    this.#tell('tele', 'STATE', this.#documents.state());
    this.#tell('tele', 'SENSOR', this.#documents.sensors());
  }

  #topicOf(topic: string, prefix: Prefix): string {
    const full = this.#options.fullTopic.replaceAll('%prefix%', () => prefix).replaceAll('%topic%', () => topic);
    return full.endsWith('/') ? full : `${full}/`;
  }

  #topic(prefix: Prefix, name: string): string {
    return `${this.#topicOf(this.#options.topic, prefix)}${name}`;
  }

  #answer(command: string, document: unknown): void {
    this.#tell('stat', this.#options.answersByCommand ? command : 'RESULT', document);
  }

  #tell(prefix: Prefix, name: string, document: unknown): void {
    this.#say(prefix, name, JSON.stringify(document));
  }

  #say(prefix: Prefix, name: string, payload: string): void {
    if (this.#device.online) this.#client?.publish(this.#topic(prefix, name), payload);
  }

  /** Like the firmware it does not look at the retained flag: a retained command is obeyed at every start. */
  #hear({ topic, payload }: Message): void {
    if (!this.#device.online || payload.length > maxPayloadBytes) return;
    this.#console.obey(topic.slice(topic.lastIndexOf('/') + 1), Buffer.from(payload).toString());
  }
}
