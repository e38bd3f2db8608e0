import {
  type Method,
  modelOf,
  mqttRpcModel,
  mqttRpcOptions,
  type MqttRpcOptions,
  wireName,
} from '../../drivers/mqtt-rpc/model.ts';
import { type Clock, delay } from '../../src/clock.ts';
import {
  type AnyDriver,
  BellcrankError,
  type Call,
  type Confirmation,
  contractVersion,
  DryRunEnd,
} from '../../src/driver/index.ts';
import type { LampBehaviour, Said } from './model.ts';

type FaceCall = Call<null>;
type Fields = Readonly<Record<string, unknown>>;

/** Turns of a conversation without a wire, so that offline means the same as on one. */
class FaceOne {
  readonly #lamp: LampBehaviour;
  readonly #clock: Clock;
  readonly #options: MqttRpcOptions;

  constructor(lamp: LampBehaviour, clock: Clock, options: MqttRpcOptions) {
    this.#lamp = lamp;
    this.#clock = clock;
    this.#options = options;
  }

  async command(name: string, method: Method, params: Fields, call: FaceCall): Promise<unknown> {
    this.#refuseIfAway();
    const result = await this.#tell(name, method, params, call);
    call.confirm(levelOf(method), { simulated: true });
    return result;
  }

  async stop(call: FaceCall): Promise<void> {
    const levels: Confirmation[] = [];
    for (const { command, params = {} } of this.#options.stop ?? []) {
      const method = this.#options.methods[command];
      if (method === undefined) continue;
      await this.#tell(command, method, params, call);
      levels.push(levelOf(method));
    }
    const weakest = (['sent', 'acknowledged', 'confirmed'] as const).find((level) => levels.includes(level));
    call.confirm(weakest ?? 'sent', { simulated: true });
  }

  async resync(call: FaceCall): Promise<void> {
    this.#refuseIfAway();
    if (this.#options.probe !== undefined) await this.#answered(call, this.#options.replyTimeoutMs ?? 2000);
  }

  async #tell(name: string, method: Method, params: Fields, call: FaceCall): Promise<unknown> {
    if (call.dryRun) throw new DryRunEnd(true);
    await call.sending();
    const said = this.#lamp.online ? this.#lamp.call(wireName(name, method), params) : undefined;
    if (method.noAnswer) return {};
    await this.#answered(call, this.#options.replyTimeoutMs ?? method.timeoutMs ?? 5000);
    return said === undefined ? {} : resultOf(said, method);
  }

  async #answered({ signal }: FaceCall, timeoutMs: number): Promise<void> {
    if (this.#lamp.online) return;
    await delay(this.#clock, timeoutMs, signal);
    throw new BellcrankError('device-timeout', `the simulated lamp did not answer within ${timeoutMs} ms`);
  }

  #refuseIfAway(): void {
    if (this.#lamp.online) return;
    throw new BellcrankError('device-offline', 'the simulated lamp is offline; nothing was sent');
  }
}

function levelOf({ noAnswer, confirmedBy }: Method): Confirmation {
  if (noAnswer) return 'sent';
  return confirmedBy === undefined ? 'acknowledged' : 'confirmed';
}

function resultOf({ status, body }: Said, method: Method): unknown {
  if (status === 200) return method.result === undefined ? {} : body;
  const device = { code: String(status), text: String(body) };
  throw new BellcrankError(status < 500 ? 'device-refused' : 'device-failed', device.text, { device });
}

/** Face 1: the Driver contract straight on the behaviour, with the same options and no wire between. */
export function simulatedDriver(lamp: LampBehaviour, clock: Clock): AnyDriver {
  return {
    contract: contractVersion,
    model: mqttRpcModel,
    transports: ['none'],
    options: mqttRpcOptions,
    selfDescribing: true,
    async attach(_connection, given, context) {
      // The runtime has validated them against the schema above.
      const options = given as MqttRpcOptions;
      const face = new FaceOne(lamp, clock, options);
      const tell = (online: boolean): void => {
        context.availability(online, `the simulated lamp is ${online ? 'on' : 'off'}line`);
      };
      const stopListening = lamp.listen(tell);
      context.signal.addEventListener('abort', stopListening, { once: true });
      tell(lamp.online);
      const commands = Object.entries(options.methods).map(([name, method]) => {
        return [name, (params: Fields, call: FaceCall) => face.command(name, method, params, call)] as const;
      });
      return {
        model: context.intern(modelOf(options)),
        commands: Object.fromEntries(commands),
        ...(options.stop && { stop: (call: FaceCall) => face.stop(call) }),
        resync: (call: FaceCall) => face.resync(call),
        detach: async () => stopListening(),
      };
    },
  };
}
