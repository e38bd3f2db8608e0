import {
  BellcrankError,
  type Call,
  type Confirmation,
  defineDriver,
  type Message,
  type MessageConnection,
  type MessageWire,
  type Session,
  type TopicCall,
  TopicExchange,
  type TypedContext,
  type Value,
} from '../../src/driver/index.ts';
import { decode, meterProperties, powerAnswer, powerCommand, textOf, type Told, Topics } from './codec.ts';
import type { Metered, MeterProperty } from './codec.ts';
import { Hearing } from './hearing.ts';
import { tasmotaPlugModel, tasmotaPlugOptions } from './model.ts';

type PlugModel = typeof tasmotaPlugModel;
type PlugCall = Call<MessageWire>;
type Options = Value<typeof tasmotaPlugOptions>;
type State = { on: boolean };

/** A broker sends what it retained right after it granted the subscription; this bounds the wait for it. */
const lastWillWaitMs = 300;

class Plug {
  readonly #connection: MessageConnection;
  readonly #signal: AbortSignal;
  readonly #exchange: TopicExchange;
  readonly #hearing: Hearing;
  readonly #topics: Topics;
  readonly #relay: number | undefined;

  constructor(connection: MessageConnection, options: Options, context: TypedContext<PlugModel>) {
    this.#connection = connection;
    this.#signal = context.signal;
    this.#topics = new Topics(options);
    this.#relay = options.relay;
    this.#hearing = new Hearing(context, this.#topics, options.relay);
    this.#exchange = new TopicExchange(connection, context, { timeoutMs: options.replyTimeoutMs ?? 2000 });
  }

  /** Needs the broker alone: a plug that is away shows as absent, and returns by itself. */
  async attach(): Promise<void> {
    for (const base of [this.#topics.stat, this.#topics.tele]) {
      this.#exchange.on(`${base}+`, (message) => this.#hearing.hear(message));
      await this.#exchange.subscribe(`${base}+`);
    }
    await this.#hearing.untilLastWill(lastWillWaitMs, this.#connection.closed);
    if (this.#hearing.saysOffline) return;
    const query: TopicCall = { signal: this.#signal, dryRun: false, wire: this.#connection, late: () => {} };
    if (!(await this.#answers(query, 11))) return this.#hearing.presence(false, 'the plug did not answer STATUS 11');
    this.#hearing.presence(true, 'the plug answered STATUS 11');
    await this.#answers(query, 8);
  }

  session(): Session<PlugModel, 'mqtt'> {
    const meter = (property: MeterProperty) => async (call: PlugCall) => one(property, await this.#meter(call));
    return {
      commands: {
        power: ({ on }, call) => this.#command(call, on ? 'ON' : 'OFF', 'confirmed', on),
        toggle: (_params, call) => this.#command(call, 'TOGGLE', 'acknowledged'),
      },
      read: {
        power: (call) => this.#state(call),
        voltage: meter('voltage'),
        current: meter('current'),
        'active-power': meter('active-power'),
        'apparent-power': meter('apparent-power'),
        'energy-today': meter('energy-today'),
        'energy-total': meter('energy-total'),
      },
      readMany: (names, call) => this.#many(names, call),
      // It goes to a plug that is said to be offline too: it may be on its way back.
      stop: async (call) => void (await this.#switch(call, 'OFF', 'confirmed', false)),
      resync: (call) => this.#resync(call),
    };
  }

  async #command(call: PlugCall, payload: string, level: Confirmation, wanted?: boolean): Promise<State> {
    this.#refuseIfOffline();
    return await this.#switch(call, payload, level, wanted);
  }

  /** Sends a `Power` command and waits for the state that it asks for, or for any where it asks for none. */
  async #switch(call: PlugCall, payload: string, level: Confirmation, wanted?: boolean): Promise<State> {
    let evidence = {};
    const match = ({ topic, payload: answer }: Message): State | undefined => {
      const on = powerAnswer(this.#topics.nameOf(topic) ?? '', answer, this.#relay);
      if (on === undefined || (wanted !== undefined && on !== wanted)) return undefined;
      evidence = { topic, payload: textOf(answer)?.slice(0, 200) ?? '' };
      return { on };
    };
    const topic = this.#topics.command(powerCommand(this.#relay));
    const ask = (): Promise<State> => this.#exchange.request(call, { topic, payload }, { match, final: true });
    const state = call.dryRun ? await ask() : await this.#hearing.explain(ask);
    call.confirm(level, evidence);
    return state;
  }

  /** STATUS 11 and STATUS 8 have answer topics of their own, so nothing but such a query explains the answer. */
  #status(call: TopicCall, number: 8 | 11): Promise<Told> {
    const match = ({ topic, payload }: Message): Told | undefined => {
      const name = this.#topics.nameOf(topic);
      if (name !== `stat/STATUS${number}`) return undefined;
      const told = decode(name, payload, this.#relay);
      return told === 'malformed' ? undefined : told;
    };
    return this.#exchange.request(call, { topic: this.#topics.command('STATUS'), payload: `${number}` }, { match });
  }

  async #answers(query: TopicCall, number: 8 | 11): Promise<boolean> {
    try {
      await this.#status(query, number);
      return true;
    } catch (error) {
      if (error instanceof BellcrankError && error.code === 'device-timeout') return false;
      throw error;
    }
  }

  async #state(call: PlugCall): Promise<boolean> {
    this.#refuseIfOffline();
    const { on } = await this.#status(call, 11);
    if (on !== undefined) return on;
    throw new BellcrankError('device-failed', `the plug tells no ${powerCommand(this.#relay)} in its STATUS11`);
  }

  async #meter(call: PlugCall): Promise<Metered> {
    this.#refuseIfOffline();
    return (await this.#status(call, 8)).metered ?? {};
  }

  async #many(names: readonly string[], call: PlugCall): Promise<Readonly<Record<string, unknown>>> {
    const values: Record<string, unknown> = {};
    if (names.includes('power')) values['power'] = await this.#state(call);
    const wanted = meterProperties.filter((property) => names.includes(property));
    const metered = wanted.length > 0 ? await this.#meter(call) : {};
    for (const property of wanted) if (metered[property] !== undefined) values[property] = metered[property];
    return values;
  }

  /** The firmware takes commands in order: what came before STATUS11 belongs to the past, what comes after does not. */
  async #resync(call: PlugCall): Promise<void> {
    this.#refuseIfOffline();
    await this.#status(call, 11);
    this.#exchange.forget();
    this.#hearing.inStep();
  }

  #refuseIfOffline(): void {
    if (!this.#hearing.saysOffline) return;
    throw new BellcrankError('device-offline', "the plug's last will says Offline; nothing was sent");
  }
}

function one(property: MeterProperty, metered: Metered): number {
  const value = metered[property];
  if (value !== undefined) return value;
  throw new BellcrankError('device-failed', `the plug tells no ${property}: it has no meter for it, or several`);
}

/** One relay of a Tasmota plug with its meter, over MQTT (Tasmota docs, "MQTT", "Commands", "JSON Status Responses"). */
export const tasmotaPlugDriver = defineDriver({
  model: tasmotaPlugModel,
  transports: ['mqtt'],
  options: tasmotaPlugOptions,
  address: ({ topic, relay = 1 }) => `${topic} relay ${relay}`,
  async attach(connection, options, context) {
    const plug = new Plug(connection, options, context);
    await plug.attach();
    return plug.session();
  },
});
