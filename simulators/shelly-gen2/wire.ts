import type { Message } from '../../src/driver/index.ts';
import type { FarClient, FarMessage, WireFace } from '../simulator.ts';
import type { ShellyBehaviour } from './model.ts';
import type { ShellyOptions } from './options.ts';
import type { Status } from './parts.ts';

/** Face 2: the device at the far end of a broker, by the documentation ("RPC protocol", "Notifications", "MQTT"). */
export class ShellyWire {
  readonly face: WireFace;
  readonly #shelly: ShellyBehaviour;
  readonly #options: ShellyOptions;
  readonly #stopListening: () => void;
  #client: FarClient | undefined;

  constructor(shelly: ShellyBehaviour, options: ShellyOptions) {
    this.#shelly = shelly;
    this.#options = options;
    const will = { topic: this.#topic('online'), payload: 'false', retain: true } as const;
    this.face = {
      shape: 'messages',
      will,
      nak: (heard) => this.#refusal(heard),
      // Not the notifications of what it has become.
      acknowledges: ({ topic }, heard) => topic === `${String(frameOf(heard.payload).src)}/rpc`,
      serve: (client) => this.#serve(client),
    };
    this.#stopListening = shelly.listen({
      changed: (key, status) => this.#tellChange(key, status),
      event: (key, id, event) => this.#tellEvent(key, id, event),
      presence: (online) => this.#tellPresence(online),
    });
  }

  close(): void {
    this.#stopListening();
    this.#client = undefined;
  }

  /** A broker connection, the first or a later one; the one before is forgotten. */
  #serve(client: FarClient): void {
    this.#client = client;
    client.subscribe(this.#topic('rpc'), (message) => {
      if (this.#client === client) this.#hear(message);
    });
    this.#tellPresence(this.#shelly.online);
  }

  #topic(what: string): string {
    return `${this.#options.topic}/${what}`;
  }

  #tellPresence(online: boolean): void {
    this.#client?.publish(this.#topic('online'), String(online), { qos: 1, retain: true });
    if (!online) return;
    const status = this.#shelly.status();
    this.#notify('NotifyFullStatus', status);
    for (const key of Object.keys(status)) this.#say(this.#topic(`status/${key}`), status[key]);
  }

  /** `rpc_ntf` and `status_ntf`: what has changed, and the whole status of the component. */
  #tellChange(key: string, changed: Status): void {
    this.#notify('NotifyStatus', { [key]: changed });
    this.#say(this.#topic(`status/${key}`), this.#shelly.status()[key]);
  }

  #tellEvent(component: string, id: number, event: string): void {
    const ts = this.#shelly.time;
    this.#notify('NotifyEvent', { events: [{ component, id, event, ts }] });
  }

  #notify(method: string, params: object): void {
    const { id } = this.#options;
    const frame = { src: id, dst: `${this.#options.topic}/events`, method };
    this.#say(this.#topic('events/rpc'), { ...frame, params: { ts: this.#shelly.time, ...params } });
  }

  /** A request without an id is answered by nothing; one without a source by nobody who could hear it. */
  #hear({ payload }: Message): void {
    if (!this.#shelly.online) return;
    const { id, src, method, params = {} } = frameOf(payload);
    if (typeof method !== 'string') return;
    const given = typeof params === 'object' && params !== null ? { ...params } : {};
    const answer = this.#shelly.call(method, given);
    if (typeof src !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) return;
    const frame = { id, src: this.#options.id, dst: src, ...answer };
    this.#shelly.answer(() => this.#say(`${src}/rpc`, frame));
  }

  /** What it answers where it is not allowed to (docs, "Common errors"). */
  #refusal({ topic, payload }: Message): FarMessage | undefined {
    const { id, src } = frameOf(payload);
    if (topic !== this.#topic('rpc') || typeof src !== 'string' || id === undefined) return undefined;
    const error = { code: -109, message: 'Precondition failed' };
    return { topic: `${src}/rpc`, payload: JSON.stringify({ id, src: this.#options.id, dst: src, error }) };
  }

  #say(topic: string, what: unknown): void {
    if (!this.#shelly.online) return;
    this.#client?.publish(topic, JSON.stringify(what), { qos: 1 });
  }
}

interface Frame {
  readonly id?: unknown;
  readonly src?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
}

function frameOf(payload: Uint8Array): Frame {
  try {
    const frame: unknown = JSON.parse(Buffer.from(payload).toString());
    return typeof frame === 'object' && frame !== null ? frame : {};
  } catch {
    return {};
  }
}
