import { setImmediate } from 'node:timers/promises';
import type { StreamFilter, Subscription } from '../../stream/index.ts';
import type { Services } from '../routes.ts';
import { timeOf } from '../views.ts';
import type { Access } from './access.ts';
import type { StreamClient } from './client.ts';
import type { Member } from './clients.ts';
import { gapView } from './gap.ts';
import { Snapshot } from './snapshot.ts';

type Sources = Pick<Services, 'registry' | 'leases' | 'feed' | 'stream' | 'alarms' | 'clock'>;

export interface FollowingParts {
  readonly sources: Sources;
  readonly client: StreamClient;
  readonly filter: StreamFilter;
  readonly access: Access;
  /** What the reader heard last, if it comes back. */
  readonly lastId: number | undefined;
}

/**
 * What one reader is told: how things stand and then what changes, or what it missed. Its place in the stream is taken
 * before the first device of a snapshot is written, so nothing falls in between.
 */
export class Following implements Member {
  readonly #parts: FollowingParts;
  readonly #subscription: Subscription;
  readonly #gap: object | undefined;
  readonly #resumes: boolean;
  /** Where it stood when it began. */
  readonly #from: number;

  constructor(parts: FollowingParts) {
    const { sources, client, filter, access, lastId } = parts;
    const { stream } = sources;
    this.#parts = parts;
    const reason = lastId === undefined ? undefined : stream.gapAfter(lastId);
    this.#resumes = lastId !== undefined && reason === undefined;
    this.#from = stream.lastId;
    if (lastId !== undefined && reason !== undefined) {
      this.#gap = gapView(lastId, this.#from, reason, sources.feed.underWay.longestMs);
    }
    const after = this.#resumes && lastId !== undefined ? lastId : this.#from;
    this.#subscription = stream.subscribe({
      after,
      filter,
      mayHear: (entry) => access.may(entry),
      frameOf: (entry) => access.frameOf(entry),
      sink: client,
    });
  }

  /** Resolves once it goes on by itself. */
  async begin(): Promise<void> {
    const { client } = this.#parts;
    client.write('retry: 1000\n\n');
    if (this.#gap !== undefined) client.event('gap', this.#gap);
    if (!this.#resumes) await this.#tellAll();
    if (!client.isOpen) return;
    client.onDrain(() => this.#subscription.flow());
    this.#subscription.flow();
  }

  /** With the id, so that a reader who is seldom told anything does not fall behind by that. */
  beat(): void {
    const { client, sources, access } = this.#parts;
    if (access.isOver) client.bye('there is nothing any more that you may read');
    else if (this.#subscription.isOverrun) client.overrun();
    else client.beat(this.#subscription.flows ? `: alive\nid: ${sources.stream.lastId}\n\n` : ': alive\n\n');
  }

  bye(reason: string): void {
    this.#parts.client.bye(reason);
  }

  close(): void {
    this.#subscription.close();
  }

  /** Ten thousand devices are written bit by bit, as fast as their reader takes them, and hold nobody up. */
  async #tellAll(): Promise<void> {
    const { sources, client, filter, access } = this.#parts;
    const snapshot = new Snapshot(sources, filter, access);
    this.#subscription.known = snapshot.covers;
    const { alarms } = snapshot;
    if (alarms !== undefined) client.event('snapshot', alarms);
    for (const views of snapshot.chunks()) {
      for (const view of views) if (!client.event('snapshot', view)) await client.room();
      await setImmediate();
      if (!client.isOpen) return;
    }
    client.event('synced', { at: timeOf(sources.clock.now()), devices: snapshot.size }, this.#from);
  }
}
