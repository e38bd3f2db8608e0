import { Readable } from 'node:stream';
import type { Caller } from '../../access/caller.ts';
import type { Clock, Timer } from '../../clock.ts';
import type { Device } from '../../device/device.ts';
import { printEvent, printHeader } from '../../recording/index.ts';
import { concerns, type TraceEntry } from '../../transport/trace/index.ts';
import { mayRead } from '../access/seen.ts';
import { headerOf, recordedOf } from './recorded.ts';

export const notAllowed = 'its reader may not read the device any more';
/** What may wait for a reader who is slower than the wire. */
export const followerBytes = 4 * 1024 * 1024;
/** How long that reader may then take for what waits. */
export const farewellMs = 30_000;
/** How long what is heard may still be the answer to what was sent before the recording began. */
const answerMs = 1000;
/** How often it is looked whether it is to go on. */
const lookMs = 1000;

export interface FollowerParts {
  readonly device: Device;
  readonly clock: Clock;
  /** Whether the device is still there, and on the same connection. */
  readonly isThere: () => boolean;
  readonly caller: Caller;
  /** Whether the reader may still be told; asked now and then, since it looks at all devices. */
  readonly isInSight: () => boolean;
  /** Of what. */
  readonly sees: (entry: TraceEntry) => boolean;
}

/** The recording of one device as it happens. It ends by saying why, unless its reader leaves. */
export class Follower {
  readonly stream = new Readable({ read: () => {} });
  readonly #parts: FollowerParts;
  readonly #beganAt: number;
  readonly #unfollow: () => void;
  #timer: Timer;
  /** An entry is told again when another device turns out to have heard it. */
  readonly #told = new WeakSet<TraceEntry>();
  #lastAt = 0;
  /** Until when what is heard answers something that is not in the recording. */
  #answersUntil: number;
  #ended = false;

  constructor(parts: FollowerParts) {
    const { device, clock } = parts;
    const { trace, openAs } = device.wire;
    this.#parts = parts;
    this.#beganAt = clock.monotonic();
    this.stream.push(printHeader(headerOf(device, clock.now())));
    if (openAs !== undefined) this.stream.push(printEvent({ at: 0, kind: 'wire', what: 'opened', detail: openAs }));
    this.#answersUntil = awaited(trace.read({ device: device.id, limit: 1 }).items.at(-1));
    this.#unfollow = trace.follow((entry, whole) => this.#take(entry, whole));
    this.#timer = this.#look();
    this.stream.once('close', () => this.#stop());
  }

  /** What follows is not in the recording; it says so. */
  end(why: string): void {
    if (this.#ended) return;
    this.#stop();
    const at = this.#parts.clock.monotonic() - this.#beganAt;
    this.stream.push(printEvent({ at, kind: 'wire', what: 'missed', detail: why }));
    this.stream.push(null);
    this.#timer = this.#parts.clock.timer(farewellMs, () => this.stream.destroy());
    this.stream.once('close', () => this.#timer.cancel());
  }

  #take(entry: TraceEntry, whole: Uint8Array): void {
    const { device, caller, sees } = this.#parts;
    const { id } = device;
    if (this.#told.has(entry) || !concerns(entry, id) || !sees(entry)) return;
    if (!mayRead(caller, device)) return this.end(caller.ended()?.message ?? notAllowed);
    if (entry.kind === 'heard' && 'bytes' in entry && entry.at < this.#answersUntil) return;
    this.#answersUntil = 0;
    this.#told.add(entry);
    const event = recordedOf(entry, id, this.#beganAt, whole);
    // One that concerns the device only now has its place here, since times never go back.
    this.#lastAt = Math.max(this.#lastAt, event.at);
    this.stream.push(printEvent({ ...event, at: this.#lastAt }));
    if (this.stream.readableLength > followerBytes) {
      this.end('the recording was read more slowly than it was written; what came after this is not in it');
    }
  }

  #look(): Timer {
    return this.#parts.clock.timer(lookMs, () => {
      const { caller, isInSight, isThere } = this.#parts;
      const ended = caller.ended();
      if (ended !== undefined) this.end(ended.message);
      else if (!isInSight()) this.end(notAllowed);
      else if (isThere()) this.#timer = this.#look();
      else this.end('the device was removed, or has another connection now; record it anew');
    });
  }

  #stop(): void {
    this.#ended = true;
    this.#unfollow();
    this.#timer.cancel();
  }
}

/** An answer without its question would pass for something that the device says by itself. */
function awaited(last: TraceEntry | undefined): number {
  return last?.kind === 'sent' && 'bytes' in last ? last.at + answerMs : 0;
}
