import { type Clock, delay } from '../clock.ts';
import type { Pipeline } from '../command/pipeline.ts';
import type { Stops } from '../command/stops.ts';
import type { Device } from '../device/device.ts';
import type { LinkUser } from '../device/link.ts';
import type { DeviceEvent } from '../device/settings.ts';
import type { Log } from '../driver/contract.ts';
import { payloadText } from '../driver/index.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { Closed, Connection, Message, MessageConnection } from '../transport/connection.ts';
import type { Convention, Fate, Publication, Wish } from './convention.ts';
import type { Instance } from './instance.ts';
import { Outbox } from './outbox.ts';

/** Longest wish. */
const maxWishBytes = 16 * 1024;
/** Whoever has just come hears everything after a while, and not from all services at once. */
const greetingDelayMs = 3000;

export interface BridgeParts {
  readonly instance: Instance;
  readonly conventions: readonly Convention[];
  readonly pipeline: Pick<Pipeline, 'start'>;
  readonly stops: Pick<Stops, 'stop'>;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random: () => number;
  /** Who asks, for the record: `mqtt:` and the connection. */
  readonly by: string;
}

/** Tells a broker of our devices, and takes from there what it asks of them. One for each connection that is told. */
export class Bridge implements LinkUser {
  readonly maxInFlight = 1;
  readonly gapMs = 0;
  readonly quietMs = 0;
  readonly #parts: BridgeParts;
  #connected: AbortController | undefined;
  #outbox: Outbox | undefined;
  /** Wishes that were not taken: retained, too long, for nobody. */
  #ignored = 0;

  constructor(parts: BridgeParts) {
    this.#parts = parts;
  }

  get ignored(): number {
    return this.#ignored;
  }

  opening(): void {}

  opened(connection: Connection | null): void {
    if (connection?.shape !== 'messages') return;
    const connected = new AbortController();
    this.#connected = connected;
    const outbox = new Outbox(connection, connected.signal, (topic, error) => {
      this.#parts.log.warn({ topic, error: messageOf(error) }, 'the broker does not take what is told northbound');
    });
    void this.#begin(connection, outbox).catch((error: unknown) => {
      if (connected.signal.aborted) return;
      this.#parts.log.error({ error: messageOf(error) }, 'the broker does not let commands be subscribed to');
    });
  }

  closed({ cause }: Closed): void {
    this.#connected?.abort(cause);
    this.#connected = undefined;
    this.#outbox = undefined;
  }

  /** What a device does or tells. */
  observed({ device, kind, name, data }: DeviceEvent): void {
    if (this.#outbox === undefined) return;
    if (kind === 'removed') return this.#removed(device);
    // One that is on its way out has been taken back already.
    if (this.#parts.instance.device(device.id) !== device) return;
    switch (kind) {
      case 'property':
      case 'unread':
        return this.#tellChanges((convention) => convention.value(device, name));
      case 'state':
      case 'latched':
      case 'released':
        return this.#tell((convention) => convention.presence(device));
      case 'event':
        return this.#tell((convention) => convention.event(device, name, data));
      case 'added':
        return this.#tell((convention) => [...convention.introduce(), ...convention.announce(device)]);
      case 'model':
        return this.#tell((convention) => convention.announce(device));
      case 'stopped':
      case 'unmatched':
        return;
    }
  }

  /** Resolves when everything that was to be told has been, within reason. */
  async flushed(ms: number): Promise<void> {
    await this.#outbox?.emptied(ms, this.#parts.clock);
  }

  #removed(device: Device): void {
    if (this.#parts.instance.tells(device)) this.#tell((convention) => convention.retract(device.id));
  }

  async #begin(connection: MessageConnection, outbox: Outbox): Promise<void> {
    const searches: (() => Promise<void>)[] = [];
    for (const convention of this.#parts.conventions) {
      await this.#listen(connection, convention);
      searches.push(await this.#forgetStrangers(connection, convention, outbox));
    }
    if (!connection.isOpen) return;
    // What happens from here on is told as it happens; what happened before is part of what is announced.
    this.#outbox = outbox;
    this.#tell((convention) => convention.introduce());
    this.#announceAll();
    await outbox.idle();
    for (const end of searches) await end();
  }

  async #listen(connection: MessageConnection, convention: Convention): Promise<void> {
    const { filters, greeting } = convention;
    for (const filter of filters) await connection.subscribe(filter, (message) => this.#hear(convention, message));
    if (greeting === undefined) return;
    await connection.subscribe(greeting.topic, (message) => this.#greeted(convention, message));
  }

  /** Devices that were removed while nobody could be told. Resolves with the way to end the search. */
  #forgetStrangers(
    connection: MessageConnection,
    convention: Convention,
    outbox: Outbox,
  ): Promise<() => Promise<void>> {
    const { filter, idOf } = convention.memory;
    return connection.subscribe(filter, ({ topic, payload, retained }) => {
      const id = retained && payload.length > 0 ? idOf(topic) : undefined;
      if (id !== undefined && this.#parts.instance.device(id) === undefined) outbox.put(convention.retract(id));
    });
  }

  #announceAll(): void {
    for (const device of this.#parts.instance.devices()) this.#tell((convention) => convention.announce(device));
  }

  #tell(say: (convention: Convention) => readonly Publication[]): void {
    for (const convention of this.#parts.conventions) this.#outbox?.put(say(convention));
  }

  #tellChanges(say: (convention: Convention) => readonly Publication[]): void {
    for (const convention of this.#parts.conventions) this.#outbox?.putChanges(say(convention));
  }

  #greeted({ greeting }: Convention, { payload, retained }: Message): void {
    if (retained || payloadText(payload, 100) !== greeting?.payload) return;
    const signal = this.#connected?.signal;
    if (signal === undefined) return;
    const { clock, random } = this.#parts;
    const later = delay(clock, greetingDelayMs * random(), signal);
    void later.then(() => this.#announceAll()).catch(() => {});
  }

  #hear(convention: Convention, { topic, payload, retained }: Message): void {
    // A wish that the broker had kept is somebody's of long ago.
    if (retained) return this.#ignore(topic, 'it was retained; nobody asks for it now');
    const asked = payloadText(payload, maxWishBytes);
    if (asked === undefined) return this.#ignore(topic, 'its payload is too long, or no text');
    const wish = convention.wish(topic, asked);
    if (wish === undefined) return this.#ignore(topic, 'there is no such device or thing to set');
    void this.#grant(convention, wish, topic, asked);
  }

  #ignore(topic: string, why: string): void {
    this.#ignored++;
    this.#parts.log.debug({ topic: topic.slice(0, 200), why }, 'a message was not taken for a command');
  }

  async #grant(convention: Convention, wish: Wish, topic: string, asked: string): Promise<void> {
    const device = this.#parts.instance.device(wish.device);
    if (device === undefined) return;
    const fate = await this.#fate(device, wish);
    this.#outbox?.put(convention.fate({ device, topic, asked, ...fate }));
  }

  async #fate(device: Device, wish: Wish): Promise<Pick<Fate, 'command' | 'record' | 'refusal'>> {
    const { pipeline, stops, by } = this.#parts;
    const command = wish.kind === 'stop' ? 'stop' : wish.command;
    if (wish.kind === 'nonsense') return { command, refusal: { code: 'invalid-request', detail: wish.detail } };
    try {
      if (wish.kind === 'stop') return { command, record: (await stops.stop(device.id, { by })).record };
      const { ended } = await pipeline.start({ device: device.id, command, params: wish.params, by });
      return { command, record: await ended };
    } catch (error) {
      return { command, refusal: this.#refusal(error) };
    }
  }

  #refusal(error: unknown): { code: string; detail: string } {
    if (error instanceof BellcrankError) return { code: error.code, detail: error.message };
    this.#parts.log.error({ error: messageOf(error) }, 'a command from the broker failed inside');
    return { code: 'internal', detail: 'an internal error' };
  }
}
