import {
  BellcrankError,
  type Call,
  defineDriver,
  type Discovery,
  type DiscoveryContext,
  type Fields,
  fieldOf,
  isFields,
  type Message,
  type MessageConnection,
  type MessageWire,
  payloadFields,
  Presence,
  TopicExchange,
  type TypedContext,
  word,
  words,
} from '../../src/driver/index.ts';
import { bridgeModel, bridgeOptions, type BridgeOptions } from './bridge-model.ts';
import { bridgesOn } from './discover.ts';
import { infoField, type Inventory, inventoryOf } from './inventory.ts';
import { defaultBase, discoveryOptions } from './model.ts';

type BridgeContext = TypedContext<typeof bridgeModel>;

class Bridge {
  readonly #context: BridgeContext;
  readonly #inventory: Inventory;
  readonly #exchange: TopicExchange;
  readonly #presence: Presence;
  readonly #base: string;

  constructor(connection: MessageConnection, options: BridgeOptions, context: BridgeContext) {
    const { base = defaultBase, replyTimeoutMs = 9000 } = options;
    this.#context = context;
    this.#base = base;
    this.#inventory = inventoryOf(context.shared, base);
    this.#presence = new Presence(context);
    // Answers carry the transaction of their request, so a late one is beyond doubt.
    this.#exchange = new TopicExchange(connection, context, { timeoutMs: replyTimeoutMs, lateByContent: true });
  }

  async attach(): Promise<void> {
    const watch = this.#inventory.watch(undefined, { changed: () => this.#tell() });
    const stop = this.#inventory.listen(() => this.#tell());
    const end = (): void => {
      watch.end();
      stop();
    };
    this.#context.signal.addEventListener('abort', end, { once: true });
    await this.#inventory.listening();
    this.#exchange.on(`${this.#base}/bridge/event`, (message) => this.#hearEvent(message));
    // Other clients' answers come here as well, and are nothing to wonder at.
    this.#exchange.on(`${this.#base}/bridge/response/#`, () => {});
    await this.#exchange.subscribe(`${this.#base}/bridge/event`);
    await this.#exchange.subscribe(`${this.#base}/bridge/response/#`);
    this.#tell();
  }

  /** Asks for one thing, and resolves with the `data` of the answer that carries its transaction. */
  async request<T>(call: Call<MessageWire, T>, what: string, fields: Fields, read: (data: Fields) => T): Promise<T> {
    this.#presence.refuseIfAway();
    const transaction = Buffer.from(this.#context.randomBytes(16)).toString('hex');
    const publication = {
      topic: `${this.#base}/bridge/request/${what}`,
      payload: JSON.stringify({ ...fields, transaction }),
    };
    const match = ({ topic, payload }: Message): T | undefined => {
      if (topic !== `${this.#base}/bridge/response/${what}`) return undefined;
      const answer = payloadFields(payload);
      if (answer === undefined || fieldOf(answer, 'transaction') !== transaction) return undefined;
      return read(dataOf(answer));
    };
    const result = await this.#exchange.request(call, publication, { match, final: true });
    call.confirm('acknowledged', { transaction });
    return result;
  }

  ask(call: Call<MessageWire>): Promise<void> {
    return this.#inventory.ask(call.wire);
  }

  #tell(): void {
    const { online, info } = this.#inventory;
    if (online === true) this.#presence.back('zigbee2mqtt is online');
    else this.#presence.away(online === false ? 'zigbee2mqtt is offline' : 'no zigbee2mqtt announces itself here');
    const permits = infoField(info, 'permit_join');
    const version = word(infoField(info, 'version'));
    const coordinator = word(infoField(info, 'coordinator', 'type'));
    const channel = infoField(info, 'network', 'channel');
    if (typeof permits === 'boolean') this.#context.report('permit-join', permits);
    if (version !== undefined) this.#context.report('version', version);
    if (coordinator !== undefined) this.#context.report('coordinator', coordinator);
    if (typeof channel === 'number' && Number.isInteger(channel)) this.#context.report('channel', channel);
    this.#context.report('devices', [...this.#inventory.entities()].length);
  }

  #hearEvent({ topic, payload, retained }: Message): void {
    if (retained) return;
    const fields = payloadFields(payload);
    const data = fields === undefined ? undefined : fieldOf(fields, 'data');
    const type = fields === undefined ? undefined : word(fieldOf(fields, 'type'));
    const device = isFields(data) ? word(fieldOf(data, 'ieee_address')) : undefined;
    if (type === undefined || device === undefined || !isFields(data)) {
      return this.#context.unmatched(`unreadable payload on ${topic}`);
    }
    const name = word(fieldOf(data, 'friendly_name'));
    const status = word(fieldOf(data, 'status'));
    const more = { ...(name !== undefined && { name }), ...(status !== undefined && { status }) };
    this.#context.emit('network', { type, device, ...more });
  }
}

/** The `data` of an answer. Throws `device-refused` in the bridge's words for one whose status is not ok. */
function dataOf(answer: Fields): Fields {
  const status = fieldOf(answer, 'status');
  if (status !== 'ok') {
    const text = words(fieldOf(answer, 'error')) ?? 'without a word why';
    const device = { code: word(status) ?? 'error', text };
    throw new BellcrankError('device-refused', `zigbee2mqtt refused: ${text}`, { device });
  }
  const data = fieldOf(answer, 'data');
  return isFields(data) ? data : {};
}

function healthOf(data: Fields): { healthy: boolean } {
  const healthy = fieldOf(data, 'healthy');
  if (typeof healthy === 'boolean') return { healthy };
  throw new BellcrankError('device-protocol', 'zigbee2mqtt answered, and did not say whether it is healthy');
}

/** zigbee2mqtt itself (docs, "MQTT topics and messages", `bridge/request/+`). */
export const zigbee2mqttBridge = defineDriver({
  model: bridgeModel,
  transports: ['mqtt'],
  options: bridgeOptions,
  maxInFlight: 4,
  address: ({ base = defaultBase }) => `${base}/bridge`,
  async attach(connection, options, context) {
    const bridge = new Bridge(connection, options, context);
    await bridge.attach();
    const nothing = (): Record<string, never> => ({});
    return {
      commands: {
        // 1.x looks at `value`, 2.x at `time`.
        'permit-join': ({ seconds }, call) =>
          bridge.request(call, 'permit_join', { value: seconds > 0, time: seconds }, nothing),
        'health-check': (_params, call) => bridge.request(call, 'health_check', {}, healthOf),
        restart: (_params, call) => bridge.request(call, 'restart', {}, nothing),
      },
      resync: () => Promise.resolve(),
      ask: (call) => bridge.ask(call),
    };
  },
  discoveryOptions,
  discover: (connection: MessageConnection, discovery: Discovery, context: DiscoveryContext) =>
    bridgesOn(connection, context, (inventory) => {
      const { base } = inventory;
      const tell = (): void => {
        const version = word(infoField(inventory.info, 'version'));
        discovery.found({
          identity: base,
          name: base,
          options: base === defaultBase ? {} : { base },
          model: 'zigbee2mqtt',
          ...(version !== undefined && { version }),
        });
      };
      tell();
      const watch = inventory.watch(undefined, { changed: tell });
      return () => watch.end();
    }),
});
