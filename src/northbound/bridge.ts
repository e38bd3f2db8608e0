import { type Clock, delay } from '../clock.ts';
import type { LinkUser } from '../device/link.ts';
import type { DeviceEvent } from '../device/settings.ts';
import { payloadText } from '../driver/index.ts';
import { messageOf } from '../errors.ts';
import type { Closed, Connection, Message, MessageConnection } from '../transport/connection.ts';
import type { Convention, Publication, Wish } from './convention.ts';
import { type GrantParts, Grants } from './grant.ts';
import { type Instance, isHere } from './instance.ts';
import { Outbox } from './outbox.ts';

/** Longest wish. */
const maxWishBytes = 16 * 1024;
/** Longest description of our own that is read again. */
const maxMemoryBytes = 1024 * 1024;
/** Longest wait for what the broker has kept of us. */
const memoryMs = 1000;
/** Whoever has just come hears everything after a while, and not from all services at once. */
const greetingDelayMs = 3000;
/** A late last will is answered by the connection itself, which knows no more than that it is there. */
const againMs = 1000;

export interface BridgeParts extends GrantParts {
  readonly instance: Instance;
  readonly conventions: readonly Convention[];
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

/** What goes on while one connection lasts. */
interface Run {
  readonly connection: MessageConnection;
  readonly signal: AbortSignal;
  readonly outbox: Outbox;
  /** Devices of which the broker knows. */
  readonly told: Set<string>;
  /** What will be done later, by name: each once. */
  readonly awaited: Set<string>;
  /** How often its own word that it is starting may still be heard; one more is somebody else's. */
  startings: number;
  isShared: boolean;
}

/** Tells a broker of our devices, and takes from there what it asks of them. One for each connection that is told. */
export class Bridge implements LinkUser {
  readonly maxInFlight = 1;
  readonly gapMs = 0;
  readonly quietMs = 0;
  readonly #parts: BridgeParts;
  readonly #grants: Grants;
  #connected: AbortController | undefined;
  /** Once everything is being told; what happens before that is part of it. */
  #run: Run | undefined;

  constructor(parts: BridgeParts) {
    this.#parts = parts;
    this.#grants = new Grants(parts);
  }

  opening(): void {}

  opened(connection: Connection | null): void {
    if (connection?.shape !== 'messages') return;
    const connected = new AbortController();
    const { signal } = connected;
    this.#connected = connected;
    const outbox = new Outbox(connection, signal, (topic, error) => {
      this.#parts.log.warn({ topic, error: messageOf(error) }, 'the broker does not take what is told northbound');
    });
    const run = {
      connection,
      signal,
      outbox,
      told: new Set<string>(),
      awaited: new Set<string>(),
      startings: 1,
      isShared: false,
    };
    void this.#begin(run).catch((error: unknown) => {
      if (!signal.aborted) this.#parts.log.error({ error: messageOf(error) }, 'devices cannot be told northbound');
    });
  }

  closed({ cause }: Closed): void {
    this.#connected?.abort(cause);
    this.#connected = undefined;
    this.#run = undefined;
  }

  /** What a device does or tells. */
  observed({ device, kind, name, data }: DeviceEvent): void {
    if (this.#run === undefined) return;
    if (kind === 'removed') return this.#removed(device.id);
    const known = this.#parts.instance.device(device.id);
    // Labels may have chosen it before, and choose it no more.
    if (known === undefined && (kind === 'labels' || kind === 'added')) return this.#removed(device.id);
    // One that is on its way out has been taken back already.
    if (known !== device) return;
    switch (kind) {
      case 'property':
      case 'unread':
        return this.#tellChanges((convention) => convention.value(device, name));
      case 'state':
        // What it told before it was away may not be so any more: that is said before it is said to be there.
        if (isHere(device)) {
          for (const property of Object.keys(device.model.properties))
            this.#tellChanges((convention) => convention.value(device, property));
        }
        return this.#tell((convention) => convention.presence(device));
      case 'latched':
      case 'released':
        return this.#tell((convention) => convention.presence(device));
      case 'event':
        return this.#tell((convention) => convention.event(device, name, data));
      case 'added':
      case 'labels':
        this.#describe(device.id);
        return this.#introduce();
      case 'model':
        return this.#describe(device.id);
      case 'stopped':
      case 'unmatched':
        return;
    }
  }

  /** Resolves when everything that was to be told has been, within reason. */
  async flushed(ms: number): Promise<void> {
    await this.#run?.outbox.emptied(ms, this.#parts.clock);
  }

  /** Takes back everything that was told by some conventions. Nothing is observed after that. */
  withdraw(conventions: readonly Convention[]): void {
    const run = this.#run;
    if (run === undefined) return;
    const ids = new Set([...run.told, ...this.#parts.instance.devices().map(({ id }) => id)]);
    for (const convention of conventions) {
      for (const id of ids) run.outbox.putLater(`${convention.name} ${id}`, () => convention.retract(id));
      run.outbox.putLater(convention.name, () => convention.leave());
    }
  }

  #removed(id: string): void {
    if (this.#run?.told.has(id) !== true) return;
    this.#introduce();
    this.#describe(id);
  }

  async #begin(run: Run): Promise<void> {
    const { conventions, instance } = this.#parts;
    const ends: (() => Promise<void>)[] = [];
    for (const convention of conventions) {
      await this.#listen(run, convention);
      ends.push(await this.#subscribe(run, convention.memory, (message) => this.#recall(run, convention, message)));
    }
    await this.#memoryRead(run);
    if (run.signal.aborted) return;
    // What happens from here on is told as it happens; what happened before is part of what is announced.
    this.#run = run;
    for (const id of [...run.told, ...instance.devices().map((device) => device.id)]) this.#describe(id);
    this.#introduce();
    await run.outbox.idle();
    for (const end of ends) await end();
  }

  async #listen(run: Run, convention: Convention): Promise<void> {
    const { filters, greeting } = convention;
    for (const filter of filters) await this.#subscribe(run, filter, (message) => this.#hear(run, convention, message));
    if (greeting !== undefined) {
      await this.#subscribe(run, greeting.topic, (message) => this.#greeted(run, convention, message));
    }
  }

  /** A broker may forbid one topic, and allow the others. */
  async #subscribe(run: Run, filter: string, hear: (message: Message) => void): Promise<() => Promise<void>> {
    try {
      return await run.connection.subscribe(filter, hear);
    } catch (error) {
      if (!run.connection.isOpen) throw error;
      this.#parts.log.warn({ filter, error: messageOf(error) }, 'the broker does not let this be heard northbound');
      return () => Promise.resolve();
    }
  }

  /** A broker tells what it kept in the order in which it was asked, and the last is what we have just said ourselves. */
  async #memoryRead(run: Run): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { topic } = this.#parts.instance.presence;
    await this.#subscribe(run, topic, (message) => {
      resolve();
      this.#presenceHeard(run, message);
    });
    const timer = this.#parts.clock.timer(memoryMs, resolve);
    await promise;
    timer.cancel();
  }

  #recall(run: Run, convention: Convention, { topic, payload, retained }: Message): void {
    const text = retained && payload.length > 0 ? payloadText(payload, maxMemoryBytes) : undefined;
    const id = text === undefined ? undefined : convention.recall(topic, text);
    if (id === undefined || run.told.has(id)) return;
    run.told.add(id);
    if (this.#run === run && this.#parts.instance.device(id) === undefined) this.#describe(id);
  }

  /**
   * The last will of a connection before this one may come after this one is up, and whoever else has this name says goodbye,
   * or takes the topic back.
   */
  #presenceHeard(run: Run, { payload, retained }: Message): void {
    const { offline, goodbye, starting } = this.#parts.instance.presence;
    const text = payloadText(payload, 100);
    if (!retained && (text === offline || text === goodbye || text === '')) {
      // Its connection answers a last will, and says that it is there.
      if (text === offline) run.startings++;
      this.#once(run, 'again', againMs, () => this.#introduce());
    } else if (text === starting && --run.startings < 0) {
      run.startings = 0;
      this.#isShared(run);
    }
  }

  /** Another service with this name has just taken back all that it does not have, as it does whenever it starts. */
  #isShared(run: Run): void {
    this.#once(run, 'shared', greetingDelayMs, () => this.#describeAll());
    if (run.isShared) return;
    run.isShared = true;
    const { log, instance } = this.#parts;
    log.warn(
      { topic: instance.presence.topic, instance: instance.id },
      'another service tells its devices on this broker under the same name; give each its own `instance`',
    );
  }

  #describeAll(): void {
    for (const { id } of this.#parts.instance.devices()) this.#describe(id);
  }

  #greeted(run: Run, { greeting, name }: Convention, { payload, retained }: Message): void {
    if (retained || payloadText(payload, 100) !== greeting?.payload) return;
    this.#once(run, `greeting ${name}`, greetingDelayMs * this.#parts.random(), () => this.#describeAll());
  }

  #once({ awaited, signal }: Run, name: string, ms: number, act: () => void): void {
    if (awaited.has(name)) return;
    awaited.add(name);
    const later = delay(this.#parts.clock, ms, signal).then(() => {
      awaited.delete(name);
      act();
    });
    void later.catch(() => {});
  }

  /** A device as it is by then: all of it, or that it is no more. */
  #describe(id: string): void {
    const { instance, conventions } = this.#parts;
    const run = this.#run;
    run?.told.add(id);
    for (const convention of conventions) {
      run?.outbox.putLater(`${convention.name} ${id}`, () => {
        const device = instance.device(id);
        if (device !== undefined) return convention.announce(device);
        run.told.delete(id);
        return convention.retract(id);
      });
    }
  }

  #introduce(): void {
    const run = this.#run;
    const { conventions, instance } = this.#parts;
    for (const convention of conventions) {
      run?.outbox.putLater(convention.name, () => {
        const said = convention.introduce();
        const { topic, starting } = instance.presence;
        run.startings += said.filter((one) => one.topic === topic && one.payload === starting).length;
        return said;
      });
    }
  }

  #tell(say: (convention: Convention) => readonly Publication[]): void {
    for (const convention of this.#parts.conventions) this.#run?.outbox.put(say(convention));
  }

  #tellChanges(say: (convention: Convention) => readonly Publication[]): void {
    for (const convention of this.#parts.conventions) this.#run?.outbox.putChanges(say(convention));
  }

  #hear(run: Run, convention: Convention, { topic, payload, retained }: Message): void {
    // A wish that the broker had kept is somebody's of long ago.
    if (retained) return this.#ignore(topic, 'it was retained; nobody asks for it now');
    const asked = payloadText(payload, maxWishBytes);
    if (asked === undefined) return this.#ignore(topic, 'its payload is too long, or no text');
    const wish = convention.wish(topic, asked);
    if (wish === undefined) return this.#ignore(topic, 'there is no such device or thing to set');
    void this.#grant(run, convention, wish);
  }

  #ignore(topic: string, why: string): void {
    this.#parts.log.debug({ topic: topic.slice(0, 200), why }, 'a message was not taken for a command');
  }

  async #grant(run: Run, convention: Convention, wish: Wish): Promise<void> {
    const device = this.#parts.instance.device(wish.device);
    if (device === undefined) return;
    const told = convention.fate(await this.#grants.fate(device, wish));
    // Nobody would ever take back what is left with the broker of a device that has been taken back meanwhile.
    const isThere = this.#parts.instance.device(wish.device) === device;
    // While all is being told for the first time there is none, and whoever asked waits for a word.
    (this.#run ?? run).outbox.put(isThere ? told : told.filter(({ retain }) => !retain));
  }
}
