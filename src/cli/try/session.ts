import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { AnyDriver, AnySession, ByteWire, Call, Context } from '../../driver/index.ts';
import { validate } from '../../driver/index.ts';
import { patienceMs, type Told } from './told.ts';
import type { LoggedConnection } from './wire-log.ts';

/** Longest that attaching, and each read, may take. */
const limitMs = 10_000;

/** A session, begun without the runtime: one person, one device, one thing at a time. */
export async function attachAlone(
  driver: AnyDriver,
  connection: LoggedConnection,
  options: unknown,
  clock: Clock,
  signal: AbortSignal,
  told: Told,
  tell: (what: string) => void,
): Promise<AnySession> {
  const quiet = (): void => {};
  const context: Context = {
    log: { debug: quiet, info: quiet, warn: (_, message) => tell(message), error: (_, message) => tell(message) },
    clock,
    randomBytes,
    signal,
    lost: (property, why) => tell(`${property} is not known: ${why}`),
    identify: quiet,
    report: (property, value) => {
      if (told.note(property, value)) tell(`${property} = ${JSON.stringify(value)}, unasked`);
    },
    emit: (event, data) => tell(`event ${event} ${JSON.stringify(data)}`),
    remodel: quiet,
    availability: quiet,
    unmatched: (what) => tell(`unmatched: ${what}`),
    shared: {
      get: (key) => {
        throw new Error(`nothing is shared on a line of one's own: ${key}`);
      },
    },
    intern: (model) => model,
    onEnd: (then) => signal.addEventListener('abort', () => then(signal.reason as Error), { once: true }),
  };
  return await within(clock, signal, async (limited) => {
    const session = await driver.attach(connection, options, { ...context, signal: limited });
    // Erased as the readers are.
    await session.init?.(callOn(connection, clock, limited) as never);
    return session;
  });
}

export type Tried = { readonly value: unknown; readonly problem?: string } | { readonly problem: string };

/** Reads one property, and says what is wrong with it, if anything is. */
export async function tryRead(
  session: AnySession,
  name: string,
  schema: Readonly<Record<string, unknown>>,
  connection: LoggedConnection,
  clock: Clock,
  signal: AbortSignal,
  told: Told,
): Promise<Tried> {
  const read = session.read?.[name];
  try {
    if (read === undefined) {
      const found = await told.of(name);
      return found ?? { problem: `the device tells it unasked, and has not for ${patienceMs / 1000} s` };
    }
    // The erased reader takes `never`; the call is one on a byte stream, which the driver's transports say it wants.
    const value = await within(clock, signal, (limited) => read(callOn(connection, clock, limited) as never));
    const [error] = validate(schema, value);
    return error === undefined ? { value } : { value, problem: `${error.pointer} ${error.detail}`.trim() };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function callOn(connection: LoggedConnection, clock: Clock, signal: AbortSignal): Call<ByteWire> {
  return {
    id: randomUUID(),
    signal,
    cancelled: new AbortController().signal,
    deadline: clock.monotonic() + limitMs,
    dryRun: false,
    wire: { write: (bytes, options) => connection.write(bytes, signal, options) },
    sending: () => Promise.resolve(),
    confirm: () => {},
    progress: () => {},
    yield: () => Promise.resolve(),
    late: () => {},
  };
}

async function within<T>(clock: Clock, signal: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limited = new AbortController();
  const timer = clock.timer(limitMs, () => limited.abort(new Error(`no end within ${limitMs} ms`)));
  try {
    return await run(AbortSignal.any([signal, limited.signal]));
  } finally {
    timer.cancel();
  }
}
