import type { AnyDriver, AnySession, Call, Shared } from '../driver/contract.ts';
import type { Model } from '../driver/spec.ts';
import { asError, BellcrankError } from '../errors.ts';
import type { Connection } from '../transport/connection.ts';
import { CallGroup } from './call-group.ts';
import { withinCall } from './cause.ts';
import { clockOn } from './connection-clock.ts';
import { SessionContext, type SessionDevice, type SessionListener } from './context.ts';
import type { End } from './end.ts';
import { type Handle, handleOf } from './handle.ts';
import { SessionEnd } from './session-end.ts';
import { linkSignals } from './signals.ts';

/** A handler with its types erased; params were validated against the very schema that typed it. */
export type Handler = (call: Call) => Promise<unknown>;

interface Parts {
  readonly connection: Connection | null;
  readonly session: AnySession;
  readonly model: Model;
  readonly handle: Handle;
  readonly context: Pick<SessionContext, 'ending' | 'begin'>;
}

/** A driver attached to one live device, with what it takes to end it. */
export class LiveSession {
  readonly connection: Connection | null;
  readonly session: AnySession;
  /** The model of this very device, as of when it was attached: its driver may have changed since. */
  readonly model: Model;
  #calls: CallGroup | undefined;
  readonly #handle: Handle;
  readonly #context: Parts['context'];

  constructor({ connection, session, model, handle, context }: Parts) {
    this.connection = connection;
    this.session = session;
    this.model = session.model ?? model;
    this.#handle = handle;
    this.#context = context;
  }

  /** When the session ends. */
  get ending(): End {
    return this.#context.ending;
  }

  get isOver(): boolean {
    return this.ending.isOver;
  }

  /** What is under way with it; all of it ends when the session ends. Made for the first of it. */
  get calls(): CallGroup {
    return (this.#calls ??= new CallGroup());
  }

  /** Its model is known. */
  begin(): void {
    this.#context.begin();
  }

  end(cause: Error): void {
    this.ending.end(cause);
    this.calls.close(cause);
    this.#handle.revoke(cause);
  }

  // The erased handlers take `never`; these few lines are where the runtime, which validated the input, calls them.
  command(name: string, params: unknown): Handler | undefined {
    const handler = this.session.commands[name];
    return handler && ((call) => handler(params as never, call as never));
  }
  write(name: string, value: unknown): Handler | undefined {
    const handler = this.session.write?.[name];
    return handler && ((call) => handler(value as never, call as never));
  }
  read(name: string): Handler | undefined {
    const handler = this.session.read?.[name];
    return handler && ((call) => handler(call as never));
  }
  readMany(names: readonly string[]): Handler | undefined {
    const { session } = this;
    return session.readMany && ((call) => session.readMany?.(names, call as never) ?? Promise.resolve({}));
  }
  /** What reads these. Of one that is alone in its group the driver may say, too, why it is not told. */
  readGroup(names: readonly string[]): Handler | undefined {
    const [only, ...more] = names;
    const isAlone = only !== undefined && more.length === 0 && this.session.readTogether === undefined;
    return isAlone ? this.readAlone(only) : this.readMany(names);
  }
  readAlone(name: string): Handler | undefined {
    const read = this.read(name);
    return read && (async (call) => ({ [name]: await read(call) }));
  }
  /** Which of these properties one call reads. */
  group(names: readonly string[]): readonly (readonly string[])[] {
    const { session } = this;
    if (session.readMany === undefined) return names.map((name) => [name]);
    return session.readTogether?.(names) ?? [names];
  }
  /** How long one call for these may take; 0 where the driver does not say. */
  readWithinMs(names: readonly string[]): number {
    return this.session.readWithinMs?.(names) ?? 0;
  }
  get init(): Handler | undefined {
    const { session } = this;
    return session.init && ((call) => session.init?.(call as never) ?? Promise.resolve());
  }
  get stop(): Handler | undefined {
    const { session } = this;
    return session.stop && ((call) => session.stop?.(call as never) ?? Promise.resolve());
  }
  get resync(): Handler | undefined {
    const { session } = this;
    return session.resync && ((call) => session.resync?.(call as never) ?? Promise.resolve());
  }
  get ask(): Handler | undefined {
    const { session } = this;
    return session.ask && ((call) => session.ask?.(call as never) ?? Promise.resolve());
  }
  get detach(): Handler | undefined {
    const { session } = this;
    return session.detach && ((call) => session.detach?.(call as never) ?? Promise.resolve());
  }
}

/** For the trace. */
const attachCall = { kind: 'attach' };

export interface AttachSettings {
  readonly driver: AnyDriver;
  readonly options: unknown;
  readonly connection: Connection | null;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly abortGraceMs: number;
  readonly listener: SessionListener;
  readonly device: SessionDevice;
  readonly deviceId: string;
  readonly shared: Shared;
}

/**
 * Attaches a driver within `timeoutMs`. Whatever goes wrong, the handle is revoked, so a driver that hangs in `attach`
 * can neither write nor listen afterwards.
 */
export async function attachSession(settings: AttachSettings): Promise<LiveSession> {
  const { connection, driver, listener, device, shared } = settings;
  const { model } = driver;
  const ending = new SessionEnd(settings.deviceId);
  const linked = linkSignals(settings.signal);
  const follow = (): void => ending.end(linked.signal.reason as Error);
  linked.signal.addEventListener('abort', follow, { once: true });
  const timer = listener.clock.timer(settings.timeoutMs, () =>
    linked.abort(new BellcrankError('device-timeout', `the device did not answer within ${settings.timeoutMs} ms`)),
  );
  const { deviceId } = settings;
  const context = new SessionContext({
    listener,
    device,
    deviceId,
    shared,
    ending,
    clock: clockOn(connection, listener.clock),
  });
  ending.blamed = context;
  const handle = handleOf(connection, context, { device: settings.deviceId, call: attachCall });
  try {
    const running = { cause: { device: settings.deviceId, call: attachCall }, call: { isOver: false } };
    const attaching = withinCall(running, () => driver.attach(handle.connection, settings.options, context));
    const session = await orGiveUp(attaching, linked.signal, settings);
    handle.seal();
    const live = new LiveSession({ connection, session, model, handle, context });
    checkHandlers(session, live.model);
    return live;
  } catch (error) {
    const cause = asError(error);
    ending.end(cause);
    handle.revoke(cause);
    throw cause;
  } finally {
    timer.cancel();
    linked.signal.removeEventListener('abort', follow);
    linked.unlink();
  }
}

/** A driver that was not compiled against its model's types may lack a handler: said now, not at its first command. */
function checkHandlers(session: AnySession, model: Model): void {
  const missing = Object.keys(model.commands).filter((name) => session.commands[name] === undefined);
  for (const [name, spec] of Object.entries(model.properties)) {
    const polled = spec.access !== 'write' && spec.source !== 'pushed';
    if (polled && session.read?.[name] === undefined) missing.push(`read of ${name}`);
    if (spec.access !== 'read' && session.write?.[name] === undefined) missing.push(`write of ${name}`);
  }
  if (model.stop !== undefined && session.stop === undefined) missing.push('stop');
  if (missing.length === 0) return;
  throw new BellcrankError(
    'driver-fault',
    `driver ${model.name} has no handler for ${missing.slice(0, 20).join(', ')}`,
  );
}

/** Waits for `attach`, and after an abort no longer than the grace. */
function orGiveUp(attaching: Promise<AnySession>, signal: AbortSignal, settings: AttachSettings): Promise<AnySession> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      const timer = settings.listener.clock.timer(settings.abortGraceMs, () => reject(signal.reason as Error));
      void attaching.catch(() => {}).finally(() => timer.cancel());
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    attaching
      .then(
        (session) => {
          signal.throwIfAborted();
          resolve(session);
        },
        (error: unknown) => {
          throw error;
        },
      )
      .catch((error: unknown) => reject(asError(error)))
      .finally(() => signal.removeEventListener('abort', giveUp));
  });
}
