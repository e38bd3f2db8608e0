import { type Clock, delay, type Timer } from '../../src/clock.ts';
import { BellcrankError, type Call, DryRunEnd } from '../../src/driver/index.ts';
import type { Turn } from './faults.ts';
import { exceptions, type Span } from './memory.ts';
import type { Unit } from './unit.ts';
import { decode, encode, type Point, type Value } from './value.ts';

/** What the handlers of face 1 share: the same turns as on the wire, so that mute and delay mean the same. */
export class FaceOne {
  readonly #unit: Unit;
  readonly #clock: Clock;
  readonly #replyTimeoutMs: number;
  readonly #timers = new Set<Timer>();
  /** Turns begun; a late answer counts only if none has begun since its own. */
  #turns = 0;

  constructor(unit: Unit, clock: Clock, replyTimeoutMs: number) {
    this.#unit = unit;
    this.#clock = clock;
    this.#replyTimeoutMs = replyTimeoutMs;
  }

  async read(signal: AbortSignal, point: Point): Promise<Value> {
    const numbers = await this.#turn(signal, () => this.#unit.bank.read(point.span));
    assertHasValue(point, numbers);
    return decode(point, numbers);
  }

  /** Writes one value after the other; the last answer decides. */
  async write<R>(call: Call<null, R>, values: readonly (readonly [Point, Value])[], result: R): Promise<void> {
    await call.sending();
    if (call.dryRun) throw new DryRunEnd(true);
    for (const [index, [point, value]] of values.entries()) {
      const isLast = index === values.length - 1;
      await this.#turn(
        call.signal,
        () => this.#written(point, value),
        isLast ? (late) => call.late(late ?? result) : undefined,
      );
    }
    call.confirm('acknowledged', { simulated: true });
  }

  /** Forgets answers that are held back. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #written(point: Point, value: Value): number[] | number {
    const { bank } = this.#unit;
    const before = bank.read(point.span);
    if (typeof before === 'number') return before;
    const span: Span = point.span;
    return bank.write(span, encode(point, value, before)) ?? [];
  }

  async #turn(
    signal: AbortSignal,
    act: () => number[] | number,
    late?: (error: BellcrankError | undefined) => void,
  ): Promise<number[]> {
    const turn = this.#unit.faults.next();
    const answer = turn.exception ?? act();
    const error = typeof answer === 'number' ? exceptionError(answer) : undefined;
    await this.#wait(signal, turn, late && (() => late(error)));
    if (error !== undefined) throw error;
    return typeof answer === 'number' ? [] : answer;
  }

  async #wait(signal: AbortSignal, { delayMs }: Turn, late: (() => void) | undefined): Promise<void> {
    const number = ++this.#turns;
    if (delayMs === 0) return;
    const begun = this.#clock.monotonic();
    try {
      await delay(this.#clock, Math.min(delayMs ?? Infinity, this.#replyTimeoutMs), signal);
      if ((delayMs ?? Infinity) >= this.#replyTimeoutMs) throw this.#timeout();
    } catch (error) {
      if (delayMs !== undefined && late !== undefined) {
        this.#later(begun + delayMs - this.#clock.monotonic(), () => {
          if (this.#turns === number) late();
        });
      }
      throw error;
    }
  }

  #timeout(): BellcrankError {
    return new BellcrankError(
      'device-timeout',
      `the simulated device did not answer within ${this.#replyTimeoutMs} ms`,
    );
  }

  #later(ms: number, fire: () => void): void {
    const timer = this.#clock.timer(ms, () => {
      this.#timers.delete(timer);
      fire();
    });
    this.#timers.add(timer);
  }
}

/** Some contents of a register mean that there is no value. */
function assertHasValue({ register, span }: Point, numbers: readonly number[]): void {
  const { invalid } = register;
  if (invalid === undefined) return;
  const raw = decode(
    { name: '', register: { type: register.type }, span, swapsWords: false, swapsBytes: false },
    numbers,
  );
  const isNone = invalid === 'nan' ? Number.isNaN(raw) : [invalid].flat().some((none) => none === raw);
  if (isNone) throw new BellcrankError('device-failed', 'the simulated device has no value', { outcome: 'failed' });
}

/** §7: what an exception says of the request. */
function exceptionError(exception: number): BellcrankError {
  const device = { code: exception.toString(16).toUpperCase().padStart(2, '0'), text: 'exception' };
  const message = `the simulated device answers exception ${device.code}`;
  switch (exception) {
    case exceptions.illegalFunction:
    case exceptions.illegalAddress:
    case exceptions.illegalValue:
      return new BellcrankError('device-refused', message, { device });
    case exceptions.busy:
      return new BellcrankError('busy', message, { device, outcome: 'refused' });
    case exceptions.acknowledge:
      return new BellcrankError('device-protocol', message, { device });
    case exceptions.gatewayPath:
      return new BellcrankError('device-offline', message, { device });
    case exceptions.gatewayTarget:
      return new BellcrankError('device-timeout', message, { device });
    default:
      return new BellcrankError('device-failed', message, { device });
  }
}
