import { BellcrankError, type Clock, type Context, type MessageConnection, Presence } from '../../src/driver/index.ts';
import type { Arrival } from './arrival.ts';
import { type Birth, readBirth } from './birth.ts';
import { describe, type Described, type DescribeSettings } from './describe.ts';
import { Expectations, type Heard } from './expectations.ts';
import type { Host } from './host.ts';
import type { EdgeNode, Listener } from './node.ts';
import type { SparkplugOptions } from './options.ts';
import type { Payload } from './payload.ts';
import { Picture } from './picture.ts';
import { commandTopic } from './topics.ts';
import type { Value } from './values.ts';

export interface StationParts {
  readonly host: Host;
  readonly connection: MessageConnection;
  readonly options: SparkplugOptions;
  readonly context: Context;
  /** What it can do has become known, or another thing. */
  readonly changed: (described: Described) => void;
}

/** What is known of one node or device, by what it tells. */
export class Station implements Listener {
  readonly presence: Presence;
  readonly expectations: Expectations;
  readonly name: string;
  /** Of the commands to it. */
  readonly topic: string;
  readonly #parts: StationParts;
  readonly #firstBirth = Promise.withResolvers<void>();
  #node: EdgeNode | undefined;
  #picture: Picture | undefined;
  #described: Described;
  /** Why what it told may be out of date. */
  #doubted: string | undefined;
  /** Something was written, and neither that was shown since nor a birth certificate. */
  owes = false;

  constructor(parts: StationParts) {
    const { host, connection, options, context } = parts;
    const { group, node, device } = options;
    this.#parts = parts;
    this.presence = new Presence(context);
    this.expectations = new Expectations(context.clock, () => host.arrived, connection);
    this.name = device === undefined ? `the edge node ${group}/${node}` : `the device ${group}/${node}/${device}`;
    this.topic = commandTopic(group, node, device);
    this.#described = describe([], this.#settings());
  }

  get asks(): boolean {
    return this.#parts.options.rebirth ?? true;
  }

  get knows(): boolean {
    return this.#picture !== undefined;
  }

  get described(): Described {
    return this.#described;
  }

  get clock(): Clock {
    return this.#parts.context.clock;
  }

  get picture(): Picture | undefined {
    return this.#picture;
  }

  /** Its node; only while it is attached. */
  get node(): EdgeNode {
    if (this.#node !== undefined) return this.#node;
    throw this.notYet();
  }

  /** Whether its values are those of now. A device of a node that has begun anew is not there until it is born again. */
  get inStep(): boolean {
    if (this.#picture === undefined || this.#doubted !== undefined || this.#node?.inStep !== true) return false;
    return this.#isBorn || !this.#node.hasRestarted;
  }

  /** Whether aliases mean what they meant when it was born: a birth certificate of its node may have changed them. */
  get aliasesHold(): boolean {
    return this.inStep && this.#isBorn;
  }

  get #isBorn(): boolean {
    return this.#node?.isBorn(this.#parts.options.device) === true;
  }

  /** Needs the broker alone: what is not announced is away, and is there as soon as its birth certificate comes. */
  async join(waitMs: number): Promise<void> {
    const { host, options, context } = this.#parts;
    const { node, leave } = await host.join(options.group, options.node, options.device, this);
    this.#node = node;
    const over = (): void => {
      leave();
      this.#firstBirth.resolve();
    };
    const { clock } = context;
    // What has been read by then is heard first.
    const timer = clock.timer(waitMs, () => void clock.ioTurn().then(() => this.#firstBirth.resolve()));
    context.signal.addEventListener('abort', over, { once: true });
    if (context.signal.aborted) over();
    await this.#firstBirth.promise;
    timer.cancel();
    if (this.presence.here === undefined) this.presence.away(`${this.name} is not announced on this broker`);
  }

  born(payload: Payload, arrival: Arrival, restarted: boolean): void {
    const birth = readBirth(payload);
    const described = this.#parts.host.shapes.of(birth.announced, this.#settings(makeOf(birth)));
    this.#picture = new Picture(birth, described);
    this.#doubted = undefined;
    this.owes = false;
    this.#describe(described);
    this.#take(this.#picture, payload, 'birth', arrival);
    if (restarted && this.presence.here === true) this.presence.restarted(`${this.name} has restarted`);
    else this.presence.back(`${this.name} told its birth certificate`);
    this.#firstBirth.resolve();
  }

  told(payload: Payload, arrival: Arrival): void {
    if (this.#picture === undefined) throw new Error('its birth certificate was not heard');
    this.#take(this.#picture, payload, 'data', arrival);
  }

  doubt(why: string): void {
    if (this.#picture === undefined || this.#doubted !== undefined) return;
    this.#doubted = why;
    for (const property of this.#described.byProperty.keys()) this.#parts.context.lost(property, why);
  }

  away(why: string): void {
    const leaves = this.presence.here !== false;
    this.presence.away(why);
    // A stop may wait for one that was away before.
    if (leaves) this.expectations.fail(new BellcrankError('device-offline', why));
  }

  oddity(what: string): void {
    this.#parts.context.unmatched(what);
  }

  /** Nothing can be said to it that would be sure to mean what it should. */
  notYet(): BellcrankError {
    const why = this.#doubted ?? 'its birth certificate has not come, or another one has';
    const text = `${this.name} cannot be told anything now: ${why}; nothing was sent`;
    return new BellcrankError('device-offline', text, { retryAfterMs: 1000 });
  }

  #settings(make?: string): DescribeSettings {
    const { device, writable, stop } = this.#parts.options;
    return {
      kind: device === undefined ? 'node' : 'device',
      hasStop: stop !== undefined,
      rebirth: this.asks,
      ...(writable !== undefined && { writable }),
      ...(make !== undefined && { make }),
    };
  }

  #describe(described: Described): void {
    if (described === this.#described) return;
    const { changed, context } = this.#parts;
    this.#described = described;
    changed(described);
    context.remodel(context.intern(described.model));
  }

  #take(picture: Picture, payload: Payload, kind: Heard['kind'], arrival: Arrival): void {
    const { context } = this.#parts;
    const values = new Map<string, Value | undefined>();
    for (const { shape, reading, doubt } of picture.take(payload)) {
      if ('value' in reading) context.report(shape.property, reading.value);
      const why = 'value' in reading ? doubt : reading.unknown;
      if (why !== undefined) context.lost(shape.property, why);
      values.set(shape.metric, 'value' in reading && why === undefined ? reading.value : undefined);
    }
    this.expectations.hear({ kind, arrival, values });
  }
}

function makeOf({ manufacturer, type }: Birth): string | undefined {
  const told = [manufacturer ?? [], type ?? []].flat();
  return told.length === 0 ? undefined : told.join(' ');
}
