import { randomBytes } from 'node:crypto';
import { getEventListeners } from 'node:events';
import type { AnySession, Call, Context } from '../../driver/contract.ts';
import { validate } from '../../driver/schema.ts';
import type { Model } from '../../driver/spec.ts';
import { type Invoked, invoke } from '../../device/invoke.ts';
import { defaultLimits } from '../../device/limits.ts';
import { SharedThings } from '../../device/shared.ts';
import type { Connection } from '../../transport/connection.ts';
import { LabLog } from '../lab/log.ts';
import { tapped } from '../lab/wires.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { Tap } from '../wire/tap.ts';
import { type Action, actionsOf } from './actions.ts';
import { prepare } from './before.ts';
import { CountedClock } from './counted-clock.ts';
import { type Far, farOf, optionsOf, type Subject } from './subject.ts';

/** What a driver keeps while nothing is under way; it must not grow. */
export interface Held {
  readonly timers: number;
  readonly listeners: number;
  readonly signals: number;
}

const never = new AbortController().signal;
/** Longest that anything may take to end. */
const endMs = 300_000;

/** A driver by itself: no lane, no recovery, nothing that would make up for what it does wrong. */
export class Direct {
  readonly clock: VirtualClock;
  readonly timers: CountedClock;
  readonly tap: Tap;
  readonly log = new LabLog();
  /** What it told that is not valid by its model. */
  readonly invalid: string[] = [];
  readonly #subject: Subject;
  readonly #far: Far;
  readonly #session = new AbortController();
  #connection: Connection | undefined;
  #attached: AnySession | undefined;
  #model: Model;
  /** Listeners that a call left on its signals. */
  leftOnCalls = 0;

  constructor(subject: Subject, clock: VirtualClock, far: Far) {
    this.#subject = subject;
    this.#far = far;
    this.clock = clock;
    this.timers = new CountedClock(clock);
    this.tap = new Tap(clock);
    this.#model = subject.driver.model;
  }

  get session(): AnySession {
    if (this.#attached === undefined) throw new Error('it is not attached');
    return this.#attached;
  }
  get connection(): Connection {
    if (this.#connection === undefined) throw new Error('it is not connected');
    return this.#connection;
  }
  get signal(): AbortSignal {
    return this.#session.signal;
  }

  async settled<T>(promise: Promise<T>): Promise<T> {
    return await this.clock.settled(promise, endMs);
  }

  async connect(): Promise<void> {
    this.#connection = tapped(await this.#far.open(never), this.tap);
  }

  /** Attaches, and gives the device the time that it takes to tell of itself. */
  async attach(): Promise<void> {
    const { driver } = this.#subject;
    this.#attached = await this.settled(driver.attach(this.connection, optionsOf(this.#subject), this.#context()));
    this.#model = this.session.model ?? this.#model;
    if (this.session.init !== undefined)
      await this.call((call) => this.session.init?.(call as never) ?? Promise.resolve());
    await this.clock.advance(1000);
  }

  get actions(): readonly Action[] {
    return actionsOf(this.#model, this.#subject.samples, (name) => this.session.read?.[name] !== undefined);
  }

  held(): Held {
    const signals = getEventListeners(this.signal, 'abort').length;
    return { timers: this.timers.pending, listeners: this.tap.listeners, signals };
  }

  /** Makes the simulated device what it has to be before an action. */
  async prepare(action: Action): Promise<void> {
    await prepare(this.#subject, action, { far: this.#far, tap: this.tap, clock: this.clock });
  }

  /** Starts an action for which the device is prepared, and leaves the clock alone. */
  start(action: Action, signal: AbortSignal = never): Promise<Invoked> {
    return this.#invoke((call) => this.#handler(action, call), action.timeoutMs, signal);
  }

  async run(action: Action, signal?: AbortSignal): Promise<Invoked> {
    await this.prepare(action);
    return await this.settled(this.start(action, signal));
  }

  /** Runs anything with a call of its own. */
  async call(handler: (call: Call) => Promise<unknown>): Promise<Invoked> {
    return await this.settled(this.#invoke(handler, 5000, never));
  }

  async #invoke(handler: (call: Call) => Promise<unknown>, timeoutMs: number, signal: AbortSignal): Promise<Invoked> {
    let seen: Call | undefined;
    const invoked = await invoke({
      id: 'call',
      clock: this.clock,
      connection: this.connection,
      deadline: this.clock.monotonic() + timeoutMs,
      signals: [signal, this.signal],
      handler: (call) => handler((seen = call)),
      extendMs: timeoutMs,
      abortGraceMs: defaultLimits.abortGraceMs,
    });
    if (seen !== undefined) this.leftOnCalls += getEventListeners(seen.signal, 'abort').length;
    return invoked;
  }

  /** The erased handlers take `never`; what they are given is valid by the model. As the runtime does, it gives them a copy. */
  async #handler({ kind, name, params: sample }: Action, call: Call): Promise<unknown> {
    const { session } = this;
    const params = structuredClone(sample);
    if (kind === 'command') return await session.commands[name]?.(params as never, call as never);
    if (kind === 'write') return await session.write?.[name]?.(params as never, call as never);
    return await session.read?.[name]?.(call as never);
  }

  /** Ends the session as the runtime does. */
  end(): void {
    this.#session.abort(new Error('the session ended'));
  }

  async close(): Promise<void> {
    this.end();
    this.tap.calm();
    await this.#connection?.close();
    await this.#far.close();
    await this.clock.advance(0);
  }

  #context(): Context {
    const { timers: clock, log, signal } = this;
    return {
      log,
      clock,
      randomBytes,
      signal,
      shared: new SharedThings(this.connection, { clock, log, randomBytes }),
      report: (name, value) => this.#checkReport(name, value),
      lost: () => {},
      emit: (name, data) => this.#checkEvent(name, data),
      remodel: (model) => void (this.#model = model),
      availability: () => {},
      identify: () => {},
      unmatched: () => {},
      intern: (model) => model,
      onEnd: (then) => signal.addEventListener('abort', () => then(signal.reason as Error), { once: true }),
    };
  }

  #checkReport(name: string, value: unknown): void {
    const spec = this.#model.properties[name];
    if (spec === undefined) return this.#unknown(`property ${name}`);
    this.#check(`property ${name}`, validate(spec.schema, value));
  }

  #checkEvent(name: string, data: unknown): void {
    const spec = this.#model.events[name];
    if (spec === undefined) return this.#unknown(`event ${name}`);
    this.#check(`event ${name}`, validate(spec.data, data));
  }

  /** Before it has described itself what it tells is of a model that is not known yet. */
  #unknown(what: string): void {
    if (this.#subject.driver.selfDescribing !== true) this.invalid.push(`the model has no ${what}`);
  }

  #check(what: string, [error]: ReturnType<typeof validate>): void {
    if (error !== undefined) this.invalid.push(`${what}: ${error.pointer} ${error.detail}`);
  }
}

/** A driver by itself, attached unless told otherwise. */
export async function openDirect(subject: Subject, attached = true): Promise<Direct> {
  const clock = new VirtualClock();
  const direct = new Direct(subject, clock, await farOf(subject, clock));
  await direct.connect();
  if (attached) await direct.attach();
  return direct;
}
