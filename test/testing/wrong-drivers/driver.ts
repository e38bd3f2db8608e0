import {
  attachCall,
  BellcrankError,
  type ByteWire,
  type Call,
  defineDriver,
  defineModel,
  Type,
} from '../../../src/driver/index.ts';
import type { Habit } from './habits.ts';
import { BoxLine } from './line.ts';

const empty = Type.Object({}, { additionalProperties: false });
const level = Type.Number({ minimum: 0, maximum: 100 });
const acknowledged = { confirmation: 'acknowledged', timeoutMs: 1000, result: empty } as const;

const model = defineModel({
  name: 'box',
  summary: 'A box on a line of text',
  commands: {
    set: {
      ...acknowledged,
      summary: 'Set the level',
      effect: 'idempotent',
      params: Type.Object({ level }, { additionalProperties: false }),
      examples: [{ params: { level: 7 } }],
    },
    pulse: { ...acknowledged, summary: 'Pulse', effect: 'actuate', params: empty },
    list: {
      summary: 'Its items',
      effect: 'read',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      params: empty,
      result: Type.Object({ items: Type.Array(Type.String()) }, { additionalProperties: false }),
    },
  },
  properties: {
    fixed: { summary: 'Never changes', access: 'read', source: { pollMs: 60_000 }, schema: Type.Number() },
    level: { summary: 'The level', access: 'read', source: { pollMs: 60_000 }, schema: level },
    door: { summary: 'The door', access: 'read', source: 'pushed', schema: Type.Number() },
  },
  events: {},
  stop: { summary: 'Off', confirmation: 'acknowledged', timeoutMs: 1000 },
});

type BoxCall = Call<ByteWire>;
type Asking = Parameters<BoxLine['ask']>[0];

/** A driver of the box: right, or with one wrong habit. */
export function boxDriver(habit?: Habit) {
  const memory: Memory = { lost: undefined, level: undefined };
  return defineDriver({
    model,
    transports: ['serial', 'tcp'],
    options: empty,
    timing: { quietMs: 50 },
    ...(habit === 'takes many calls and has one place for them' ? { maxInFlight: 4 } : {}),
    async attach(connection, _, context) {
      const event = (line: string): void => {
        const door = Number(line.slice('!door '.length));
        const name = habit === 'tells a property by another name' ? ('gate' as 'door') : 'door';
        context.report(name, habit === 'tells what its model does not have' ? ('open' as never) : door);
      };
      const line = new BoxLine(connection, context.clock, event, habit);
      context.signal.addEventListener('abort', () => line.close(), { once: true });
      const first: Asking = attachCall(connection, context.signal);
      const [identity] = await line.ask(first, 'ID?');
      if (identity !== 'BOX') throw new BellcrankError('identity-mismatch', `it says that it is ${identity}`);
      if (habit === 'sets something when it attaches') await line.ask(first, 'SET 0');
      if (memory.lost !== undefined) await line.ask(first, memory.lost);
      memory.lost = undefined;
      if (habit === 'tells what its model does not have') event('!door');
      if (habit === 'leaks with each connection') context.clock.timer(3_600_000, () => {});
      // Long after everything has been asked for.
      if (habit === 'tells an event that its model does not have')
        context.clock.timer(6000, () => context.emit('over' as never, {} as never));
      if (habit === 'sets an interval when it attaches') setInterval(() => {}, 60_000).unref();
      if (habit === 'goes on after its end') goesOn(context.clock);
      return sessionOf(line, habit, memory);
    },
  });
}

function goesOn(clock: { timer(ms: number, fire: () => void): unknown }): void {
  const again = (): void => void clock.timer(1000, again);
  again();
}

/** What it should not have: it is the same for every session, and every device. */
interface Memory {
  lost: string | undefined;
  level: Promise<number> | undefined;
}

function sessionOf(line: BoxLine, habit: Habit | undefined, memory: Memory) {
  let detached = false;
  let before: Promise<number> | undefined;
  const level = async (call: BoxCall): Promise<number> => {
    if (habit === 'sets something when it is asked') await line.ask(call, 'SET 4');
    if (habit === 'has one memory for all devices') return await (memory.level ??= read(call, 'B?'));
    if (habit !== 'tells what it read before') return await read(call, 'B?');
    before ??= read(call, 'B?');
    return await before;
  };
  const read = async (call: BoxCall, text: string): Promise<number> => valueOf(await line.ask(call, text));
  const resync = async (call: BoxCall): Promise<void> => {
    if (habit === 'does not resynchronise') return;
    await line.drain(call.signal);
    await line.ask(call, 'ID?');
    if (habit === 'sets something when it resynchronises') await line.ask(call, 'SET 4');
  };
  return {
    commands: {
      set: ({ level: wanted }: { level: number }, call: BoxCall) => tell(line, call, `SET ${wanted}`, habit),
      pulse: async (_: object, call: BoxCall) => {
        if (habit === 'sends what was lost when it is attached again') memory.lost = 'PULSE';
        const done = await tell(
          line,
          call,
          habit === 'shows something else in a dry run' && call.dryRun ? 'B?' : 'PULSE',
          habit,
        );
        memory.lost = undefined;
        return done;
      },
      list: async (_: object, call: BoxCall) => {
        if (habit === 'waits by a timer of Node’s own') AbortSignal.timeout(60_000);
        const items = (await line.ask(call, 'LIST?', 3)).map((item) => item.replace('ITEM ', ''));
        call.confirm('acknowledged');
        return { items };
      },
    },
    read: {
      fixed: (call: BoxCall) => read(call, 'A?'),
      level,
    },
    stop: async (call: BoxCall): Promise<void> => {
      if (habit === 'does not stop at all') return;
      if (habit === 'asks something in place of a stop') {
        await line.ask(call, 'ID?');
        return call.confirm('acknowledged');
      }
      const hurries = habit === 'stops without waiting for silence' || habit === 'is stuck after an abort';
      if (!hurries) await line.drain(call.signal);
      await tell(line, call, 'OFF', habit);
    },
    resync,
    detach: async (): Promise<void> => {
      if (detached && habit === 'cannot be detached twice') throw new Error('it is detached');
      detached = true;
    },
  };
}

function valueOf([line = '']: readonly string[]): number {
  const digits = /^VAL (\d+)$/.exec(line)?.[1];
  if (digits === undefined) throw new BellcrankError('device-protocol', `it answered ${line}`);
  return Number(digits);
}

/** Tells the box to do something, and takes its word for it. */
async function tell(line: BoxLine, call: BoxCall, text: string, habit: Habit | undefined): Promise<object> {
  if (habit === 'confirms before it asks') call.confirm('acknowledged');
  try {
    if (habit === 'is done before it is sent') void line.ask(call, text).catch(() => {});
    else accept(await line.ask(call, text), habit);
  } catch (error) {
    if (!(await isMadeUp(error, habit, () => line.ask(call, text)))) throw error;
  }
  call.confirm('acknowledged');
  return {};
}

function accept([answer = '']: readonly string[], habit: Habit | undefined): void {
  if (answer.startsWith('ERR') && habit !== 'ignores a refusal') {
    throw new BellcrankError('device-refused', answer, { device: { code: answer.slice(4), text: answer } });
  }
  if (answer !== 'OK' && habit === 'takes whatever it does not know for a refusal') {
    throw new BellcrankError('device-refused', answer);
  }
  const isRight = answer === 'OK' || answer.startsWith('ERR');
  if (isRight || habit === 'takes its echo for an answer' || habit === 'takes events for answers') return;
  throw new BellcrankError('device-protocol', `it answered ${answer}`);
}

/** What a habit makes of an error; true where it makes a success of it. */
async function isMadeUp(error: unknown, habit: Habit | undefined, again: () => Promise<unknown>): Promise<boolean> {
  const code = error instanceof BellcrankError ? error.code : undefined;
  if (code === 'device-timeout' && habit === 'sends again when it is not answered')
    return await again().then(() => true);
  if (code === 'device-timeout' && habit === 'tells silence as success') return true;
  if (code === 'stopped' && habit === 'tells success when it is aborted') return true;
  const isFailure =
    (code === 'device-timeout' && habit === 'tells silence as failure') ||
    (code !== 'device-timeout' && habit === 'tells a loss as failure');
  if (isFailure) throw new BellcrankError('device-failed', 'the box failed');
  return false;
}
