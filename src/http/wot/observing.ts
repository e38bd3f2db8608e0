import type { Caller } from '../../access/caller.ts';
import type { Device } from '../../device/device.ts';
import type { StreamEntry, Subscription } from '../../stream/index.ts';
import { mayRead, refOf } from '../access/seen.ts';
import type { Services } from '../routes.ts';
import type { StreamClient } from '../stream/client.ts';
import type { Member } from '../stream/clients.ts';

const notAllowed = 'the device may not be read any more';

/** What somebody observes: the entries that are about it, and how each is told. */
export interface Observed {
  readonly device: Device;
  readonly type: 'property' | 'event';
  readonly name: string;
  /** Server-sent events, as text. */
  frame(entry: StreamEntry): string;
  /** What is told at once, where nobody goes on from before; empty for nothing. */
  first(id: number): string;
}

export interface ObservingParts {
  readonly stream: Services['stream'];
  readonly client: StreamClient;
  readonly observed: Observed;
  readonly caller: Caller;
  readonly registry: Services['registry'];
  /** What the reader heard last, if it comes back. */
  readonly lastId: number | undefined;
}

/** One reader of one property or event, at its place in the live stream. */
export class Observing implements Member {
  readonly #parts: ObservingParts;
  readonly #subscription: Subscription;

  constructor(parts: ObservingParts) {
    const { stream, client, observed, lastId } = parts;
    this.#parts = parts;
    const resumes = lastId !== undefined && stream.gapAfter(lastId) === undefined;
    const from = stream.lastId;
    this.#subscription = stream.subscribe({
      after: resumes ? lastId : from,
      filter: { devices: new Set([observed.device.id]), types: new Set([observed.type, 'device']) },
      mayHear: (entry) => this.#concerns(entry),
      frameOf: (entry) => Buffer.from(observed.frame(entry)),
      sink: client,
    });
    client.write('retry: 1000\n\n');
    if (lastId !== undefined && !resumes) client.event('gap', { from: lastId, to: from });
    if (!resumes) client.write(observed.first(from));
    client.onDrain(() => this.#subscription.flow());
    this.#subscription.flow();
  }

  beat(): void {
    const { client, stream } = this.#parts;
    if (!this.#isAllowed) this.bye(this.#parts.caller.ended()?.message ?? notAllowed);
    else if (this.#subscription.isOverrun) client.overrun();
    else client.beat(this.#subscription.flows ? `: alive\nid: ${stream.lastId}\n\n` : ': alive\n\n');
  }

  bye(reason: string): void {
    this.#parts.client.bye(reason);
  }

  close(): void {
    this.#subscription.close();
  }

  /** With the labels that the device has now. */
  get #isAllowed(): boolean {
    const { caller, registry, observed } = this.#parts;
    return mayRead(caller, refOf(registry, observed.device.id));
  }

  /** A device that is removed ends what is told of it: whoever comes back finds that there is none. */
  #concerns({ type, data, labels }: StreamEntry): boolean {
    const { name, change } = data as { name?: unknown; change?: unknown }; // an entry's own: see docs/stream.md
    if (type === 'device' && change === 'removed') this.bye('the device was removed');
    else if (!this.#isAllowed) this.bye(this.#parts.caller.ended()?.message ?? notAllowed);
    const { observed, caller } = this.#parts;
    if (!mayRead(caller, { id: observed.device.id, labels })) return false;
    // What a device's state makes of a value is told as well.
    if (type === 'device') return observed.type === 'property' && change === 'state';
    return type === observed.type && name === observed.name;
  }
}
