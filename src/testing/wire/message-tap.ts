import type { Closed, Message, MessageConnection, PublishOptions } from '../../transport/connection.ts';
import { matchesFilter } from '../../transport/topic-filter.ts';
import { Lifecycle } from '../../transport/lifecycle.ts';
import type { Piece, Tap, Tapped } from './tap.ts';

/** A connection to a broker in memory, with a tap in between. */
export function tappedMessages(broker: MessageConnection, tap: Tap): MessageConnection {
  const connection = new TappedMessages(broker, tap);
  connection.number = tap.add(connection.tapped);
  return connection;
}

class TappedMessages implements MessageConnection {
  readonly shape = 'messages';
  readonly label: string;
  number = 0;
  readonly tapped: Tapped = {
    connection: this,
    listeners: 0,
    say: (piece) => {
      for (const { filter, hear } of this.#hearing) {
        if (!(piece instanceof Uint8Array) && matchesFilter(filter, piece.topic)) hear(piece);
      }
    },
    cut: (cause) => this.lose(cause),
  };
  readonly #hearing = new Set<{ readonly filter: string; readonly hear: (piece: Piece) => void }>();
  readonly #broker: MessageConnection;
  readonly #tap: Tap;
  readonly #life: Lifecycle;
  #last: Message | undefined;

  constructor(broker: MessageConnection, tap: Tap) {
    this.#broker = broker;
    this.#tap = tap;
    this.label = broker.label;
    this.#life = new Lifecycle(broker.label);
    void broker.closed.then(({ lost, cause }) => this.#life.end(lost, cause));
  }

  get protocolVersion(): MessageConnection['protocolVersion'] {
    return this.#broker.protocolVersion;
  }
  get isOpen(): boolean {
    return this.#life.isOpen;
  }
  get written(): number {
    return this.#life.written;
  }
  get closed(): Promise<Closed> {
    return this.#life.closed;
  }

  async publish(
    topic: string,
    payload: Uint8Array | string,
    options?: PublishOptions,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#tap.gate?.();
    const { onBegin, ...kept } = options ?? {};
    const send = async (): Promise<void> => this.#send(messageOf(topic, payload, kept), kept);
    return await this.#life.write(send, signal, () => {}, onBegin);
  }

  #send(message: Message, options: PublishOptions): void {
    this.#tap.note('sent', message, this.number);
    this.#tap.sending(message, (piece) => {
      if (piece instanceof Uint8Array) throw new Error('a broker carries messages');
      const { topic, payload } = piece;
      void this.#broker.publish(topic, payload, options).catch(() => {});
    });
  }

  async subscribe(
    filter: string,
    listener: (message: Message) => void,
    options?: { qos?: 0 | 1 },
  ): Promise<() => Promise<void>> {
    if (!this.isOpen) throw this.#life.offlineError();
    let listens = true;
    const hear = (piece: Piece): void => {
      if (!listens || !this.isOpen || piece instanceof Uint8Array) return;
      // Several subscriptions may hear one message.
      if (this.#last?.payload !== piece.payload) this.#tap.note('heard', piece, this.number);
      this.#last = piece;
      if (listens && this.isOpen) listener(piece);
    };
    const stop = await this.#broker.subscribe(filter, (message) => this.#tap.hearing(message, hear), options);
    const hearing = { filter, hear };
    this.#hearing.add(hearing);
    this.tapped.listeners++;
    return async () => {
      if (listens) this.tapped.listeners--;
      listens = false;
      this.#hearing.delete(hearing);
      await stop();
    };
  }

  async close(): Promise<void> {
    this.#life.end(false, new Error('closed'));
    await this.#broker.close();
  }

  lose(cause: Error): void {
    this.#life.end(true, cause);
    void this.#broker.close();
  }
}

function messageOf(topic: string, payload: Uint8Array | string, options: PublishOptions): Message {
  const { correlationData, responseTopic, contentType, userProperties } = options;
  return {
    topic,
    payload: Uint8Array.from(Buffer.from(payload)),
    retained: false,
    ...(correlationData !== undefined && { correlationData }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(contentType !== undefined && { contentType }),
    ...(userProperties !== undefined && { userProperties }),
  };
}
