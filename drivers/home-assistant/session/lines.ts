import type { Message, MessageConnection, PublishOptions } from '../../../src/driver/index.ts';
import type { Topics } from './topics.ts';

/** A session's connection, whose subscriptions are shared with all other sessions on it. */
export class SharedLines implements MessageConnection {
  readonly shape = 'messages';
  readonly #own: MessageConnection;
  readonly #topics: Topics;

  constructor(own: MessageConnection, topics: Topics) {
    this.#own = own;
    this.#topics = topics;
  }

  get label(): string {
    return this.#own.label;
  }
  get protocolVersion(): MessageConnection['protocolVersion'] {
    return this.#own.protocolVersion;
  }
  get closed(): MessageConnection['closed'] {
    return this.#own.closed;
  }
  get isOpen(): boolean {
    return this.#own.isOpen;
  }
  get written(): number {
    return this.#own.written;
  }
  publish(topic: string, payload: Uint8Array | string, options?: PublishOptions, signal?: AbortSignal): Promise<void> {
    return this.#own.publish(topic, payload, options, signal);
  }
  close(): Promise<void> {
    return this.#own.close();
  }

  /** Exact topics only. */
  subscribe(topic: string, listener: (message: Message) => void): Promise<() => Promise<void>> {
    return this.#topics.listen(topic, listener);
  }
}
