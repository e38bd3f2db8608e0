import {
  type Candidate,
  type Clock,
  type Discovery,
  fieldOf,
  type Message,
  type MessageConnection,
  payloadFields,
  printable,
  type SharedUpkeep,
  type TopicCall,
} from '../../src/driver/index.ts';
import { onlineOf } from './codec.ts';
import type { Info } from './describe.ts';
import { Talk } from './talk.ts';

/** Devices that one broker may have. */
const maxKnown = 20_000;
const maxAskedAtOnce = 8;
/** After silence a device is not asked again for so long, however much it publishes. */
const silenceMs = 60_000;

/** A device's id, which is its topic prefix unless that was changed: `shellyplus1pm-a8032ab636ec`. */
const deviceId = /^shelly[a-z0-9]{1,40}-[0-9a-f]{6,12}$/i;

interface Known {
  candidate?: Candidate;
  /** When it was asked and gave no answer. */
  silentAt?: number;
}

/**
 * Which Shellys are on a broker. None announces what it is, but each keeps `<prefix>/online`, and tells its id in its
 * notifications; who looks like one is asked who it is. Prefixes of several levels are not found.
 */
export class Inventory {
  readonly #connection: MessageConnection;
  readonly #clock: Clock;
  readonly #talk: Talk;
  readonly #known = new Map<string, Known>();
  readonly #listeners = new Set<Discovery>();
  readonly #toAsk = new Set<string>();
  #asking = 0;
  #listening: Promise<void> | undefined;

  constructor(connection: MessageConnection, { clock, randomBytes }: SharedUpkeep) {
    this.#connection = connection;
    this.#clock = clock;
    this.#talk = new Talk(connection, { clock, randomBytes, unmatched: () => {} });
  }

  /** Tells what is known and what becomes of it, until the signal aborts. Resolves once it listens. */
  async tell(discovery: Discovery, signal: AbortSignal): Promise<void> {
    this.#listeners.add(discovery);
    signal.addEventListener('abort', () => this.#listeners.delete(discovery), { once: true });
    for (const { candidate } of this.#known.values()) if (candidate !== undefined) discovery.found(candidate);
    this.#listening ??= this.#listen();
    await this.#listening;
  }

  async #listen(): Promise<void> {
    await this.#talk.listen();
    await this.#connection.subscribe('+/events/rpc', (message) => this.#hearNotification(message));
    await this.#connection.subscribe('+/online', (message) => this.#hearOnline(message));
  }

  #hearOnline({ topic, payload, retained }: Message): void {
    const prefix = prefixOf(topic);
    const online = onlineOf(payload);
    if (online === false || payload.length === 0) return this.#gone(prefix);
    // What says online anew has started, and may be another version.
    if (online === true && deviceId.test(prefix)) this.#consider(prefix, !retained);
  }

  /** For those whose prefix was changed. Of a prefix that is known nothing is read. */
  #hearNotification({ topic, payload, retained }: Message): void {
    const prefix = prefixOf(topic);
    if (retained || this.#isSettled(prefix)) return;
    const src = fieldOf(payloadFields(payload) ?? {}, 'src');
    if (typeof src === 'string' && deviceId.test(src)) this.#consider(prefix, false);
  }

  #isSettled(prefix: string): boolean {
    const known = this.#known.get(prefix);
    if (known?.silentAt === undefined) return known !== undefined;
    return this.#clock.monotonic() - known.silentAt < silenceMs;
  }

  #consider(prefix: string, anew: boolean): void {
    // What the options would not take cannot be attached.
    if (prefix === '' || prefix.length > 200 || (this.#isSettled(prefix) && !anew)) return;
    if (!this.#known.has(prefix)) {
      if (this.#known.size >= maxKnown) return;
      this.#known.set(prefix, {});
    }
    this.#toAsk.add(prefix);
    this.#askNext();
  }

  #askNext(): void {
    for (const prefix of this.#toAsk) {
      if (this.#asking >= maxAskedAtOnce || !this.#connection.isOpen) return;
      this.#toAsk.delete(prefix);
      this.#asking++;
      void this.#ask(prefix).finally(() => {
        this.#asking--;
        this.#askNext();
      });
    }
  }

  async #ask(prefix: string): Promise<void> {
    const { signal } = new AbortController();
    const query: TopicCall = { signal, dryRun: false, wire: this.#connection, late: () => {} };
    const info = await this.#talk.info(query, prefix).catch(() => undefined);
    const known = this.#known.get(prefix);
    if (known === undefined) return;
    if (info === undefined) return void (known.silentAt = this.#clock.monotonic());
    delete known.silentAt;
    this.#tellFound(known, candidateOf(prefix, info));
  }

  #tellFound(known: Known, candidate: Candidate): void {
    if (known.candidate !== undefined && known.candidate.identity !== candidate.identity) this.#tellGone(known);
    known.candidate = candidate;
    for (const listener of this.#listeners) listener.found(candidate);
  }

  #gone(prefix: string): void {
    const known = this.#known.get(prefix);
    this.#known.delete(prefix);
    this.#toAsk.delete(prefix);
    if (known !== undefined) this.#tellGone(known);
  }

  #tellGone({ candidate }: Known): void {
    if (candidate !== undefined) for (const listener of this.#listeners) listener.gone(candidate.identity);
  }
}

function prefixOf(topic: string): string {
  return topic.slice(0, topic.indexOf('/'));
}

function candidateOf(topic: string, { id, app, model, version, name }: Info): Candidate {
  return {
    identity: printable(id),
    name: printable(name ?? id),
    options: { topic },
    manufacturer: 'Shelly',
    model: printable(`${app} (${model})`),
    ...(version !== '' && { version: printable(version) }),
  };
}
