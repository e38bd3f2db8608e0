import type { Message } from '../../src/driver/index.ts';
import type { FarClient, FarMessage, WireFace } from '../simulator.ts';
import type { LampBehaviour, Said } from './model.ts';
import type { LampOptions } from './options.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A request as it was understood, and how it is answered. */
interface Request {
  readonly method: string;
  readonly params: Fields;
  /** Undefined: it does not say where, or by which id. */
  answer(said: Said): FarMessage | undefined;
}

/** Face 2: the lamp at the far end of a broker, in one of three dialects. */
export class LampWire {
  readonly face: WireFace;
  readonly #lamp: LampBehaviour;
  readonly #options: LampOptions;
  readonly #stopListening: () => void;
  #client: FarClient | undefined;

  constructor(lamp: LampBehaviour, options: LampOptions) {
    this.#lamp = lamp;
    this.#options = options;
    const will = { topic: this.#status, payload: 'offline', retain: true } as const;
    const protocolVersion = options.correlation === 'properties' ? 5 : 4;
    this.face = {
      shape: 'messages',
      will,
      protocolVersion,
      nak: (heard) => this.#understand(heard).answer({ status: 403, body: 'forbidden' }),
      serve: (client) => this.#serve(client),
    };
    this.#stopListening = lamp.listen((online) => this.#tellPresence(online));
  }

  close(): void {
    this.#stopListening();
    this.#client = undefined;
  }

  get #status(): string {
    return `lamps/${this.#options.device}/status`;
  }

  /** A broker connection, the first or a later one; the one before is forgotten. */
  #serve(client: FarClient): void {
    this.#client = client;
    client.subscribe(this.#requests, (message) => {
      if (this.#client === client) this.#hear(message);
    });
    this.#tellPresence(this.#lamp.online);
  }

  get #requests(): string {
    const { device, correlation } = this.#options;
    if (correlation === 'properties') return `lamps/${device}/commands/+/request`;
    return correlation === 'field' ? `lamps/${device}/rpc` : `v1/devices/${device}/rpc/request/+`;
  }

  #tellPresence(online: boolean): void {
    this.#client?.publish(this.#status, online ? 'online' : 'offline', { retain: true });
  }

  #hear(message: Message): void {
    if (!this.#lamp.online || message.retained) return;
    const request = this.#understand(message);
    const answer = request.answer(this.#lamp.call(request.method, request.params));
    if (answer !== undefined) this.#lamp.answer(() => this.#say(answer));
  }

  #understand(message: Message): Request {
    const { correlation, device } = this.#options;
    if (correlation === 'properties') return byProperties(message);
    return correlation === 'field' ? byField(message, device) : byTopic(message);
  }

  #say({ topic, payload, options }: FarMessage): void {
    if (this.#lamp.online) this.#client?.publish(topic, payload, options);
  }
}

/** The pattern of Azure's MQTT samples, "command": MQTT 5's response topic and correlation data, and a status. */
function byProperties({ topic, payload, responseTopic, correlationData }: Message): Request {
  return {
    method: topic.split('/').at(-2) ?? '',
    params: objectOf(payload),
    answer({ status, body }) {
      if (responseTopic === undefined || correlationData === undefined) return undefined;
      const userProperties = { status: String(status) };
      const options = { correlationData, contentType: 'application/json', userProperties };
      return { topic: responseTopic, payload: typeof body === 'string' ? body : JSON.stringify(body), options };
    },
  };
}

/** As JSON-RPC has it: an id, a method and parameters; a result or an error. */
function byField({ payload }: Message, device: string): Request {
  const { id, method, params } = objectOf(payload);
  return {
    method: typeof method === 'string' ? method : '',
    params: isObject(params) ? params : {},
    answer({ status, body }) {
      if (id === undefined) return undefined;
      const outcome = status === 200 ? { result: body } : { error: { code: status, message: body } };
      return { topic: `lamps/${device}/rpc/response`, payload: JSON.stringify({ id, ...outcome }) };
    },
  };
}

/** ThingsBoard, "RPC", "Server-side RPC": the id is the last level of both topics. */
function byTopic({ topic, payload }: Message): Request {
  const { method, params } = objectOf(payload);
  return {
    method: typeof method === 'string' ? method : '',
    params: isObject(params) ? params : {},
    answer({ status, body }) {
      const outcome = status === 200 ? body : { error: { code: status, message: body } };
      return { topic: topic.replace('/rpc/request/', '/rpc/response/'), payload: JSON.stringify(outcome) };
    },
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectOf(payload: Uint8Array): Fields {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString());
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
