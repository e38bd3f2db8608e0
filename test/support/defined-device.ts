import { onTestFinished } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import type { AnySession, ByteConnection } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { type CallSettings, makeCall } from './call.ts';
import { makeContext } from './context.ts';
import { type DefinitionInput, definitionOf } from './definition.ts';

/** What the device says to a message, terminators and all; a list gives one after the other, the last one for ever. */
export type Answers = Readonly<Record<string, string | readonly string[]>>;

export interface FarSettings {
  /** Ends a message; the device's own parsing, which knows nothing of definitions. */
  readonly terminator?: string;
  /** How chunks reach the driver. */
  readonly rechunk?: (near: ByteConnection) => ByteConnection;
}

/** A device at the far end that answers from a table. */
export class FarDevice {
  readonly heard: string[] = [];
  readonly #far: ByteConnection;
  readonly #answers = new Map<string, string[]>();

  constructor(far: ByteConnection, answers: Answers, terminator = '\n') {
    this.#far = far;
    for (const [message, said] of Object.entries(answers)) this.answer(message, ...[said].flat());
    let input = '';
    far.onData((chunk) => {
      input += Buffer.from(chunk).toString('latin1');
      for (let end = input.indexOf(terminator); end >= 0; end = input.indexOf(terminator)) {
        const message = input.slice(0, end);
        input = input.slice(end + terminator.length);
        this.#take(message);
      }
    });
  }

  answer(message: string, ...said: readonly string[]): void {
    this.#answers.set(message, [...said]);
  }

  say(text: string): Promise<void> {
    return this.#far.write(Buffer.from(text, 'latin1'));
  }

  /** Silent from now on. */
  mute(): void {
    this.#answers.clear();
  }

  #take(message: string): void {
    this.heard.push(message);
    const answers = this.#answers.get(message);
    const answer = answers !== undefined && answers.length > 1 ? answers.shift() : answers?.[0];
    if (answer !== undefined && answer !== '') void this.say(answer).catch(() => {});
  }
}

/** A definition's driver against a hand-written device, without the runtime. */
export function definedDevice(
  input: DefinitionInput,
  answers: Answers = {},
  { terminator, rechunk = (near) => near }: FarSettings = {},
) {
  const clock = new VirtualClock();
  const { near: end, far } = memoryBytes('bench');
  const near = rechunk(end);
  const device = new FarDevice(far, answers, terminator);
  const told = makeContext(clock);
  const driver = definitionDriver(definitionOf(input));
  onTestFinished(() => near.close());
  const attach = async (options: object = {}): Promise<AnySession> => {
    const session = await driver.attach(near, options, told.context);
    await session.init?.(makeCall(near).call as never);
    return session;
  };
  return {
    clock,
    near,
    far,
    device,
    heard: device.heard,
    told,
    driver,
    attach,
    call: (settings?: CallSettings) => makeCall(near, settings),
    /** A session, with what came before it forgotten. */
    async attached(options: object = {}): Promise<Attached> {
      const session = await this.settled(attach(options));
      device.heard.length = 0;
      return of(session);
    },
    /** Advances the clock until a promise has settled. */
    async settled<T>(promise: Promise<T>, withinMs = 20_000): Promise<T> {
      const state = { done: false };
      const watch = promise.finally(() => (state.done = true));
      watch.catch(() => {});
      await clock.advance(0);
      for (let waited = 0; !state.done && waited <= withinMs; waited += 5) await clock.advance(5);
      if (!state.done) throw new Error('it did not settle');
      return await promise;
    },
  };
}

export interface Attached {
  readonly session: AnySession;
  command(name: string, params: object, call: object): Promise<unknown>;
  read(name: string, call: object): Promise<unknown>;
  write(name: string, value: unknown, call: object): Promise<unknown>;
  stop(call: object): Promise<void>;
  resync(call: object): Promise<void>;
}

/** The contract erases params and calls to `never`. */
function of(session: AnySession): Attached {
  return {
    session,
    command: async (name, params, call) => await session.commands[name]?.(params as never, call as never),
    read: async (name, call) => await session.read?.[name]?.(call as never),
    write: async (name, value, call) => await session.write?.[name]?.(value as never, call as never),
    stop: async (call) => await session.stop?.(call as never),
    resync: async (call) => await session.resync?.(call as never),
  };
}
