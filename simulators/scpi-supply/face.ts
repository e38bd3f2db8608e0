import { type Clock, delay, type Timer } from '../../src/clock.ts';
import { BellcrankError, type Call, DryRunEnd } from '../../src/driver/index.ts';
import type { SupplyError } from './error-queue.ts';
import type { SupplyBehaviour } from './model.ts';

/** What the handlers of face 1 share: the same turns as on the wire, so that mute and delay mean the same. */
export class FaceOne {
  readonly #supply: SupplyBehaviour;
  readonly #clock: Clock;
  readonly #replyTimeoutMs: number;
  readonly #onError: (entry: SupplyError) => void;
  readonly #timers = new Set<Timer>();
  /** Turns begun; a late reply counts only if none has begun since its own. */
  #turns = 0;

  constructor(supply: SupplyBehaviour, clock: Clock, replyTimeoutMs: number, onError: (entry: SupplyError) => void) {
    this.#supply = supply;
    this.#clock = clock;
    this.#replyTimeoutMs = replyTimeoutMs;
    this.#onError = onError;
  }

  async begin(signal: AbortSignal): Promise<void> {
    await this.#answer(signal);
    await this.#drainErrors(signal);
  }

  async read<T>(call: Call<null>, measure: () => T): Promise<T> {
    const value = measure();
    await this.#answer(call.signal);
    return value;
  }

  async set<R>(call: Call<null, R>, act: () => SupplyError | undefined, result: R): Promise<R> {
    if (!call.dryRun) await this.#drainErrors(call.signal);
    await call.sending();
    if (call.dryRun) throw new DryRunEnd(true);
    const failure = act();
    const verdict = failure === undefined ? undefined : verdictOf(failure);
    await this.#answer(call.signal, () => call.late(verdict ?? result));
    if (verdict !== undefined) throw verdict;
    call.confirm('acknowledged', { simulated: true });
    return result;
  }

  async stop(call: Call<null>): Promise<void> {
    await call.sending();
    const failure = this.#supply.setOutput(false);
    await this.#answer(call.signal, () => call.late(undefined));
    if (failure !== undefined) throw verdictOf(failure);
    call.confirm('acknowledged', { simulated: true });
  }

  /** Forgets replies that are held back. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  async #drainErrors(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#answer(signal);
      const entry = this.#supply.errors.next();
      if (entry.code === 0) return;
      this.#onError(entry);
    }
  }

  /** One turn on a line that is not there: an answer at once, after a while, too late, or never. */
  async #answer(signal: AbortSignal, late?: () => void): Promise<void> {
    const turn = ++this.#turns;
    const waitMs = this.#supply.replies.next();
    if (waitMs === 0) return;
    const begun = this.#clock.monotonic();
    try {
      await this.#wait(waitMs ?? Infinity, signal);
    } catch (error) {
      if (waitMs !== undefined && late !== undefined) {
        this.#later(begun + waitMs - this.#clock.monotonic(), () => {
          if (this.#turns === turn) late();
        });
      }
      throw error;
    }
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    await delay(this.#clock, Math.min(ms, this.#replyTimeoutMs), signal);
    if (ms < this.#replyTimeoutMs) return;
    const message = `the simulated supply did not answer within ${this.#replyTimeoutMs} ms`;
    throw new BellcrankError('device-timeout', message);
  }

  #later(ms: number, fire: () => void): void {
    const timer = this.#clock.timer(ms, () => {
      this.#timers.delete(timer);
      fire();
    });
    this.#timers.add(timer);
  }
}

/** SCPI-1999 vol. 2 §21.8: execution errors change nothing, hardware and device-specific ones come half-way. */
function verdictOf({ code, text }: SupplyError): BellcrankError {
  const device = { code: String(code), text };
  const isFailure = code > 0 || code <= -300 || (code <= -240 && code >= -249);
  return isFailure
    ? new BellcrankError('device-failed', `the supply failed: ${text}`, { outcome: 'failed', device })
    : new BellcrankError('device-refused', `the supply refused: ${text}`, { outcome: 'refused', device });
}
