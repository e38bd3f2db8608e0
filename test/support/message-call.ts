import { randomBytes } from 'node:crypto';
import type {
  AnySession,
  BellcrankError,
  Call,
  Clock,
  Confirmation,
  Context,
  Evidence,
  MessageConnection,
  Model,
  PublishOptions,
  Shared,
} from '../../src/driver/index.ts';
import { SharedThings } from '../../src/device/shared.ts';

/** A call without the runtime: it writes through, and keeps what the driver stated. */
export interface TestCall {
  readonly call: Call<{ publish: MessageConnection['publish'] }>;
  /** What went out, or in a dry run would have. */
  readonly published: { topic: string; payload: string; options: PublishOptions | undefined }[];
  readonly confirmed: { level: Confirmation; evidence: Evidence | undefined }[];
  readonly late: unknown[];
  abort(reason: BellcrankError): void;
}

export interface TestCallSettings {
  /** Null for drivers of transport `none`. */
  readonly connection: MessageConnection | null;
  readonly clock: Clock;
  readonly dryRun?: boolean;
  /** Awaited before the first write, like the journal's `sent` record. */
  readonly sending?: () => Promise<void>;
}

let calls = 0;

export function messageCall(settings: TestCallSettings): TestCall {
  const { connection, clock, dryRun = false, sending = () => Promise.resolve() } = settings;
  const controller = new AbortController();
  const { signal } = controller;
  const published: TestCall['published'] = [];
  const confirmed: TestCall['confirmed'] = [];
  const late: unknown[] = [];
  const publish: MessageConnection['publish'] = async (topic, payload, options) => {
    if (!dryRun) await sending();
    signal.throwIfAborted();
    if (!dryRun) await connection?.publish(topic, payload, options, signal);
    published.push({ topic, payload: Buffer.from(payload).toString(), options });
  };
  return {
    call: {
      id: `test-${++calls}`,
      signal,
      cancelled: new AbortController().signal,
      deadline: clock.monotonic() + 60_000,
      dryRun,
      wire: { publish },
      sending: async () => {
        await sending();
        signal.throwIfAborted();
      },
      confirm: (level, evidence) => confirmed.push({ level, evidence }),
      progress: () => {},
      yield: () => Promise.resolve(),
      late: (result) => late.push(result),
    },
    published,
    confirmed,
    late,
    abort: (reason) => controller.abort(reason),
  };
}

/** Runs a command of an erased session, as the runtime does after it validated the params. */
export function runCommand(session: AnySession, name: string, params: unknown, { call }: TestCall): Promise<unknown> {
  const handler = session.commands[name];
  if (handler === undefined) throw new Error(`the session has no command ${name}`);
  // Erased handlers take `never`; the test passes what the schema allows.
  return handler(params as never, call as never);
}

/** Reads a property of an erased session. */
export function readProperty(session: AnySession, name: string, { call }: TestCall): Promise<unknown> {
  const reader = session.read?.[name];
  if (reader === undefined) throw new Error(`the session cannot read ${name}`);
  // As above.
  return reader(call as never);
}

/** For drivers that share nothing. */
const noShared: Shared = {
  get: (key) => {
    throw new Error(`nothing is shared here: ${key}`);
  },
};

/** What the sessions on one connection share, without the runtime. */
export function sharedOn(connection: MessageConnection, clock: Clock): Shared {
  const silent = (): void => {};
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  return new SharedThings(connection, { log, clock, randomBytes });
}

/** What a driver told its context. */
export interface Told {
  readonly reports: { property: string; value: unknown }[];
  readonly losses: { property: string; why: string }[];
  readonly models: Model[];
  readonly identities: string[];
  readonly events: { event: string; data: unknown }[];
  readonly availability: { available: boolean; detail: string }[];
  readonly unmatched: string[];
  readonly errors: string[];
  /** The last value told for a property. */
  value(property: string): unknown;
  /** The last word on the device's presence. */
  readonly available: boolean | undefined;
}

export function recordingContext(
  clock: Clock,
  signal: AbortSignal = new AbortController().signal,
  shared: Shared = noShared,
): { context: Context; told: Told } {
  const told: Told = {
    reports: [],
    losses: [],
    models: [],
    identities: [],
    events: [],
    availability: [],
    unmatched: [],
    errors: [],
    value: (property) => told.reports.findLast((report) => report.property === property)?.value,
    get available() {
      return told.availability.at(-1)?.available;
    },
  };
  const silent = (): void => {};
  const context: Context = {
    log: { debug: silent, info: silent, warn: silent, error: (_fields, message) => told.errors.push(message) },
    clock,
    randomBytes,
    signal,
    report: (property, value) => told.reports.push({ property, value }),
    lost: (property, why) => told.losses.push({ property, why }),
    emit: (event, data) => told.events.push({ event, data }),
    remodel: (model) => told.models.push(model),
    availability: (available, detail) => told.availability.push({ available, detail }),
    identify: (identity) => told.identities.push(identity),
    unmatched: (what) => told.unmatched.push(what),
    shared,
    intern: (model) => model,
    onEnd: (then) => signal.addEventListener('abort', () => then(signal.reason as Error), { once: true }),
  };
  return { context, told };
}
