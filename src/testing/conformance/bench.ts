import { trusted } from '../../access/caller.ts';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { randomFrom } from '../../../simulators/behaviour/random.ts';
import { Control } from '../../command/control.ts';
import type { Device } from '../../device/device.ts';
import { defaultLimits } from '../../device/limits.ts';
import type { Opener } from '../../device/link.ts';
import { Registry } from '../../device/registry.ts';
import { BellcrankError, messageOf } from '../../errors.ts';
import { MemoryStore } from '../../store/memory.ts';
import type { CommandRecord } from '../../store/record.ts';
import { LabLog } from '../lab/log.ts';
import { tapped } from '../lab/wires.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { type Piece, Tap } from '../wire/tap.ts';
import { pieceText } from '../wire/words.ts';
import { type Action, actionsOf } from './actions.ts';
import { prepare } from './before.ts';
import { CountedClock } from './counted-clock.ts';
import { type Far, farOf, optionsOf, type Subject } from './subject.ts';

/** What became of an action, as a client would see it. */
export interface Ran {
  readonly outcome: 'succeeded' | 'refused' | 'failed' | 'not-sent' | 'unknown';
  /** The result of a command, the value of a property. */
  readonly value: unknown;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  /** How far the driver says that it came. */
  readonly confirmation?: CommandRecord['confirmation'];
}

/** Longest that a device may take to be ready, by the clock. */
const readyMs = 120_000;
/** Longest that anything may take to end. */
const endMs = 300_000;

/** One device in the hands of the whole runtime, without HTTP, on a wire that a check can meddle with. */
export class Bench {
  readonly clock: VirtualClock;
  /** Timers of the driver. */
  readonly timers: CountedClock;
  readonly tap: Tap;
  readonly control: Control;
  readonly registry: Registry;
  readonly far: Far;
  readonly random: () => number;
  readonly log = new LabLog();
  /** Kinds of what the registry told of the device. */
  readonly happened: string[] = [];
  readonly #subject: Subject;

  constructor(subject: Subject, clock: VirtualClock, far: Far) {
    this.#subject = subject;
    this.clock = clock;
    this.far = far;
    this.timers = new CountedClock(clock);
    this.tap = new Tap(clock);
    this.random = randomFrom(subject.seed);
    const { random, log } = this;
    const driver = withClock(subject.driver, this.timers);
    const observe = (): void => {};
    this.registry = new Registry({
      drivers: [driver],
      clock,
      random,
      log,
      limits: defaultLimits,
      maxDevices: 1,
      observe: (event) => {
        this.happened.push(event.kind);
        this.control.observed(event);
      },
    });
    const common = { registry: this.registry, store: new MemoryStore(10_000), clock, log, randomBytes };
    this.control = new Control({ ...common, interlocks: [], observe, observeLease: observe });
    this.registry.addConnection('wire', this.#opener());
    this.registry.add({
      id: 'device',
      driver: driver.model.name,
      connection: 'wire',
      options: optionsOf(subject),
      labels: {},
      restrictions: {},
      enabled: true,
      managedBy: 'api',
      retries: 0,
    });
  }

  get device(): Device {
    return this.registry.get('device');
  }

  #opener(): Opener {
    return {
      transport: 'memory',
      shape: this.far.shape,
      label: 'wire',
      simulated: true,
      open: async (signal) => {
        if (this.tap.down) throw new Error('the wire is cut');
        return tapped(await this.far.open(signal), this.tap);
      },
    };
  }

  /** Lets time pass until a promise has settled. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    return await this.clock.settled(promise, endMs);
  }

  /** Lets time pass until something is so. */
  async until(condition: () => boolean, what: () => string, withinMs = readyMs): Promise<void> {
    const until = this.clock.monotonic() + withinMs;
    while (this.clock.monotonic() <= until) {
      if (condition()) return;
      await this.clock.advance(Math.min(10, this.clock.nextInMs ?? 10));
    }
    throw new Error(`${what()} within ${withinMs} ms`);
  }

  /** Ready, everything that can be told known, and nothing under way. */
  async ready(): Promise<void> {
    const is = (): string => `the device is ${this.device.state} (${this.device.detail ?? 'no detail'}), not ready,`;
    await this.until(() => this.device.state === 'ready', is);
    await this.idle();
  }

  /** Nothing under way on the line, and no poll about to be. */
  async idle(): Promise<void> {
    const { lane } = this.device;
    const isIdle = (): boolean => lane.inFlight === 0 && lane.waiting === 0 && (this.clock.nextInMs ?? 1) > 0;
    await this.until(isIdle, () => 'the line does not fall idle');
  }

  get actions(): readonly Action[] {
    return this.#actions;
  }
  #actions: readonly Action[] = [];

  derive(): void {
    const { samples } = this.#subject;
    this.#actions = actionsOf(this.device.model, samples, (name) => this.device.canRead(name));
  }

  /** Makes the simulated device what it has to be before an action. */
  async prepare(action: Action): Promise<void> {
    await prepare(this.#subject, action, this);
  }

  /** Runs an action to its end. */
  async run(action: Action): Promise<Ran> {
    await this.prepare(action);
    return await this.settled(this.start(action));
  }

  /** Starts one for which the device is prepared, and leaves the clock alone. */
  async start({ kind, name, params }: Action): Promise<Ran> {
    if (kind === 'read') return await this.#read(name);
    const command = kind === 'write' ? `write:${name}` : name;
    const submission = {
      device: 'device',
      command,
      params: kind === 'write' ? { value: params } : params,
      caller: trusted('suite'),
    };
    try {
      return ranOf(await this.control.pipeline.submit(submission));
    } catch (error) {
      if (!(error instanceof BellcrankError)) throw error;
      return { outcome: error.outcome ?? 'not-sent', value: undefined, code: error.code, detail: error.message };
    }
  }

  async #read(name: string): Promise<Ran> {
    try {
      const { value, quality, error } = await this.device.read(name, -1, new AbortController().signal);
      const outcome = quality === 'good' ? 'succeeded' : 'failed';
      return { outcome, value: quality === 'good' ? value : undefined, code: undefined, detail: error };
    } catch (error) {
      const code = error instanceof BellcrankError ? error.code : undefined;
      return { outcome: 'failed', value: undefined, code, detail: messageOf(error) };
    }
  }

  /** What was sent since then, as texts. */
  sentSince(from: number): readonly string[] {
    return this.tap.sent(from).map(pieceText);
  }

  /** How the simulated device would refuse this. */
  nakOf(piece: Piece): Piece | undefined {
    const { wire } = this.far.simulator;
    if (wire.shape === 'bytes') return piece instanceof Uint8Array ? wire.nak?.(piece) : undefined;
    const refusal = piece instanceof Uint8Array ? undefined : wire.nak?.(piece);
    return refusal && { ...refusal, payload: Buffer.from(refusal.payload), retained: false };
  }

  async stop(): Promise<CommandRecord> {
    return (await this.settled(this.control.stops.stop('device', { by: 'suite' }))).record;
  }

  async close(): Promise<void> {
    this.tap.calm();
    this.control.close();
    await this.settled(this.registry.close(new BellcrankError('shutting-down', 'over', { reason: 'shutdown' })));
    await this.far.close();
  }
}

/** A bench with nothing on it but a device that is ready. */
export async function openBench(subject: Subject, ready = true): Promise<Bench> {
  const clock = new VirtualClock();
  const bench = new Bench(subject, clock, await farOf(subject, clock));
  if (!ready) return bench;
  try {
    await bench.ready();
    bench.derive();
    return bench;
  } catch (error) {
    await bench.close().catch(() => {});
    throw error;
  }
}

function withClock(driver: Subject['driver'], clock: CountedClock): Subject['driver'] {
  const attach: Subject['driver']['attach'] = (connection, options, context) =>
    driver.attach(connection, options, Object.create(context, { clock: { value: clock } }) as typeof context);
  return Object.create(driver, { attach: { value: attach } }) as Subject['driver'];
}

function ranOf({ outcome = 'unknown', result, error, confirmation }: CommandRecord): Ran {
  return { outcome, value: result, code: error?.code, detail: error?.detail, confirmation };
}

export function same(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other);
}
