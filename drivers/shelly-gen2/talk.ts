import {
  type Asker,
  type AskerParts,
  BellcrankError,
  type Fields,
  type Message,
  type MessageConnection,
  type RpcAnswer,
  RpcExchange,
  type RpcExchangeOptions,
  type TopicCall,
} from '../../src/driver/index.ts';
import { fieldsOf, idOf, requestFrame } from './codec.ts';
import { type Info, infoOf } from './describe.ts';

/** Requests to devices, and their answers on a topic that nobody else has. */
export class Talk implements Asker {
  readonly #src: string;
  readonly #exchange: RpcExchange;

  constructor(connection: MessageConnection, context: AskerParts, options: Omit<RpcExchangeOptions, 'idOf'> = {}) {
    this.#src = `bellcrank-${Buffer.from(context.randomBytes(8)).toString('hex')}`;
    this.#exchange = new RpcExchange(connection, context, { idOf, ...options });
  }

  /** Resolves once answers can come. */
  listen(): Promise<() => Promise<void>> {
    return this.#exchange.subscribe(`${this.#src}/rpc`);
  }

  ask<T>(
    call: TopicCall,
    topic: string,
    method: string,
    params: Fields | undefined,
    expected: RpcAnswer<T>,
  ): Promise<T> {
    const frame = (id: string): string => requestFrame(id, this.#src, method, params);
    return this.#exchange.request(call, (id) => ({ topic: `${topic}/rpc`, payload: frame(id) }), expected);
  }

  /** Who is there. */
  info(call: TopicCall, topic: string): Promise<Info> {
    const read = (message: Message): Info => {
      const info = infoOf(fieldsOf(message));
      if (info !== undefined) return info;
      throw new BellcrankError('device-protocol', `what answers at ${topic} is no Shelly of the second generation`);
    };
    return this.ask(call, topic, 'Shelly.GetDeviceInfo', undefined, { read });
  }

  status(call: TopicCall, topic: string): Promise<Fields> {
    return this.ask(call, topic, 'Shelly.GetStatus', undefined, { read: fieldsOf });
  }
}
