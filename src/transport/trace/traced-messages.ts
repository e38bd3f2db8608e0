import type {
  Closed,
  Message,
  MessageConnection,
  PublishSettings,
  SubscribeOptions,
  SubscriptionSet,
} from '../connection.ts';
import { subscriptionSetOn } from '../subscription-set.ts';
import type { TracedMessage } from './entry.ts';
import type { WireTrace } from './trace.ts';

/** A connection that carries messages and is traced, and otherwise the one under it. */
export class TracedMessages implements MessageConnection {
  readonly shape = 'messages';
  readonly #under: MessageConnection;
  readonly #trace: WireTrace;

  constructor(under: MessageConnection, trace: WireTrace) {
    this.#under = under;
    this.#trace = trace;
  }

  get label(): string {
    return this.#under.label;
  }
  get protocolVersion(): 4 | 5 {
    return this.#under.protocolVersion;
  }
  get closed(): Promise<Closed> {
    return this.#under.closed;
  }
  get isOpen(): boolean {
    return this.#under.isOpen;
  }
  get written(): number {
    return this.#under.written;
  }

  publish(topic: string, payload: Uint8Array | string, options?: PublishSettings, signal?: AbortSignal): Promise<void> {
    const kept = this.#trace.payload(payload);
    const onBegin = (): void => {
      this.#trace.sent(messageOf(topic, options, this.protocolVersion), kept, options?.cause);
      options?.onBegin?.();
    };
    return this.#under.publish(topic, payload, { ...options, onBegin }, signal);
  }

  subscribe(
    filter: string,
    listener: (message: Message) => void,
    options?: SubscribeOptions,
  ): Promise<() => Promise<void>> {
    const device = options?.cause?.device;
    const hear = (message: Message): void => {
      this.#trace.heard(message, hear, device);
      listener(message);
    };
    return this.#under.subscribe(filter, hear, options);
  }

  subscriptionSet(listener: (message: Message) => void): SubscriptionSet {
    const hear = (message: Message): void => {
      this.#trace.heard(message, hear, undefined);
      listener(message);
    };
    return subscriptionSetOn(this.#under, hear);
  }

  async caughtUp(): Promise<void> {
    await this.#under.caughtUp?.();
  }

  close(): Promise<void> {
    return this.#under.close();
  }
}

/** As it leaves: MQTT 3.1.1 carries no properties. */
function messageOf(topic: string, options: PublishSettings = {}, version: 4 | 5): Omit<TracedMessage, 'payload'> {
  const { qos = 0, retain = false, cause: _, onBegin: __, ...properties } = options;
  return { topic, retained: retain, qos, ...(version === 5 ? properties : {}) };
}
