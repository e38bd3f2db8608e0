import {
  describe,
  type Description,
  type Feature,
  readExposes,
  type Zigbee2mqttOptions,
  zigbee2mqttModel,
  zigbee2mqttOptions,
} from '../../drivers/zigbee2mqtt/model.ts';
import { type Clock, delay } from '../../src/clock.ts';
import {
  type AnyDriver,
  type AnySession,
  BellcrankError,
  type Call,
  type Context,
  contractVersion,
  DryRunEnd,
} from '../../src/driver/index.ts';
import type { BridgeBehaviour } from './model.ts';
import type { ZigbeeDevice } from './zigbee-device.ts';

type Values = Readonly<Record<string, unknown>>;
type NoWire = Call<null>;

/** How a value stands in a state, and back. */
function plain({ value }: Feature, raw: unknown): unknown {
  return value.kind === 'binary' ? raw === value.on : raw;
}
function worded({ value }: Feature, given: unknown): unknown {
  return value.kind === 'binary' ? (given === true ? value.on : value.off) : given;
}

/** Conversation without a wire, so that mute and absent mean the same as on one. */
class FaceOne {
  readonly #bridge: BridgeBehaviour;
  readonly #device: ZigbeeDevice;
  readonly #description: Description;
  readonly #clock: Clock;
  readonly #context: Context;
  readonly #replyTimeoutMs: number;

  constructor(
    bridge: BridgeBehaviour,
    device: ZigbeeDevice,
    clock: Clock,
    context: Context,
    options: Zigbee2mqttOptions,
  ) {
    const { features } = readExposes(device.definition?.exposes);
    this.#description = describe(features, { name: `zigbee2mqtt-${device.address}`, summary: 'Simulated' });
    this.#bridge = bridge;
    this.#device = device;
    this.#clock = clock;
    this.#context = context;
    this.#replyTimeoutMs = options.replyTimeoutMs ?? 9000;
  }

  begin(): () => void {
    const end = this.#bridge.listen({
      state: (name, state) => this.#hear(name, state),
      availability: (device) => device === this.#device && this.#judge(),
      inventory: () => this.#judge(),
      online: () => this.#judge(),
    });
    this.#judge();
    this.#hear(this.#device.name, this.#device.values);
    return end;
  }

  session(): AnySession {
    const { model, features, orders, blind } = this.#description;
    const commands: Record<string, (params: Values, call: NoWire) => Promise<unknown>> = {};
    const write: Record<string, (value: unknown, call: NoWire) => Promise<unknown>> = {};
    const read: Record<string, (call: NoWire) => Promise<unknown>> = {};
    for (const [name, feature] of features) {
      read[name] = (call) => this.#read(call, feature);
      write[name] = async (value, call) => void (await this.#set(call, { [name]: value }, 'acknowledged'));
    }
    commands['set'] = (params, call) => this.#set(call, params, 'acknowledged');
    for (const [name, { key, word, changes }] of orders) {
      commands[name] = (_params, call) => this.#order(call, { [key]: word }, changes !== undefined);
    }
    for (const [name, { key }] of blind) {
      commands[name] = ({ value }, call) => this.#order(call, { [key]: value }, false);
    }
    const stop = (call: NoWire): Promise<unknown> => this.#stop(call);
    // The handlers' types are erased, as those of every driver that describes itself.
    return { model, commands, read, write, stop, resync: async () => {} } as AnySession;
  }

  async #set(call: NoWire, params: Values, level: 'sent' | 'acknowledged'): Promise<Values> {
    const entries = Object.entries(params).map(([name, value]) => {
      const feature = this.#description.features.get(name);
      return feature === undefined ? [name, value] : [feature.key, worded(feature, value)];
    });
    await this.#order(call, Object.fromEntries(entries), level === 'acknowledged');
    return params;
  }

  async #order(call: NoWire, fields: Values, isTold: boolean): Promise<Values> {
    this.#refuseIfAway();
    return await this.#send(call, fields, isTold);
  }

  async #send(call: NoWire, fields: Values, isTold: boolean): Promise<Values> {
    if (call.dryRun) throw new DryRunEnd(true);
    await call.sending();
    if (this.#bridge.online) this.#bridge.set(this.#device.name, fields);
    if (!isTold) return {};
    await this.#answer(call.signal);
    call.confirm('acknowledged', { simulated: true });
    return {};
  }

  async #stop(call: NoWire): Promise<void> {
    const { stop, stopTells } = this.#description;
    if (stop !== undefined) await this.#send(call, stop, stopTells !== undefined);
  }

  async #read(call: NoWire, feature: Feature): Promise<unknown> {
    this.#refuseIfAway();
    await this.#answer(call.signal);
    return plain(feature, this.#device.values[feature.key]);
  }

  async #answer(signal: AbortSignal): Promise<void> {
    const { radio } = this.#device;
    if (this.#bridge.online && radio === 'well') return;
    if (radio === 'refusing') {
      throw new BellcrankError('device-refused', 'the simulated device refused', {
        device: { code: 'UNSUPPORTED_ATTRIBUTE', text: 'simulated' },
      });
    }
    if (radio === 'unreachable') throw new BellcrankError('device-failed', 'unreachable', { outcome: 'unknown' });
    await delay(this.#clock, this.#replyTimeoutMs, signal);
    throw new BellcrankError('device-timeout', `no answer within ${this.#replyTimeoutMs} ms`);
  }

  get #isHere(): boolean {
    const { available, address } = this.#device;
    return this.#bridge.online && available && this.#bridge.find(address) !== undefined;
  }

  #refuseIfAway(): void {
    if (!this.#isHere) throw new BellcrankError('device-offline', 'the simulated device is away; nothing was sent');
  }

  #judge(): void {
    this.#context.availability(this.#isHere, `the simulated device is ${this.#isHere ? 'there' : 'away'}`);
  }

  #hear(name: string, state: Values): void {
    if (name !== this.#device.name) return;
    for (const [property, feature] of this.#description.features) {
      const raw = state[feature.key];
      if (raw !== undefined) this.#context.report(property, plain(feature, raw));
    }
    const action = state['action'];
    if (action !== undefined && this.#description.actions.has('action')) this.#context.emit('action', { action });
  }
}

/** Face 1: the Driver contract straight on the behaviour, with the models that the specs make of its exposes. */
export function simulatedDriver(bridge: BridgeBehaviour, clock: Clock): AnyDriver {
  return {
    contract: contractVersion,
    model: zigbee2mqttModel,
    transports: ['none'],
    options: zigbee2mqttOptions,
    selfDescribing: true,
    async attach(_connection, given, context) {
      // Validated by whoever attaches.
      const options = given as Zigbee2mqttOptions;
      const face = new FaceOne(bridge, bridge.device(options.device ?? ''), clock, context, options);
      const end = face.begin();
      context.signal.addEventListener('abort', end, { once: true });
      return face.session();
    },
  };
}
