import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../driver/contract.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import { selectorOf } from '../expression/selection.ts';
import type { FactStore, NoticeStore } from '../store/store.ts';
import type { Stream, StreamEntry } from '../stream/index.ts';
import type { Lost } from './delivery.ts';
import { createPost, type Post } from './post.ts';
import type { QueueRecord, Waiting } from './queue.ts';
import type { WebhookSettings } from './settings.ts';
import { Target, type TargetParts } from './target.ts';

export interface WebhooksParts extends Pick<TargetParts, 'clock' | 'random' | 'log' | 'version'> {
  readonly settings: readonly WebhookSettings[];
  readonly stream: Pick<Stream, 'follow'>;
  readonly notices: NoticeStore;
  /** What follows a command elsewhere (W3C Trace Context): it is handed on with what is told of it. */
  readonly traceOf?: (command: string) => string | undefined;
  /** In place of the real one. */
  readonly post?: Post;
}

interface Receiver {
  readonly target: Target;
  readonly wants: (entry: StreamEntry) => boolean;
}

const prefix = 'webhook:';
const lostKey = 'lost';

/** Hands on to receivers elsewhere what the stream tells. What they have not taken yet is on record. */
export class Webhooks {
  readonly #parts: WebhooksParts;
  #receivers: readonly Receiver[] = [];
  readonly #post: Post;
  #begun = false;
  #restored = false;
  #leave: (() => void) | undefined;
  #isTold = false;

  constructor(parts: WebhooksParts) {
    const { settings, stream, notices, post = createPost() } = parts;
    this.#parts = parts;
    this.#post = post;
    this.#receivers = settings.map((each) => this.#receiver(each));
    this.#follow(stream);
    void notices.opened.then(() => this.#restore());
  }

  get targets(): readonly Target[] {
    return this.#receivers.map(({ target }) => target);
  }

  get(name: string): Target {
    const target = this.targets.find(({ settings }) => settings.name === name);
    if (target !== undefined) return target;
    throw new BellcrankError('not-found', 'there is no such webhook; GET /v1/webhooks lists them');
  }

  /**
   * From now on these. One that is as it was goes on; one that is not takes over what waits for it, and is told the event
   * that was under way once more.
   */
  configure(settings: readonly WebhookSettings[]): void {
    const before = this.#receivers;
    const kept = (each: WebhookSettings): Receiver | undefined =>
      before.find(({ target }) => isDeepStrictEqual(target.settings, each));
    this.#receivers = settings.map((each) => kept(each) ?? this.#receiver(each));
    for (const { target } of before.filter((each) => !this.#receivers.includes(each))) target.close();
    const coming = this.#receivers.filter((each) => !before.includes(each));
    if (this.#restored) this.#restore(coming);
    if (this.#begun) for (const { target } of coming) target.begin();
    this.#follow(this.#parts.stream);
  }

  /** A stream that nobody follows makes nothing. */
  #follow(stream: WebhooksParts['stream']): void {
    if (this.#receivers.length > 0) this.#leave ??= stream.follow((entry) => this.#take(entry));
    else this.#stopFollowing();
  }

  #stopFollowing(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  #receiver(settings: WebhookSettings): Receiver {
    const record = this.#recordOf(settings.name);
    const target = new Target({ ...this.#parts, settings, post: this.#post, record });
    return { target, wants: wantsOf(settings) };
  }

  /** The store has had its time: what happens now is delivered, whatever waits from before. */
  begin(): void {
    this.#begun = true;
    for (const { target } of this.#receivers) target.begin();
  }

  /** What is under way is broken off, and delivered after the next start. */
  close(): void {
    this.#stopFollowing();
    for (const { target } of this.#receivers) target.close();
  }

  #take(entry: StreamEntry): void {
    const command = commandOf(entry);
    const traceparent = command === undefined ? undefined : this.#parts.traceOf?.(command);
    for (const { target, wants } of this.#receivers) if (wants(entry)) target.take(entry, traceparent);
  }

  #restore(receivers = this.#receivers): void {
    const { facts } = this.#parts.notices;
    this.#restored = true;
    const names = new Set(this.targets.map(({ settings }) => settings.name));
    const known = new Map(receivers.map(({ target }) => [target.settings.name, { target, ...nothing() }]));
    const strange: string[] = [];
    for (const [key, value] of facts.entries(prefix)) {
      const [name = '', place] = key.slice(prefix.length).split(':');
      const its = known.get(name);
      if (its === undefined) {
        if (!names.has(name)) strange.push(key);
      }
      // Put on record by this class, as JSON, which both are.
      else if (place === lostKey) its.lost = value as Lost;
      else its.waiting.push(value as Waiting);
    }
    for (const { target, waiting, lost } of known.values()) target.restore({ waiting, lost });
    for (const key of strange) this.#set(facts, key, undefined);
    if (strange.length === 0) return;
    this.#parts.log.warn({ dropped: strange.length }, 'events waited for webhooks that are not configured any more');
  }

  #recordOf(name: string): QueueRecord {
    const { facts } = this.#parts.notices;
    return {
      put: (place, waiting) => this.#set(facts, `${prefix}${name}:${place}`, waiting),
      lose: (lost) => this.#set(facts, `${prefix}${name}:${lostKey}`, lost),
    };
  }

  /** Deliveries go on without a record; those that wait are lost then if the process ends. */
  #set(facts: FactStore, key: string, value: unknown): void {
    facts.set(key, value).then(
      () => (this.#isTold = false),
      (error: unknown) => this.#unrecorded(this.#parts.log, error),
    );
  }

  #unrecorded(log: Log, error: unknown): void {
    if (this.#isTold) return;
    this.#isTold = true;
    log.error({ error: messageOf(error) }, 'what waits for webhooks is not on record until the store works again');
  }
}

/** The command that it is about, or that brought it about. */
function commandOf({ type, data }: StreamEntry): string | undefined {
  const { id, cause } = data as { id?: unknown; cause?: { commandId?: unknown } }; // which of them there are depends on the type
  const command = type === 'command' ? id : cause?.commandId;
  return typeof command === 'string' ? command : undefined;
}

function nothing(): { waiting: Waiting[]; lost: Lost | undefined } {
  return { waiting: [], lost: undefined };
}

function wantsOf({ types, devices, labels }: WebhookSettings): (entry: StreamEntry) => boolean {
  const wanted = new Set(types);
  const isAny = devices === undefined && labels === undefined;
  const selects = selectorOf({ ...(devices && { devices }), ...(labels && { labels }) });
  return ({ type, subjects }) =>
    wanted.has(type) && (isAny || subjects.some(({ device, labels: its }) => selects({ id: device, labels: its })));
}
