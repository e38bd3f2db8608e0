import { homeAssistantModel, homeAssistantOptions } from '../../drivers/home-assistant/model.ts';
import { type Clock, delay } from '../../src/clock.ts';
import {
  type AnyDriver,
  BellcrankError,
  type Call,
  type Confirmation,
  type Context,
  contractVersion,
  DryRunEnd,
} from '../../src/driver/index.ts';
import type { BoardBehaviour, Part } from './model.ts';
import { boardModel } from './specs.ts';

/** Each property that is told, and the part that tells it. */
const parts = new Map<Part, string>([
  ['relay', 'relay'],
  ['setpoint', 'setpoint'],
  ['mode', 'mode'],
  ['lamp', 'lamp'],
  ['brightness', 'lamp-brightness'],
  ['blind', 'blind'],
  ['temperature', 'temperature'],
  ['door', 'door'],
]);

/** A conversation without a wire, so that offline means the same as on one. */
class FaceOne {
  readonly #board: BoardBehaviour;
  readonly #clock: Clock;
  readonly #context: Context;
  readonly #replyTimeoutMs: number;

  constructor(board: BoardBehaviour, clock: Clock, context: Context, replyTimeoutMs: number) {
    this.#board = board;
    this.#clock = clock;
    this.#context = context;
    this.#replyTimeoutMs = replyTimeoutMs;
  }

  begin(): () => void {
    this.#presence();
    for (const part of parts.keys()) this.#tell(part);
    return this.#board.listen({
      told: (part) => this.#tell(part),
      presence: () => this.#presence(),
    });
  }

  async act(call: Call<null>, level: Confirmation, run: () => void): Promise<Record<string, never>> {
    if (!this.#board.online)
      throw new BellcrankError('device-offline', 'the simulated board is offline; nothing was sent');
    return await this.stop(call, level, run);
  }

  async stop(call: Call<null>, level: Confirmation, run: () => void): Promise<Record<string, never>> {
    await call.sending();
    if (call.dryRun) throw new DryRunEnd(true);
    if (this.#board.online) run();
    if (level === 'sent') return {};
    if (!this.#board.online) {
      await delay(this.#clock, this.#replyTimeoutMs, call.signal);
      throw new BellcrankError('device-timeout', `the simulated board told nothing within ${this.#replyTimeoutMs} ms`);
    }
    call.confirm(level, { simulated: true });
    return {};
  }

  #tell(part: Part): void {
    if (!this.#board.online) return;
    const { state } = this.#board;
    this.#context.report(parts.get(part) ?? part, state[part]);
    // Both are told in one message.
    if (part === 'lamp') this.#context.report('lamp-brightness', state.brightness);
  }

  #presence(): void {
    const { online } = this.#board;
    this.#context.availability(online, `the simulated board is ${online ? 'on' : 'off'}line`);
    if (online) for (const part of parts.keys()) this.#tell(part);
    else for (const name of parts.values()) this.#context.lost(name, 'the device says that it is not available');
  }
}

interface LampParams {
  readonly on?: boolean;
  readonly brightness?: number;
}

function light(board: BoardBehaviour, { on = true, brightness }: LampParams): void {
  if (brightness !== undefined) board.state.brightness = brightness;
  board.set('lamp', on);
}

/** Face 1: the Driver contract straight on the behaviour, with the model that its descriptions come to. */
export function simulatedDriver(board: BoardBehaviour, clock: Clock): AnyDriver {
  return {
    contract: contractVersion,
    model: homeAssistantModel,
    transports: ['none'],
    options: homeAssistantOptions,
    selfDescribing: true,
    async attach(_connection, options, context) {
      // Validated against the schema of the options.
      const { replyTimeoutMs = 3000 } = options as { readonly replyTimeoutMs?: number };
      const face = new FaceOne(board, clock, context, replyTimeoutMs);
      const stopListening = face.begin();
      context.signal.addEventListener('abort', stopListening, { once: true });
      const write =
        <V>(run: (value: V) => void) =>
        async (value: V, call: Call<null>): Promise<void> =>
          void (await face.act(call, 'confirmed', () => run(value)));
      const command = (level: Confirmation, run: () => void) => (_params: unknown, call: Call<null>) =>
        face.act(call, level, run);
      return {
        model: boardModel,
        commands: {
          'restart-press': command('sent', () => board.press()),
          'lamp-set': (params: LampParams, call: Call<null>) => face.act(call, 'confirmed', () => light(board, params)),
          'blind-open': command('acknowledged', () => board.move('open')),
          'blind-close': command('acknowledged', () => board.move('closed')),
          'blind-stop-moving': command('acknowledged', () => board.stopMoving()),
        },
        write: {
          relay: write((value: boolean) => board.set('relay', value)),
          setpoint: write((value: number) => board.set('setpoint', value)),
          mode: write((value: BoardBehaviour['state']['mode']) => board.set('mode', value)),
          lamp: write((on: boolean) => light(board, { on })),
          'lamp-brightness': write((brightness: number) => light(board, { brightness })),
        },
        stop: async (call: Call<null>) => void (await face.stop(call, 'sent', () => makeSafe(board))),
        resync: async () => {},
        detach: async () => stopListening(),
      };
    },
  };
}

function makeSafe(board: BoardBehaviour): void {
  board.set('relay', false);
  board.set('lamp', false);
  board.stopMoving();
}
