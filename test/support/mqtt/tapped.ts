import type { Message, MessageConnection, PublishOptions } from '../../../src/driver/index.ts';
import { matchesFilter } from '../../../src/transport/topic-filter.ts';

export interface Published {
  readonly topic: string;
  readonly payload: Uint8Array | string;
  readonly options: PublishOptions | undefined;
}

interface Listening {
  readonly filter: string;
  readonly listener: (message: Message) => void;
}

/** A connection whose traffic a test sees, and into which it can put messages. */
export class TappedConnection implements MessageConnection {
  readonly shape = 'messages';
  /** What has left. */
  readonly published: Published[] = [];
  /** What has come. */
  readonly heard: Message[] = [];
  /** How often a listener was called. */
  calls = 0;
  readonly #under: MessageConnection;
  readonly #listening = new Set<Listening>();

  constructor(under: MessageConnection) {
    this.#under = under;
  }

  get label(): string {
    return this.#under.label;
  }
  get protocolVersion(): MessageConnection['protocolVersion'] {
    return this.#under.protocolVersion;
  }
  get closed(): MessageConnection['closed'] {
    return this.#under.closed;
  }
  get isOpen(): boolean {
    return this.#under.isOpen;
  }
  get written(): number {
    return this.#under.written;
  }

  publish(topic: string, payload: Uint8Array | string, options?: PublishOptions, signal?: AbortSignal): Promise<void> {
    this.published.push({ topic, payload, options });
    return this.#under.publish(topic, payload, options, signal);
  }

  async subscribe(
    filter: string,
    listener: (message: Message) => void,
    options?: { qos?: 0 | 1 },
  ): Promise<() => Promise<void>> {
    const counted = (message: Message): void => {
      this.calls++;
      listener(message);
    };
    const listening = { filter, listener: counted };
    this.#listening.add(listening);
    const heard = (message: Message): void => {
      this.heard.push(message);
      counted(message);
    };
    const unsubscribe = await this.#under.subscribe(filter, heard, options);
    return async () => {
      this.#listening.delete(listening);
      await unsubscribe();
    };
  }

  /** As if it came from the broker. */
  inject(message: Message): void {
    for (const { filter, listener } of this.#listening) if (matchesFilter(filter, message.topic)) listener(message);
  }

  close(): Promise<void> {
    return this.#under.close();
  }
}
