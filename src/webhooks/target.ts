import { type Clock, type Timer, timeoutSignal } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import type { StreamEntry } from '../stream/index.ts';
import { type Delivery, deliveryOf } from './delivery.ts';
import { Outage } from './outage.ts';
import type { Post } from './post.ts';
import { type Kept, Queue, type QueueRecord } from './queue.ts';
import type { WebhookSettings } from './settings.ts';
import { keyOf, signed } from './signature.ts';
import { pauseMs, retryAfterMs, type Verdict, verdictOf } from './verdict.ts';

export interface TargetParts {
  readonly settings: WebhookSettings;
  readonly post: Post;
  readonly clock: Clock;
  /** In [0, 1); for jitter. */
  readonly random: () => number;
  readonly log: Log;
  readonly version: string;
  readonly record: QueueRecord;
}

/** `idle`: nothing waits. `disabled`: the receiver said that it is gone (410), and is not asked again until a restart. */
export type TargetState = 'idle' | 'delivering' | 'retrying' | 'disabled';

const bytesPerMegabyte = 1_000_000;
/** An event that its receiver refuses is not what holds up the others for ever. */
const maxRefusals = 8;

/** One receiver: tells it one event after the other, each as often as it takes. */
export class Target {
  readonly settings: WebhookSettings;
  readonly outage: Outage;
  readonly #parts: TargetParts;
  readonly #queue: Queue;
  readonly #url: URL;
  readonly #key: Buffer;
  readonly #closing = new AbortController();
  /** Until it is known what waits from before. */
  #isHeld = true;
  #isBusy = false;
  #isGone = false;
  #failures = 0;
  #refusals = 0;
  #delivered = 0;
  #failed = 0;
  #retry: { readonly at: number; readonly timer: Timer } | undefined;

  constructor(parts: TargetParts) {
    const { settings, record, clock, log } = parts;
    this.settings = settings;
    this.#parts = parts;
    this.#url = new URL(settings.url);
    this.#key = keyOf(settings.secret);
    this.outage = new Outage({ name: settings.name, clock, log });
    const maxBytes = settings.queueMegabytes * bytesPerMegabyte;
    this.#queue = new Queue({ maxEvents: settings.queueEvents, maxBytes }, record);
  }

  get state(): TargetState {
    if (this.#isGone) return 'disabled';
    if (this.#queue.length === 0) return 'idle';
    return this.#failures > 0 ? 'retrying' : 'delivering';
  }
  get queue(): Pick<Queue, 'length' | 'bytes' | 'dropped'> {
    return this.#queue;
  }
  get delivered(): number {
    return this.#delivered;
  }
  /** Attempts that failed, since the start. */
  get failed(): number {
    return this.#failed;
  }
  /** Attempts in a row that failed. */
  get failures(): number {
    return this.#failures;
  }
  /** Wall clock, ms. */
  get nextAttemptAt(): number | undefined {
    return this.#retry?.at;
  }
  /** Of its URL nothing more is shown: the rest may be a secret. */
  get origin(): string {
    return this.#url.origin;
  }

  take(entry: StreamEntry, traceparent?: string): void {
    if (this.#isGone || this.#closing.signal.aborted) return;
    const { dropped } = this.#queue;
    this.#queue.add(deliveryOf(entry, traceparent));
    if (this.#queue.dropped > dropped) this.outage.overflowed();
    this.#pump();
  }

  restore(kept: Kept): void {
    if (this.#isGone) return this.#queue.clear();
    this.#queue.restore(kept);
    this.begin();
  }

  /** Delivers from now on, also where nobody knows what waits from before. */
  begin(): void {
    this.#isHeld = false;
    this.#pump();
  }

  /** What waits stays on record. */
  close(): void {
    this.#retry?.timer.cancel();
    this.#retry = undefined;
    this.#closing.abort(new Error('the service is shutting down'));
  }

  #pump(): void {
    if (this.#isHeld || this.#isBusy || this.#isGone || this.#retry !== undefined) return;
    if (this.#closing.signal.aborted) return;
    const delivery = this.#queue.next();
    if (delivery === undefined) return;
    this.#isBusy = true;
    void this.#attempt(delivery).then((pause) => {
      this.#isBusy = false;
      if (pause !== undefined) this.#wait(pause);
      this.#pump();
    });
  }

  /** How long to wait before the next one, if at all. Never rejects. */
  async #attempt(delivery: Delivery): Promise<number | undefined> {
    const { clock, post, settings } = this.#parts;
    using timeout = timeoutSignal(clock, settings.timeoutMs);
    try {
      const signal = AbortSignal.any([timeout.signal, this.#closing.signal]);
      const posted = await post({ url: this.#url, headers: this.#headers(delivery), body: delivery.body, signal });
      const asked = retryAfterMs(posted.retryAfter, clock.now());
      return this.#judge(verdictOf(posted), `it answered ${posted.status}`, asked);
    } catch (error) {
      if (this.#closing.signal.aborted) return undefined;
      const late = timeout.signal.aborted ? `it did not answer within ${settings.timeoutMs} ms` : undefined;
      return this.#judge('retry', late ?? messageOf(error), undefined);
    }
  }

  #headers({ id, body, traceparent }: Delivery): Record<string, string> {
    const { clock, version } = this.#parts;
    const plain = { 'content-type': 'application/json', 'user-agent': `bellcrank/${version}` };
    return { ...plain, ...(traceparent !== undefined && { traceparent }), ...signed(this.#key, id, clock.now(), body) };
  }

  #judge(verdict: Verdict, why: string, askedMs: number | undefined): number | undefined {
    if (verdict === 'delivered') return this.#succeeded();
    if (verdict === 'gone') return this.#gone();
    this.#failures += 1;
    this.#failed += 1;
    this.#refusals += verdict === 'refused' ? 1 : 0;
    this.outage.failed(why, this.#queue.length);
    if (this.#refusals >= maxRefusals) this.#giveUp(why);
    const pause = pauseMs(this.#failures, this.#parts.random());
    return Math.max(pause, askedMs ?? 0);
  }

  #succeeded(): undefined {
    this.#queue.done();
    this.#delivered += 1;
    [this.#failures, this.#refusals] = [0, 0];
    this.outage.succeeded(this.#queue.length);
  }

  #gone(): undefined {
    this.#isGone = true;
    this.outage.gone(this.#queue.length);
    this.#queue.clear();
  }

  #giveUp(why: string): void {
    this.#refusals = 0;
    this.outage.gaveUp(why);
    this.#queue.giveUp();
  }

  #wait(ms: number): void {
    const { clock } = this.#parts;
    if (this.#closing.signal.aborted) return;
    const timer = clock.timer(ms, () => {
      this.#retry = undefined;
      this.#pump();
    });
    this.#retry = { at: clock.now() + ms, timer };
  }
}
