import {
  type Announced,
  describe,
  type MetricShape,
  sparkplugModel,
  sparkplugOptions,
} from '../../drivers/sparkplug-b/model.ts';
import { type Clock, delay } from '../../src/clock.ts';
import {
  type AnyDriver,
  BellcrankError,
  type Call,
  type Context,
  defineDriver,
  DryRunEnd,
  type Value,
} from '../../src/driver/index.ts';
import type { EdgeBehaviour, MetricValue } from './model.ts';

type Options = Value<typeof sparkplugOptions>;
type FaceCall = Call<null>;

/** A node or one of its devices without a wire, so that offline means the same as on one. */
class FaceOne {
  readonly #edge: EdgeBehaviour;
  readonly #clock: Clock;
  readonly #context: Context;
  readonly #options: Options;
  readonly #shapes: ReadonlyMap<string, MetricShape>;

  constructor(edge: EdgeBehaviour, clock: Clock, context: Context, options: Options) {
    this.#edge = edge;
    this.#clock = clock;
    this.#context = context;
    this.#options = options;
    const { device, writable, stop } = options;
    const described = describe(edge.metrics(device) satisfies readonly Announced[], {
      kind: device === undefined ? 'node' : 'device',
      hasStop: stop !== undefined,
      rebirth: options.rebirth ?? true,
      ...(writable !== undefined && { writable }),
      ...(device === undefined && { make: 'Bellcrank Simulated edge' }),
    });
    this.#shapes = described.byProperty;
    context.remodel(described.model);
    this.model = described.model;
    this.hasReboot = described.controls.has('reboot');
    this.hasRebirth = described.controls.has('rebirth');
  }

  readonly model;
  readonly hasReboot: boolean;
  readonly hasRebirth: boolean;

  /** Returns the way to stop. */
  begin(): () => void {
    const { device } = this.#options;
    const stop = this.#edge.listen({
      changed: (whose, names) => {
        if (whose === device && this.#isThere) this.#report(names);
      },
      device: (whose, present) => {
        if (whose === device) this.#presence(present);
      },
      presence: (online) => this.#presence(online),
    });
    this.#presence(this.#isThere);
    return stop;
  }

  session() {
    const shapes = [...this.#shapes.values()];
    const writable = shapes.filter((shape) => shape.writable);
    return {
      model: this.model,
      commands: {
        ...(this.model.commands['set'] && { set: (params: Params, call: FaceCall) => this.#set(call, params) }),
        ...(this.hasRebirth && { rebirth: async (_: Params, call: FaceCall) => await this.#rebirth(call) }),
        ...(this.hasReboot && { reboot: async (_: Params, call: FaceCall) => await this.#reboot(call) }),
      },
      read: Object.fromEntries(
        shapes.map(({ property }) => [property, (call: FaceCall) => this.#read(call, property)]),
      ),
      write: Object.fromEntries(
        writable.map(({ property }) => [
          property,
          async (value: MetricValue, call: FaceCall) => void (await this.#set(call, { [property]: value })),
        ]),
      ),
      stop: async (call: FaceCall) => {
        const { stop = [] } = this.#options;
        await this.#write(call, Object.fromEntries(stop.map(({ property, value }) => [property, value])));
      },
      resync: async () => {},
    };
  }

  async #set(call: FaceCall, params: Params): Promise<Params> {
    this.#refuseIfAway();
    return await this.#write(call, params);
  }

  async #write(call: FaceCall, params: Params): Promise<Params> {
    if (call.dryRun) throw new DryRunEnd(true);
    await call.sending();
    const { device } = this.#options;
    const values = Object.entries(params).flatMap(([property, value]): [string, MetricValue][] => {
      const shape = this.#shapes.get(property);
      return shape === undefined ? [] : [[shape.metric, value]];
    });
    if (this.#isThere) this.#edge.write(device, new Map(values));
    if (this.#isThere && values.every(([metric, value]) => this.#edge.value(device, metric) === value)) {
      call.confirm('confirmed', { simulated: true });
      return params;
    }
    return await this.#silence(call);
  }

  async #read(call: FaceCall, property: string): Promise<unknown> {
    this.#refuseIfAway();
    if (!this.#isThere) return await this.#silence(call);
    return this.#edge.value(this.#options.device, this.#shapes.get(property)?.metric ?? '');
  }

  async #rebirth(call: FaceCall): Promise<object> {
    this.#refuseIfAway();
    if (call.dryRun) throw new DryRunEnd(true);
    await call.sending();
    if (!this.#isThere) return await this.#silence(call);
    this.#report(this.#edge.metrics(this.#options.device).map(({ name }) => name));
    call.confirm('confirmed', { simulated: true });
    return {};
  }

  async #reboot(call: FaceCall): Promise<object> {
    this.#refuseIfAway();
    if (call.dryRun) throw new DryRunEnd(true);
    await call.sending();
    this.#edge.reboot();
    return {};
  }

  async #silence(call: FaceCall): Promise<never> {
    const { replyTimeoutMs = 3000 } = this.#options;
    await delay(this.#clock, replyTimeoutMs, call.signal);
    throw new BellcrankError('device-timeout', `the simulated edge node told nothing within ${replyTimeoutMs} ms`);
  }

  get #isThere(): boolean {
    const { device } = this.#options;
    return this.#edge.online && (device === undefined || this.#edge.isPresent(device));
  }

  #refuseIfAway(): void {
    if (this.#isThere) return;
    throw new BellcrankError('device-offline', 'the simulated device is offline; nothing was sent');
  }

  #presence(present: boolean): void {
    if (present && this.#isThere) this.#report(this.#edge.metrics(this.#options.device).map(({ name }) => name));
    this.#context.availability(present && this.#isThere, `the simulated device is ${present ? 'on' : 'off'}line`);
  }

  #report(metrics: readonly string[]): void {
    for (const { property, metric } of this.#shapes.values()) {
      if (metrics.includes(metric)) this.#context.report(property, this.#edge.value(this.#options.device, metric));
    }
  }
}

type Params = Readonly<Record<string, MetricValue>>;

/** Face 1: the Driver contract straight on the behaviour, with the same models and options and no wire between. */
export function simulatedDriver(edge: EdgeBehaviour, clock: Clock): AnyDriver {
  return defineDriver({
    model: sparkplugModel,
    transports: ['none'],
    options: sparkplugOptions,
    selfDescribing: true,
    async attach(_connection, options, context) {
      // Its metrics are known only here; the context's types know the empty model.
      const face = new FaceOne(edge, clock, context as Context, options);
      const stop = face.begin();
      context.signal.addEventListener('abort', stop, { once: true });
      return { ...face.session(), detach: async () => stop() };
    },
  });
}
