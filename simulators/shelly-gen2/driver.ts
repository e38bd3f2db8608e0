import {
  type Component,
  componentsOf,
  type Field,
  infoOf,
  modelOf,
  paramOf,
  propertyOf,
  settable,
  shellyGen2Model,
  shellyGen2Options,
  valueAt,
} from '../../drivers/shelly-gen2/model.ts';
import { type Clock, delay } from '../../src/clock.ts';
import {
  type AnyDriver,
  type AnySession,
  BellcrankError,
  type Call,
  type Context,
  contractVersion,
  DryRunEnd,
  isFields,
} from '../../src/driver/index.ts';
import type { Params, ShellyBehaviour } from './model.ts';

type FaceCall = Call<null>;
type Command = (params: Params, call: FaceCall) => Promise<object>;

const refusals = [-103, -105, -109, 404];

/** Turns of a conversation without a wire, so that offline means the same as on one. */
class FaceOne {
  readonly #shelly: ShellyBehaviour;
  readonly #clock: Clock;
  readonly #context: Context;
  readonly #replyTimeoutMs: number;
  readonly #components: readonly Component[];

  constructor(shelly: ShellyBehaviour, clock: Clock, context: Context, replyTimeoutMs: number) {
    this.#shelly = shelly;
    this.#clock = clock;
    this.#context = context;
    this.#replyTimeoutMs = replyTimeoutMs;
    this.#components = componentsOf(shelly.status());
  }

  begin(): () => void {
    const info = infoOf(this.#shelly.info());
    if (info !== undefined) this.#context.identify(info.id);
    const stop = this.#shelly.listen({
      changed: (key, status) => this.#report(key, status),
      event: (key, _id, event) => this.#emit(key, event),
      presence: (online) => this.#presence(online),
    });
    this.#presence(this.#shelly.online);
    return stop;
  }

  session(): AnySession {
    const each = <T>(make: (component: Component) => readonly (readonly [string, T])[]): Record<string, T> =>
      Object.fromEntries(this.#components.flatMap(make));
    const info = infoOf(this.#shelly.info());
    return {
      ...(info && { model: this.#context.intern(modelOf(info, this.#components)) }),
      commands: each((component) => this.#commands(component)),
      read: each((one) => one.fields.map((field) => [propertyOf(one, field), this.#reader(one, field)] as const)),
      write: each((one) => settable(one).map((field) => [propertyOf(one, field), this.#writer(one, field)] as const)),
      stop: (call: FaceCall) => this.#stop(call),
      resync: async (call: FaceCall) => {
        this.#refuseIfAway();
        await this.#answered(call);
        this.#tellAll();
      },
    };
  }

  #commands(component: Component): readonly (readonly [string, Command])[] {
    const { name, kind } = component;
    const told = (verb: string, params: (asked: Params) => Params = () => ({})): Command => {
      return async (asked, call) => {
        this.#refuseIfAway();
        const result = await this.#tell(component, verb, params(asked), call);
        call.confirm('acknowledged', { simulated: true });
        return isFields(result) && 'was_on' in result ? { wasOn: result['was_on'] } : {};
      };
    };
    const set: Command = async (asked, call) => await this.#set(component, asked, call);
    const stops: Command = async (_asked, call) => {
      this.#refuseIfAway();
      await this.#tell(component, 'Stop', {}, call);
      call.confirm('confirmed', { simulated: true });
      return {};
    };
    return [
      ...(settable(component).length > 1 ? [[`${name}-set`, set] as const] : []),
      ...(kind.switches ? [[`${name}-toggle`, told('Toggle')] as const] : []),
      ...(kind.moves
        ? [
            [`${name}-open`, told('Open')] as const,
            [`${name}-close`, told('Close')] as const,
            [`${name}-stop-moving`, stops] as const,
            [`${name}-go-to`, told('GoToPosition', ({ position }) => ({ pos: position }))] as const,
          ]
        : []),
    ];
  }

  async #set(component: Component, asked: Params, call: FaceCall): Promise<object> {
    this.#refuseIfAway();
    const wanted = settable(component).filter((field) => Object.hasOwn(asked, paramOf(field)));
    const params = Object.fromEntries(wanted.map((field) => [field.param ?? '', asked[paramOf(field)]]));
    await this.#tell(component, 'Set', params, call);
    this.#prove(component, wanted, asked, call);
    return {};
  }

  #prove(component: Component, wanted: readonly Field[], asked: Params, call: FaceCall): void {
    const status = this.#shelly.status()[component.key] ?? {};
    if (wanted.some((field) => valueAt(status, field.path) !== asked[paramOf(field)])) {
      throw new BellcrankError('verify-mismatch', `the simulated ${component.key} tells another state`);
    }
    call.confirm('confirmed', { simulated: true });
  }

  #reader(component: Component, { path }: Field): (call: FaceCall) => Promise<unknown> {
    return async (call) => {
      this.#refuseIfAway();
      await this.#answered(call);
      return valueAt(this.#shelly.status()[component.key] ?? {}, path);
    };
  }

  #writer(component: Component, field: Field): (value: unknown, call: FaceCall) => Promise<void> {
    return async (value, call) => void (await this.#set(component, { [paramOf(field)]: value }, call));
  }

  async #stop(call: FaceCall): Promise<void> {
    const outputs = this.#components.filter(({ kind }) => kind.switches);
    const covers = this.#components.filter(({ kind }) => kind.moves);
    await Promise.all([
      ...outputs.map((component) => this.#tell(component, 'Set', { on: false }, call)),
      ...covers.map((component) => this.#tell(component, 'Stop', {}, call)),
    ]);
    call.confirm('confirmed', { simulated: true });
  }

  async #tell({ id, kind }: Component, verb: string, params: Params, call: FaceCall): Promise<unknown> {
    if (call.dryRun) throw new DryRunEnd(true);
    await call.sending();
    const answer = this.#shelly.online ? this.#shelly.call(`${kind.namespace}.${verb}`, { id, ...params }) : undefined;
    await this.#answered(call);
    if (answer === undefined || 'result' in answer) return answer?.result;
    const { code, message } = answer.error;
    const device = { code: String(code), text: message };
    throw new BellcrankError(refusals.includes(code) ? 'device-refused' : 'device-failed', message, { device });
  }

  async #answered({ signal }: FaceCall): Promise<void> {
    if (this.#shelly.online) return;
    await delay(this.#clock, this.#replyTimeoutMs, signal);
    throw new BellcrankError('device-timeout', `the simulated device did not answer in ${this.#replyTimeoutMs} ms`);
  }

  #refuseIfAway(): void {
    if (this.#shelly.online) return;
    throw new BellcrankError('device-offline', 'the simulated device is offline; nothing was sent');
  }

  #presence(online: boolean): void {
    this.#context.availability(online, `the simulated device is ${online ? 'on' : 'off'}line`);
    if (online) this.#tellAll();
  }

  #tellAll(): void {
    for (const [key, status] of Object.entries(this.#shelly.status())) this.#report(key, status);
  }

  #report(key: string, status: Params): void {
    const component = this.#components.find((one) => one.key === key);
    if (component === undefined || !this.#shelly.online) return;
    for (const field of component.fields) {
      const value = valueAt(status, field.path);
      if (value !== undefined) this.#context.report(propertyOf(component, field), value);
    }
  }

  #emit(key: string, event: string): void {
    const component = this.#components.find((one) => one.key === key);
    if (component !== undefined && this.#shelly.online) this.#context.emit(component.name, { event });
  }
}

/** Face 1: the Driver contract straight on the behaviour, with the same model and options and no wire between. */
export function simulatedDriver(shelly: ShellyBehaviour, clock: Clock): AnyDriver {
  return {
    contract: contractVersion,
    model: shellyGen2Model,
    transports: ['none'],
    options: shellyGen2Options,
    selfDescribing: true,
    async attach(_connection, options, context) {
      // The runtime has validated them against the schema above.
      const { replyTimeoutMs = 2000 } = options as { replyTimeoutMs?: number };
      const face = new FaceOne(shelly, clock, context, replyTimeoutMs);
      const session = face.session();
      if (session.model !== undefined) context.remodel(session.model);
      const stopListening = face.begin();
      context.signal.addEventListener('abort', stopListening, { once: true });
      return { ...session, detach: async () => stopListening() };
    },
  };
}
