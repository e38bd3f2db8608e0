import type { IClientOptions } from 'mqtt';
import type { Clock, Timer } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { MessageConnection } from './connection.ts';
import type { PresenceSettings } from './mqtt-settings.ts';

const placeholder = '{timestamp}';
/** Others who keep saying that we are gone must not make us talk more often than this. */
const againMs = 500;

/** What one connection tells of itself: a last will, a birth that bears the same time, and a goodbye. */
export class MqttPresence {
  readonly #settings: PresenceSettings;
  readonly #clock: Clock;
  readonly #born: number;
  #again: Timer | undefined;

  constructor(settings: PresenceSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#born = clock.now();
  }

  get will(): NonNullable<IClientOptions['will']> {
    const { topic, offline } = this.#settings;
    return { topic, payload: Buffer.from(stamped(offline, this.#born)), ...this.#options };
  }

  /**
   * Tells that we are there, and says so again whenever somebody tells that we are not: a broker may publish the will of
   * a connection that was cut after the next one is up. `onTrouble` hears why it cannot be told.
   */
  async begin(connection: MessageConnection, onTrouble: (what: string) => void): Promise<void> {
    void connection.closed.then(() => this.#again?.cancel());
    const { topic, qos = 1 } = this.#settings;
    const tell = (): Promise<void> => this.#birth(connection, onTrouble);
    await tell();
    const hear = (payload: Uint8Array): void => {
      if (!this.#saysOffline(Buffer.from(payload).toString()) || this.#again !== undefined) return;
      this.#again = this.#clock.timer(againMs, () => {
        this.#again = undefined;
        void tell();
      });
    };
    try {
      if (connection.isOpen) await connection.subscribe(topic, ({ payload }) => hear(payload), { qos });
    } catch (error) {
      if (connection.isOpen) onTrouble(`presence on ${topic} cannot be watched: ${messageOf(error)}`);
    }
  }

  /** The goodbye bears its own time: it is true from now on, not from when the connection began. */
  get goodbye(): { readonly topic: string; readonly payload: string; readonly qos: 0 | 1; readonly retain: boolean } {
    const { topic, offline, goodbye = offline } = this.#settings;
    return { topic, payload: stamped(goodbye, this.#clock.now()), ...this.#options };
  }

  get #options(): { readonly qos: 0 | 1; readonly retain: boolean } {
    const { qos = 1, retain = true } = this.#settings;
    return { qos, retain };
  }

  async #birth(connection: MessageConnection, onTrouble: (what: string) => void): Promise<void> {
    const { topic, online } = this.#settings;
    try {
      if (connection.isOpen) await connection.publish(topic, stamped(online, this.#born), this.#options);
    } catch (error) {
      if (connection.isOpen) onTrouble(`presence cannot be told on ${topic}: ${messageOf(error)}`);
    }
  }

  /** Whether this is our `offline`, whatever its time. Never what is also our `online`. */
  #saysOffline(text: string): boolean {
    const { online, offline } = this.#settings;
    if (text === stamped(online, this.#born)) return false;
    const [front = '', ...rest] = offline.split(placeholder);
    if (rest.length === 0) return text === offline;
    const [time = ''] = /^\d{1,16}/.exec(text.slice(front.length)) ?? [];
    return time !== '' && text === offline.replaceAll(placeholder, time);
  }
}

function stamped(text: string, time: number): string {
  return text.replaceAll(placeholder, String(time));
}
