import { tasmotaPlugModel, tasmotaPlugOptions } from '../../drivers/tasmota-plug/model.ts';
import { type Clock, delay } from '../../src/clock.ts';
import {
  type AnyDriver,
  BellcrankError,
  type Call,
  defineDriver,
  DryRunEnd,
  type TypedContext,
} from '../../src/driver/index.ts';
import type { PlugBehaviour } from './model.ts';

type PlugContext = TypedContext<typeof tasmotaPlugModel>;

/** What the specs name, from what the plug's meter tells. */
function metered(plug: PlugBehaviour) {
  const measured = plug.measure();
  return {
    voltage: measured.voltage,
    current: measured.current,
    'active-power': measured.activePower,
    'apparent-power': measured.apparentPower,
    'energy-today': measured.today,
    'energy-total': measured.total,
  };
}

type MeterProperty = keyof ReturnType<typeof metered>;

/** Turns of a conversation without a wire, so that mute and offline mean the same as on one. */
class FaceOne {
  readonly #plug: PlugBehaviour;
  readonly #clock: Clock;
  readonly #context: PlugContext;
  readonly #replyTimeoutMs: number;
  #known: boolean;
  #commanding = 0;

  constructor(plug: PlugBehaviour, clock: Clock, context: PlugContext, replyTimeoutMs: number) {
    this.#plug = plug;
    this.#clock = clock;
    this.#context = context;
    this.#replyTimeoutMs = replyTimeoutMs;
    this.#known = plug.on;
  }

  /** Tells what the plug tells by itself. Returns the way to stop. */
  begin(): () => void {
    const stopListening = this.#plug.listen({
      switched: () => this.#switched(),
      telemetry: () => this.#tellAll(),
      booted: () => this.#booted(),
      presence: (online) => this.#presence(online),
    });
    this.#presence(this.#plug.online);
    this.#tellAll();
    return stopListening;
  }

  async read<T>(call: Call<null>, measure: () => T): Promise<T> {
    this.#refuseIfOffline();
    const value = measure();
    await this.#answer(call.signal);
    return value;
  }

  async command(call: Call<null>, to: 'on' | 'off' | 'toggle'): Promise<{ on: boolean }> {
    this.#refuseIfOffline();
    return await this.switch(call, to);
  }

  async switch(call: Call<null>, to: 'on' | 'off' | 'toggle'): Promise<{ on: boolean }> {
    if (call.dryRun) throw new DryRunEnd(true);
    await call.sending();
    const on = this.#plug.online ? this.#obey(to) : this.#plug.on;
    await this.#answer(call.signal);
    call.confirm(to === 'toggle' ? 'acknowledged' : 'confirmed', { simulated: true });
    return { on };
  }

  async resync(call: Call<null>): Promise<void> {
    const on = await this.read(call, () => this.#plug.on);
    this.#known = on;
    this.#context.report('power', on);
  }

  #obey(to: 'on' | 'off' | 'toggle'): boolean {
    this.#commanding++;
    const on = this.#plug.switch(to);
    this.#commanding--;
    return on;
  }

  async #answer(signal: AbortSignal): Promise<void> {
    if (this.#isHeard) return;
    await delay(this.#clock, this.#replyTimeoutMs, signal);
    throw new BellcrankError('device-timeout', `the simulated plug did not answer within ${this.#replyTimeoutMs} ms`);
  }

  get #isHeard(): boolean {
    return this.#plug.online && !this.#plug.muted;
  }

  #refuseIfOffline(): void {
    if (this.#plug.online) return;
    throw new BellcrankError('device-offline', 'the simulated plug is offline; nothing was sent');
  }

  #switched(): void {
    if (!this.#isHeard) return;
    const { on } = this.#plug;
    this.#context.report('power', on);
    if (this.#known !== on && this.#commanding === 0) this.#context.emit('power-changed', { on });
    this.#known = on;
  }

  #tellAll(): void {
    if (!this.#isHeard) return;
    this.#context.report('power', this.#plug.on);
    const values = metered(this.#plug);
    // The keys of a literal object, which TypeScript widens to string.
    for (const property of Object.keys(values) as MeterProperty[]) this.#context.report(property, values[property]);
  }

  #booted(): void {
    this.#known = this.#plug.on;
    this.#presence(true);
    this.#tellAll();
  }

  #presence(online: boolean): void {
    if (online && this.#plug.muted) return;
    this.#context.availability(online, `the simulated plug is ${online ? 'on' : 'off'}line`);
  }
}

/** Face 1: the Driver contract straight on the behaviour, with the same model and options and no wire between. */
export function simulatedDriver(plug: PlugBehaviour, clock: Clock): AnyDriver {
  return defineDriver({
    model: tasmotaPlugModel,
    transports: ['none'],
    options: tasmotaPlugOptions,
    async attach(_connection, options, context) {
      const face = new FaceOne(plug, clock, context, options.replyTimeoutMs ?? 2000);
      const stopListening = face.begin();
      context.signal.addEventListener('abort', stopListening, { once: true });
      const meter = (property: MeterProperty) => (call: Call<null>) => face.read(call, () => metered(plug)[property]);
      return {
        commands: {
          power: ({ on }, call) => face.command(call, on ? 'on' : 'off'),
          toggle: (_params, call) => face.command(call, 'toggle'),
        },
        read: {
          power: (call) => face.read(call, () => plug.on),
          voltage: meter('voltage'),
          current: meter('current'),
          'active-power': meter('active-power'),
          'apparent-power': meter('apparent-power'),
          'energy-today': meter('energy-today'),
          'energy-total': meter('energy-total'),
        },
        stop: async (call) => void (await face.switch(call, 'off')),
        resync: (call) => face.resync(call),
        detach: async () => stopListening(),
      };
    },
  });
}
