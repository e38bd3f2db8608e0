import type { Clock } from '../../clock.ts';
import { printable } from '../../errors.ts';
import type { Cause, Message, Purpose } from '../connection.ts';
import { concerns, type MessageEntry, type TraceEntry, type TracedMessage, type WireEntry } from './entry.ts';
import { type Chunk, chunkOf, Copies, type Payload } from './payload.ts';
import { Ring } from './ring.ts';

/** What one trace keeps: of its connections there may be hundreds. */
export const traceLimits = { entries: 1000, bytes: 256 * 1024, payloadBytes: 4096 } as const;
export type TraceLimits = { readonly [name in keyof typeof traceLimits]: number };

/** What an entry weighs beside what passed. */
const entryBytes = 150;
/** A message that more devices than these hear is everybody's. */
const mostDevices = 50;
/** Within this time, what several subscriptions hear is one delivery. */
const deliveryMs = 1;
const longestDetail = 500;

/** Called while the entry is new, or new to somebody; `whole` is all that passed where the entry is cut. */
export type Follower = (entry: TraceEntry, whole: Uint8Array) => void;

export interface TraceQuery {
  readonly device: string;
  /** The id of a command: what its calls sent. */
  readonly command?: string | undefined;
  /** After this sequence, the oldest first; without it the newest that there are. */
  readonly since?: number | undefined;
  readonly limit: number;
}

export interface TracePage {
  /** Oldest first. */
  readonly items: readonly TraceEntry[];
  /** How many of those after `since` are gone, whomever they concerned. */
  readonly dropped: number;
  /** What to ask for next: nothing up to here is missing. */
  readonly next: number;
}

interface Delivery {
  readonly message: Message;
  readonly by: object;
  readonly entry: MessageEntry;
}

/**
 * What passed on a connection and on those that came after it in its place: the newest of it, bounded. Noting costs
 * about a microsecond, and nobody has to look.
 */
export class WireTrace {
  /** What passed since the start, in bytes; of messages their payloads. */
  readonly passed = { sent: 0, heard: 0 };
  readonly #clock: Clock;
  readonly #limits: TraceLimits;
  readonly #followers = new Set<Follower>();
  readonly #copies: Copies;
  #ring: Ring | undefined;
  /** What the last message was, and which subscription heard it first. */
  #delivery: Delivery | undefined;

  constructor(clock: Clock, limits: TraceLimits = traceLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#copies = new Copies(limits.payloadBytes);
  }

  /** To be called when it is handed over, and noted when it leaves. */
  payload(data: Uint8Array | string): Payload {
    return this.#copies.payload(data, this.#followers.size > 0);
  }

  /** As `payload`, for a byte stream. */
  chunk(data: Uint8Array): Chunk {
    return chunkOf(data, this.#limits.payloadBytes, this.#followers.size > 0);
  }

  bytes(kind: 'sent' | 'heard', chunk: Chunk, cause = nobody): void {
    const { length } = chunk.text;
    this.passed[kind] += chunk.cutFrom ?? length;
    const clock = this.#clock;
    const ring = this.#kept();
    ring.pushBytes({ at: clock.monotonic(), time: clock.now(), kind, chunk, cause }, length + entryBytes);
    if (chunk.whole === undefined || this.#followers.size === 0) return;
    const entry = ring.at(ring.next - 1);
    if (entry !== undefined) this.#tell(entry, chunk.whole);
  }

  sent(message: Omit<TracedMessage, 'payload'>, payload: Payload, { device, call }: Cause = {}): void {
    const devices = device === undefined ? [] : [device];
    this.#message('sent', message, payload, devices, call);
  }

  /** `by` is the subscription that heard it; of those that hear one delivery all are noted in one entry. */
  heard(message: Message, by: object, device: string | undefined): void {
    const delivery = this.#delivery;
    if (delivery !== undefined && this.#isSame(delivery, message, by)) {
      if (join(delivery.entry, device)) this.#tell(delivery.entry, message.payload);
      return;
    }
    const payload = this.payload(message.payload);
    const entry = this.#message('heard', message, payload, device === undefined ? [] : [device]);
    this.#delivery = { message, by, entry };
  }

  wire(what: WireEntry['what'], detail?: string): void {
    const text = detail === undefined ? undefined : printable(detail.slice(0, longestDetail));
    const at = this.#clock.monotonic();
    const time = this.#clock.now();
    this.#push({ sequence: this.#next, at, time, kind: 'wire', what, detail: text }, text?.length ?? 0, nothing);
  }

  /** Returns how to stop. A follower must not throw. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  read({ device, command, since, limit }: TraceQuery): TracePage {
    const ring = this.#ring;
    if (ring === undefined) return { items: [], dropped: 0, next: 0 };
    const isWanted = (entry: TraceEntry): boolean =>
      concerns(entry, device) && (command === undefined || ('call' in entry && entry.call?.id === command));
    if (since === undefined) {
      return { items: newest(ring, isWanted, limit), dropped: ring.first - 1, next: ring.next - 1 };
    }
    // A sequence that there has not been is of another run: it stands for nothing of this one.
    const from = since < ring.next ? since + 1 : 1;
    const items: TraceEntry[] = [];
    let sequence = Math.max(from, ring.first);
    for (; sequence < ring.next && items.length < limit; sequence++) {
      const entry = ring.at(sequence);
      if (entry !== undefined && isWanted(entry)) items.push(entry);
    }
    return { items, dropped: Math.max(0, ring.first - from), next: sequence - 1 };
  }

  #message(
    kind: 'sent' | 'heard',
    { readEarlier, ...message }: Omit<TracedMessage & Message, 'payload'>,
    { bytes, whole, cutFrom }: Payload,
    devices: readonly string[],
    call?: Purpose,
  ): MessageEntry {
    this.passed[kind] += cutFrom ?? bytes.length;
    const extra = message.userProperties === undefined && message.correlationData === undefined ? 0 : sizeOf(message);
    const isLarge = extra > this.#limits.payloadBytes;
    const entry: MessageEntry = {
      sequence: this.#next,
      at: this.#clock.monotonic(),
      time: readEarlier?.time ?? this.#clock.now(),
      kind,
      message: { ...(isLarge ? bare(message) : own(message)), payload: bytes },
      cutFrom: isLarge || cutFrom !== undefined ? (cutFrom ?? bytes.length) + extra : undefined,
      devices,
      call,
    };
    this.#push(entry, bytes.length + message.topic.length + (isLarge ? 0 : extra), whole);
    return entry;
  }

  #isSame({ message, by, entry }: Delivery, other: Message, subscription: object): boolean {
    if (by === subscription || other.payload !== message.payload || other.topic !== message.topic) return false;
    return other.retained === message.retained && this.#clock.monotonic() - entry.at < deliveryMs;
  }

  get #next(): number {
    return this.#ring?.next ?? 1;
  }

  #push(entry: TraceEntry, bytes: number, whole: Uint8Array): void {
    this.#kept().push(entry, bytes + entryBytes);
    this.#tell(entry, whole);
  }

  #kept(): Ring {
    return (this.#ring ??= new Ring(this.#limits.entries, this.#limits.bytes));
  }

  #tell(entry: TraceEntry, whole: Uint8Array): void {
    if (this.#followers.size === 0) return;
    for (const follower of this.#followers) follower(entry, whole);
  }
}

const nothing = new Uint8Array();
const nobody: Cause = {};

/** Whether the entry says something new by it. */
function join({ devices }: MessageEntry, device: string | undefined): boolean {
  // Made here, and readonly for everybody else.
  const list = devices as string[];
  if (list.length === 0 || (device !== undefined && list.includes(device))) return false;
  if (device === undefined || list.length === mostDevices) list.length = 0;
  else list.push(device);
  return true;
}

function newest(ring: Ring, isWanted: (entry: TraceEntry) => boolean, limit: number): TraceEntry[] {
  const items: TraceEntry[] = [];
  for (let sequence = ring.next - 1; sequence >= ring.first && items.length < limit; sequence--) {
    const entry = ring.at(sequence);
    if (entry !== undefined && isWanted(entry)) items.push(entry);
  }
  return items.toReversed();
}

function sizeOf({ userProperties = {}, correlationData }: Pick<Message, 'userProperties' | 'correlationData'>): number {
  const texts = Object.entries(userProperties).flat();
  return texts.reduce((sum, text) => sum + text.length, correlationData?.length ?? 0);
}

/** What came from the network is a view of much more. */
function own<T extends Pick<Message, 'correlationData'>>(message: T): T {
  const { correlationData } = message;
  return correlationData === undefined ? message : { ...message, correlationData: Uint8Array.from(correlationData) };
}

/** Without what has no bound of its own. */
function bare({ userProperties: _, correlationData: __, ...rest }: Omit<TracedMessage, 'payload'>) {
  return rest;
}
