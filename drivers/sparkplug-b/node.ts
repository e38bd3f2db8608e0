import { type Call, type Clock, delay, type MessageWire } from '../../src/driver/index.ts';
import type { Arrival } from './arrival.ts';
import { bdSeqOf } from './birth.ts';
import { encodeCommand } from './command.ts';
import { rebirthMetric } from './describe.ts';
import { decodePayload, type Payload } from './payload.ts';
import { Rebirth, type Spread } from './rebirth.ts';
import { Sequence } from './sequence.ts';
import { commandTopic, type Place } from './topics.ts';

/** A session of the node or of one of its devices, as the node's state sees it. */
export interface Listener {
  /** Whether the node may be asked for its birth certificates for its sake. */
  readonly asks: boolean;
  /** Whether it has seen a birth certificate. */
  readonly knows: boolean;
  /** Throws for what is no birth certificate. `restarted`: its node has begun a new MQTT session. */
  born(payload: Payload, arrival: Arrival, restarted: boolean): void;
  /** Throws for metrics that its birth certificate does not have. */
  told(payload: Payload, arrival: Arrival): void;
  /** What it told may be out of date, until it is born again. */
  doubt(why: string): void;
  away(why: string): void;
  /** A message that counts for nothing. */
  oddity(what: string): void;
}

export interface NodeParts {
  readonly clock: Clock;
  readonly spread: Spread;
  readonly publish: (topic: string, payload: Uint8Array) => void;
}

/** How long the devices of a node that was born may take to be born, too. */
const devicesMs = 1000;
/** Calls that ask the node for its birth certificates share them. */
const askMs = 500;
/** Devices of one node that are told apart. */
const maxDevices = 10_000;

/** The node itself among its devices, none of which has an empty name. */
const itself = '';

/**
 * The state of one edge node and its devices, for all sessions of theirs: who is born, in which order messages come, and
 * when the birth certificates have to be asked for anew (Sparkplug 3.0 §5).
 */
export class EdgeNode {
  readonly name: string;
  readonly #parts: NodeParts;
  readonly #topic: string;
  readonly #listeners = new Map<string, Listener>();
  readonly #sequence: Sequence;
  readonly #rebirth: Rebirth;
  /** Its own birth, and those of its devices since. */
  #born: { readonly bdSeq: bigint | undefined } | undefined;
  readonly #devices = new Set<string>();
  #restarted = false;
  #waitForDevices: (() => void) | undefined;
  #askedAt = -Infinity;

  constructor(group: string, node: string, parts: NodeParts) {
    this.name = `${group}/${node}`;
    this.#parts = parts;
    this.#topic = commandTopic(group, node);
    this.#sequence = new Sequence(parts.clock, (why) => this.distrust(why));
    this.#rebirth = new Rebirth({
      ...parts,
      publish: () => parts.publish(this.#topic, this.#request()),
      unanswered: () => this.#unanswered(),
    });
  }

  get isIdle(): boolean {
    return this.#listeners.size === 0;
  }

  /** Whether the node was born, and nothing that it told since is missing. */
  get inStep(): boolean {
    return this.#sequence.inStep;
  }

  /** Whether its birth certificate, or that of a device of its, has come since the node's own last one. */
  isBorn(device: string | undefined): boolean {
    return device === undefined ? this.#born !== undefined : this.#devices.has(device);
  }

  /** Whether it told its last birth certificate because it had begun anew, and not because it was asked. */
  get hasRestarted(): boolean {
    return this.#restarted;
  }

  /** Returns the way to leave. */
  add(device: string | undefined, listener: Listener): () => void {
    const key = device ?? itself;
    this.#listeners.set(key, listener);
    return () => {
      if (this.#listeners.get(key) === listener) this.#listeners.delete(key);
      if (this.isIdle) this.#forget();
    };
  }

  /** Births are not retained: whoever comes has to ask (§5.9). */
  askFor(listener: Listener): void {
    if (listener.asks && !listener.knows && !this.isIdle) this.#rebirth.need(true);
  }

  receive(place: Place, bytes: Uint8Array, arrival: Arrival): void {
    const { type, device } = place;
    let payload: Payload;
    try {
      payload = decodePayload(bytes);
    } catch (error) {
      return this.#spoilt(place, error);
    }
    if (type === 'NBIRTH') return this.#nodeBirth(place, payload, arrival);
    if (type === 'NDEATH') return this.#nodeDeath(payload);
    if (!this.#sequence.inStep) {
      this.#listeners.get(device ?? itself)?.oddity(`${type} before a birth certificate`);
      return this.#need();
    }
    const deliver = (): void => this.#ordered(place, payload, arrival);
    // An encoder that leaves out zeros leaves out this one.
    this.#sequence.take(Number(payload.seq ?? 0n) % 256, { bytes: bytes.length, deliver });
  }

  /** Counts for a message that was retained, which none of these ever is. */
  retained({ type, device }: Place): void {
    this.#listeners.get(device ?? itself)?.oddity(`retained ${type}`);
  }

  /** What it told may be out of date. */
  distrust(why: string): void {
    this.#sequence.stop();
    for (const listener of this.#listeners.values()) listener.doubt(why);
    this.#need();
  }

  /**
   * Asks for the birth certificates on behalf of a call, which shares the answer with other calls that ask at that time
   * unless it is `alone`.
   */
  async ask(call: Call<MessageWire>, { alone = false, onBegin = (): void => {} } = {}): Promise<void> {
    const { clock } = this.#parts;
    const since = this.#askedAt;
    const waitMs = this.#askedAt + askMs - clock.monotonic();
    if (waitMs > 0 && !call.dryRun) {
      await delay(clock, waitMs, call.signal);
      if (!alone && this.#askedAt !== since) return onBegin();
    }
    if (!call.dryRun) this.#askedAt = clock.monotonic();
    await call.wire.publish(this.#topic, this.#request(), { qos: 0, onBegin });
  }

  #request(): Uint8Array {
    return encodeCommand(this.#parts.clock.now(), [{ id: { name: rebirthMetric }, type: 'Boolean', value: true }]);
  }

  #need(): void {
    if ([...this.#listeners.values()].some(({ asks }) => asks)) this.#rebirth.need();
  }

  #unanswered(): void {
    for (const listener of this.#listeners.values()) {
      listener.away(`the edge node ${this.name} does not answer the request for its birth certificates`);
    }
  }

  #spoilt({ type, device }: Place, error: unknown): void {
    const why = `unreadable ${type}: ${error instanceof Error ? error.message : String(error)}`;
    this.#listeners.get(device ?? itself)?.oddity(why);
    // A death that cannot be read is none; anything else leaves a gap.
    if (type !== 'NDEATH') this.distrust(why);
  }

  #nodeBirth(place: Place, payload: Payload, arrival: Arrival): void {
    const bdSeq = bdSeqOf(payload);
    if (payload.metrics.length === 0) return this.#spoilt(place, new Error('no metrics'));
    const restarted = this.#born === undefined || this.#born.bdSeq !== bdSeq;
    this.#restarted = restarted;
    this.#devices.clear();
    this.#sequence.start(Number(payload.seq ?? 0n) % 256);
    this.#born = { bdSeq };
    if (!this.#tell(place, (listener) => listener.born(payload, arrival, restarted))) return;
    this.#rebirth.satisfied();
    this.#expectDevices();
  }

  /**
   * A birth certificate of the node ends those of its devices: each has to come again. One that does not may have been lost
   * on its way, and a device that has nothing to tell would never show that: it is asked for, ever more seldom.
   */
  #expectDevices(): void {
    this.#waitForDevices?.();
    const timer = this.#parts.clock.timer(devicesMs, () => {
      const missing = [...this.#listeners].filter(([key]) => key !== itself && !this.#devices.has(key));
      for (const [, listener] of missing) {
        listener.away(`the edge node ${this.name} is online and announces no such device`);
      }
      if (missing.some(([, { asks }]) => asks)) this.#rebirth.need();
    });
    this.#waitForDevices = () => timer.cancel();
  }

  /** Only the death of the session that was born: a broker may tell that of the one before late (§5.7). */
  #nodeDeath(payload: Payload): void {
    const born = this.#born;
    const listeners = [...this.#listeners.values()];
    if (born === undefined || (born.bdSeq !== undefined && born.bdSeq !== bdSeqOf(payload))) {
      return listeners[0]?.oddity('NDEATH of another session');
    }
    this.#forget();
    for (const listener of listeners) listener.away(`the edge node ${this.name} says that it is offline (NDEATH)`);
  }

  #ordered(place: Place, payload: Payload, arrival: Arrival): void {
    const { type, device = itself } = place;
    if (type === 'DBIRTH') {
      if (this.#devices.size >= maxDevices) return;
      const restarted = this.#restarted && !this.#devices.has(device);
      this.#devices.add(device);
      this.#tell(place, (listener) => listener.born(payload, arrival, restarted));
    } else if (type === 'DDEATH') {
      this.#devices.delete(device);
      this.#listeners.get(device)?.away(`the edge node ${this.name} says that the device is offline (DDEATH)`);
    } else this.#data(place, payload, arrival);
  }

  #data(place: Place, payload: Payload, arrival: Arrival): void {
    const { type, device } = place;
    this.#tell(place, (listener) => {
      if (device !== undefined && !this.#devices.has(device)) throw new Error('its device was not born');
      if (listener.knows) return listener.told(payload, arrival);
      listener.oddity(`${type} before a birth certificate that was heard`);
      this.#need();
    });
  }

  #tell(place: Place, tell: (listener: Listener) => void): boolean {
    const listener = this.#listeners.get(place.device ?? itself);
    if (listener === undefined) return true;
    try {
      tell(listener);
      return true;
    } catch (error) {
      this.#spoilt(place, error);
      return false;
    }
  }

  #forget(): void {
    this.#born = undefined;
    this.#devices.clear();
    this.#sequence.stop();
    this.#rebirth.cancel();
    this.#waitForDevices?.();
  }
}
