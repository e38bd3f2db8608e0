import { Readable } from 'node:stream';
import type { Timer } from '../../clock.ts';
import { frameOf } from '../../stream/index.ts';
import { concerns, type TraceEntry } from '../../transport/trace/index.ts';
import { mayRead } from '../access/seen.ts';
import { farewellMs, followerBytes, type FollowerParts, notAllowed } from './follower.ts';
import { entryView } from './view.ts';

/** How often both sides see that the other is there, and it is looked whether the reader may still be told. */
const lookMs = 1000;
const looksPerHeartbeat = 15;

/**
 * The wire of one device as it passes, as server-sent events: `entry`, with its sequence for an id, `missed`, and `bye` at
 * the end. Bounded as a recording is.
 */
export class LiveTrace {
  readonly stream = new Readable({ read: () => {} });
  readonly #parts: FollowerParts;
  readonly #unfollow: () => void;
  /** An entry is told again when another device turns out to have heard it. */
  readonly #told = new WeakSet<TraceEntry>();
  #timer: Timer | undefined;
  #looks = 0;
  #ended = false;

  /** `after`: the sequence of what its reader heard last, if it comes back. */
  constructor(parts: FollowerParts, after: number | undefined) {
    this.#parts = parts;
    this.stream.push('retry: 1000\n\n');
    this.#unfollow = parts.device.wire.trace.follow((entry) => this.#take(entry));
    this.#look();
    this.stream.once('close', () => this.#stop());
    if (after !== undefined) this.#catchUp(after);
  }

  end(why: string): void {
    if (this.#ended) return;
    this.#stop();
    this.stream.push(frameOf('bye', JSON.stringify({ reason: why })));
    this.stream.push(null);
    this.#timer = this.#parts.clock.timer(farewellMs, () => this.stream.destroy());
  }

  #catchUp(after: number): void {
    const { id, wire } = this.#parts.device;
    const { items, dropped } = wire.trace.read({ device: id, since: after, limit: Infinity });
    if (dropped > 0) this.stream.push(frameOf('missed', JSON.stringify({ dropped })));
    for (const entry of items) this.#take(entry);
  }

  #take(entry: TraceEntry): void {
    const { device, caller, sees } = this.#parts;
    if (this.#ended || this.#told.has(entry) || !concerns(entry, device.id) || !sees(entry)) return;
    if (!mayRead(caller, device)) return this.end(notAllowed);
    this.#told.add(entry);
    this.stream.push(frameOf('entry', JSON.stringify(entryView(entry, device)), entry.sequence));
    if (this.stream.readableLength > followerBytes) {
      this.end('it was read more slowly than it came; go on by the last id');
    }
  }

  #look(): void {
    const { clock, isThere, isInSight } = this.#parts;
    this.#timer = clock.timer(lookMs, () => {
      if (!isThere()) return this.end('the device was removed, or has another connection now');
      if (!isInSight()) return this.end(notAllowed);
      if (++this.#looks % looksPerHeartbeat === 0) this.stream.push(': alive\n\n');
      this.#look();
    });
  }

  #stop(): void {
    this.#ended = true;
    this.#unfollow();
    this.#timer?.cancel();
  }
}
