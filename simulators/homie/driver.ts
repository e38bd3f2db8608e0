import {
  describe,
  type Description,
  homieModel,
  type HomieOptions,
  homieOptions,
  readDescription,
} from '../../drivers/homie/model.ts';
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
import type { HomieDevice, HomieThermostat } from './model.ts';

type NoWire = Call<null>;

/** Payloads of the simulated device in JSON, and back: it has numbers, truths, words and one color. */
function plain(datatype: string, payload: string): unknown {
  if (datatype === 'float' || datatype === 'integer') return Number(payload);
  if (datatype === 'boolean') return payload === 'true';
  if (datatype !== 'color') return payload === '\0' ? '' : payload;
  const [r, g, b] = payload
    .replace(/^[a-z]+,/, '')
    .split(',')
    .map(Number);
  return payload.startsWith('hsv') ? { h: r, s: g, v: b } : { r, g, b };
}

function worded(version: 4 | 5, value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === '' ? '\0' : String(value);
  const numbers = Object.values(value).join(',');
  return version === 4 ? numbers : `${'h' in value ? 'hsv' : 'rgb'},${numbers}`;
}

/** Conversation without a wire, so that absent means the same as on one. */
class FaceOne {
  readonly #thermostat: HomieThermostat;
  readonly #device: HomieDevice;
  readonly #clock: Clock;
  readonly #context: Context;
  readonly #options: HomieOptions;
  #description: Description;
  readonly #session: { commands: object; write: object; stop?: object; resync: object; model: Description['model'] };

  constructor(thermostat: HomieThermostat, clock: Clock, context: Context, options: HomieOptions) {
    const device = thermostat.devices.find(({ id }) => id === options.device);
    if (device === undefined) throw new Error(`there is no ${options.device}`);
    this.#thermostat = thermostat;
    this.#device = device;
    this.#clock = clock;
    this.#context = context;
    this.#options = options;
    this.#description = this.#describe();
    const { model } = this.#description;
    const stop = { stop: (call: NoWire) => this.#stop(call) };
    const spec = { summary: 'Stop', confirmation: 'acknowledged', timeoutMs: 5000 } as const;
    const hasStop = options.stop !== undefined;
    this.#session = {
      commands: {},
      write: {},
      resync: async () => {},
      ...(hasStop && stop),
      model: hasStop ? { ...model, stop: spec } : model,
    };
    this.#fill();
  }

  begin(): AnySession {
    const end = this.#thermostat.listen({
      state: () => this.#judge(),
      described: () => this.#redescribe(),
      value: (device, path, payload) => device === this.#device && this.#hear(path, payload),
      alert: (_device, id, text) => this.#context.report('alerts', text === '' ? {} : { [id]: text }),
      removed: () => this.#context.availability(false, 'the simulated device is removed'),
    });
    this.#context.signal.addEventListener('abort', end, { once: true });
    this.#judge();
    this.#context.report('alerts', {});
    for (const [path, payload] of this.#device.values) this.#hear(path, payload);
    // The handlers' types are erased, as those of every driver that describes itself.
    return this.#session as unknown as AnySession;
  }

  #describe(): Description {
    const document = { homie: '5.0', name: this.#device.id, nodes: this.#device.nodes };
    const announced = readDescription(Buffer.from(JSON.stringify(document)));
    return describe(announced ?? { properties: [], leftOut: [] });
  }

  #redescribe(): void {
    this.#description = this.#describe();
    this.#fill();
    this.#context.remodel(this.#description.model);
  }

  #fill(): void {
    const { states, orders } = this.#description;
    const write = [...states].filter(([, { settable }]) => settable);
    const path = ({ node, id }: { node: string; id: string }): string => `${node}/${id}`;
    Object.assign(
      this.#session.write,
      Object.fromEntries(
        write.map(([name, at]) => [name, (value: unknown, call: NoWire) => this.#set(call, path(at), value)]),
      ),
    );
    const order = (at: { node: string; id: string }) => async (params: { value: unknown }, call: NoWire) => {
      this.#refuseIfAway();
      if (call.dryRun) throw new DryRunEnd(true);
      await call.sending();
      this.#thermostat.set(this.#device, path(at), worded(this.#thermostat.settings.version, params.value));
      return {};
    };
    Object.assign(this.#session.commands, Object.fromEntries([...orders].map(([name, at]) => [name, order(at)])));
  }

  async #set(call: NoWire, path: string, value: unknown): Promise<void> {
    this.#refuseIfAway();
    await this.#send(call, path, value);
  }

  async #send(call: NoWire, path: string, value: unknown): Promise<void> {
    if (call.dryRun) throw new DryRunEnd(true);
    await call.sending();
    const payload = worded(this.#thermostat.settings.version, value);
    if (this.#device.state === 'ready') this.#thermostat.set(this.#device, path, payload);
    const isMute = this.#device.state !== 'ready';
    const isThere = this.#device.values.get(path) === payload;
    if (!isMute && this.#thermostat.settings.target) call.confirm('acknowledged', { simulated: true });
    if (!isMute && isThere) return call.confirm('confirmed', { simulated: true });
    if (!isMute && this.#thermostat.settings.target) return;
    await delay(this.#clock, this.#options.replyTimeoutMs ?? 4000, call.signal);
    throw new BellcrankError('device-timeout', 'the simulated device told nothing');
  }

  async #stop(call: NoWire): Promise<void> {
    for (const { property, value } of this.#options.stop ?? []) {
      const at = this.#description.states.get(property);
      if (at !== undefined) await this.#send(call, `${at.node}/${at.id}`, value);
    }
  }

  get #isHere(): boolean {
    return this.#device.state === 'ready' && this.#thermostat.device.state === 'ready';
  }

  #refuseIfAway(): void {
    if (!this.#isHere) throw new BellcrankError('device-offline', 'the simulated device is away; nothing was sent');
  }

  #judge(): void {
    this.#context.availability(this.#isHere, `the simulated device is ${this.#isHere ? 'there' : 'away'}`);
  }

  #hear(path: string, payload: string): void {
    const datatype = this.#device.property(path)?.datatype ?? 'string';
    const value = plain(datatype, payload);
    for (const [name, { node, id }] of this.#description.states) {
      if (`${node}/${id}` === path) this.#context.report(name, value);
    }
    for (const [name, { node, id }] of this.#description.moments) {
      if (`${node}/${id}` === path) this.#context.emit(name, { value });
    }
  }
}

/** Face 1: the Driver contract straight on the behaviour. */
export function simulatedDriver(thermostat: HomieThermostat, clock: Clock): AnyDriver {
  return {
    contract: contractVersion,
    model: homieModel,
    transports: ['none'],
    options: homieOptions,
    selfDescribing: true,
    // Validated by whoever attaches.
    attach: async (_connection, options, context) =>
      new FaceOne(thermostat, clock, context, options as HomieOptions).begin(),
  };
}
