import type { Message } from '../../src/driver/index.ts';
import type { FarClient, WireFace } from '../simulator.ts';
import { announcements, baseTopic } from './announcements.ts';
import type { BoardBehaviour, Mode, Part } from './model.ts';
import type { BoardOptions } from './options.ts';

const onOff = (on: boolean): string => (on ? 'ON' : 'OFF');

/** Where each part is told. */
const topics: Readonly<Record<Part, string>> = {
  relay: 'relay',
  setpoint: 'setpoint',
  mode: 'mode',
  lamp: 'lamp',
  brightness: 'lamp',
  blind: 'blind',
  temperature: 'sensors',
  door: 'sensors',
};

/** Face 2: a firmware that announces itself (Home Assistant docs, "MQTT", "MQTT discovery"), with retained states. */
export class BoardWire {
  readonly face: WireFace;
  readonly #board: BoardBehaviour;
  readonly #stopListening: () => void;
  #options: BoardOptions;
  #client: FarClient | undefined;
  #announced: ReadonlySet<string> = new Set();

  constructor(board: BoardBehaviour, options: BoardOptions) {
    this.#board = board;
    this.#options = options;
    const will = { topic: `${baseTopic(options)}/status`, payload: 'offline', retain: true };
    this.face = { shape: 'messages', will, serve: (client) => this.#serve(client) };
    this.#stopListening = board.listen({
      told: (part) => this.#tell(part),
      presence: (online) => this.#presence(online),
    });
  }

  /** A firmware that has changed: what it had is announced anew, and what it has no more is taken back. */
  describe(options: BoardOptions): void {
    this.#options = options;
    this.#announce();
  }

  /** It takes back all that it has announced. */
  forget(): void {
    for (const topic of this.#announced) this.#client?.publish(topic, '', { retain: true });
    this.#announced = new Set();
  }

  close(): void {
    this.#stopListening();
    this.#client = undefined;
  }

  #serve(client: FarClient): void {
    this.#client = client;
    client.subscribe(`${baseTopic(this.#options)}/+/set`, (message) => {
      if (this.#client === client) this.#hear(message);
    });
    // Whoever has just connected to its broker wants to know what there is.
    client.subscribe(`${this.#options.prefix}/status`, ({ payload, retained }) => {
      if (this.#client === client && !retained && Buffer.from(payload).toString() === 'online') this.#tellAll();
    });
    this.#presence(this.#board.online);
  }

  #presence(online: boolean): void {
    // The far end cannot be cut from here, so on going offline it leaves what the broker would publish as its will.
    if (online) this.#tellAll();
    else this.#client?.publish(`${baseTopic(this.#options)}/status`, 'offline', { retain: true });
  }

  #tellAll(): void {
    if (!this.#board.online) return;
    this.#announce();
    this.#client?.publish(`${baseTopic(this.#options)}/status`, 'online', { retain: true });
    for (const part of ['relay', 'setpoint', 'mode', 'lamp', 'blind', 'temperature'] as const) this.#tell(part);
  }

  #announce(): void {
    const all = announcements(this.#options);
    for (const topic of this.#announced) if (!all.has(topic)) this.#client?.publish(topic, '', { retain: true });
    for (const [topic, payload] of all) this.#client?.publish(topic, JSON.stringify(payload), { retain: true });
    this.#announced = new Set(all.keys());
  }

  #tell(part: Part): void {
    if (!this.#board.online) return;
    this.#client?.publish(`${baseTopic(this.#options)}/${topics[part]}`, this.#payload(part), { retain: true });
  }

  #payload(part: Part): string {
    const { relay, setpoint, mode, lamp, brightness, blind, temperature, door } = this.#board.state;
    if (part === 'relay') return onOff(relay);
    if (part === 'setpoint') return setpoint.toFixed(1);
    if (part === 'mode') return mode;
    if (part === 'blind') return blind;
    if (part === 'lamp' || part === 'brightness')
      return JSON.stringify({ state: onOff(lamp), color_mode: 'brightness', brightness });
    return JSON.stringify({ temperature, door: door ? 'open' : 'closed' });
  }

  /** What is no command of its own is ignored: the convention has no way to say so. */
  #hear({ topic, payload }: Message): void {
    if (!this.#board.online) return;
    const text = Buffer.from(payload).toString();
    const part = topic.split('/').at(-2);
    if (part === 'relay' && ['ON', 'OFF'].includes(text)) this.#board.set('relay', text === 'ON');
    if (part === 'setpoint' && Number(text) >= 5 && Number(text) <= 30) this.#board.set('setpoint', Number(text));
    if (part === 'mode' && ['eco', 'comfort', 'off'].includes(text)) this.#board.set('mode', text as Mode);
    if (part === 'restart' && text === 'RESTART') this.#board.press();
    if (part === 'blind') this.#move(text);
    if (part === 'lamp') this.#light(text);
  }

  #move(text: string): void {
    if (text === 'OPEN') this.#board.move('open');
    if (text === 'CLOSE') this.#board.move('closed');
    if (text === 'STOP') this.#board.stopMoving();
  }

  #light(text: string): void {
    let message: { readonly state?: string; readonly brightness?: number };
    try {
      message = JSON.parse(text) as typeof message;
    } catch {
      return;
    }
    const { state } = this.#board;
    if (message.brightness !== undefined) state.brightness = message.brightness;
    this.#board.set('lamp', message.state === undefined ? state.lamp : message.state === 'ON');
  }
}
