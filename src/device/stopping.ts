import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { LaneTiming } from '../driver/contract.ts';
import type { Model } from '../driver/spec.ts';
import { BellcrankError } from '../errors.ts';
import type { Bypass } from './bypass.ts';
import { type Invoked, invoke } from './invoke.ts';
import type { Lane } from './lane.ts';
import type { DeviceLimits } from './limits.ts';
import type { Recovery } from './recovery.ts';
import type { LiveSession } from './session.ts';
import { stoppedError } from './stopped-error.ts';

/** What became of a stop. */
export interface Stopped {
  readonly invoked?: Invoked;
  /** Why nothing could be sent; the latch holds all the same. */
  readonly error?: BellcrankError;
}

export interface StoppingParts {
  readonly id: string;
  readonly clock: Clock;
  readonly lane: Lane;
  readonly bypass: Bypass;
  readonly limits: DeviceLimits;
  readonly timing: LaneTiming | undefined;
  readonly recovery: Recovery;
  session(): LiveSession | undefined;
  model(): Model;
  /** Why there is no session. */
  absence(): BellcrankError;
  /** It was told its stop: whether it heard that, or nobody knows. */
  stopTold(isUnheard: boolean): void;
}

/** Tells one device to stop, past everything that waits. */
export class Stopping {
  readonly #parts: StoppingParts;
  #underWay: Promise<Stopped> | undefined;

  constructor(parts: StoppingParts) {
    this.#parts = parts;
  }

  get underWay(): Promise<Stopped> | undefined {
    return this.#underWay;
  }

  /** A second stop joins the one under way. */
  begin(id: string): Promise<Stopped> {
    if (this.#underWay !== undefined) return this.#underWay;
    const stopping: Promise<Stopped> = this.#stopNow(id).finally(() => {
      if (this.#underWay === stopping) this.#underWay = undefined;
    });
    this.#underWay = stopping;
    return stopping;
  }

  /** What is sent from now on comes after a stop that is still under way: the next one must not join it. */
  released(): void {
    this.#underWay = undefined;
  }

  /** For a device that came back latched: it is told nothing before its stop, or it is not taken. */
  async first(session: LiveSession): Promise<Stopped> {
    return await this.#call(undefined, session);
  }

  async #stopNow(id: string): Promise<Stopped> {
    const { lane, bypass, limits, timing } = this.#parts;
    if (this.#parts.session() === undefined) return { error: this.#parts.absence() };
    return await lane.exclusive.run(async () => {
      const { guardMs } = timing ?? {};
      if (guardMs !== undefined) await bypass.settled(guardMs);
      // On a shared line the answer to another device's exchange could be taken for this one's.
      if (lane.inFlight > 0) lane.preempt(stoppedError(`the line was taken for a stop of ${this.#parts.id}`));
      await bypass.settled(limits.preemptMs);
      const live = this.#parts.session();
      return live === undefined ? { error: this.#parts.absence() } : await this.#call(id, live);
    }, 'stop');
  }

  /** `id` is that of the record; there is none of a stop that a device comes back to. */
  async #call(id: string | undefined, session: LiveSession): Promise<Stopped> {
    const { stop } = session;
    const model = this.#parts.model();
    const spec = model.stop;
    if (stop === undefined || spec === undefined) {
      const detail = `model ${model.name} declares no stop; nothing was sent, and it is latched until that is released`;
      return { error: new BellcrankError('not-found', detail) };
    }
    const { clock, limits, recovery } = this.#parts;
    const invoked = await invoke({
      id: id ?? randomUUID(),
      cause: { device: this.#parts.id, call: { kind: 'stop', ...(id !== undefined && { id }) } },
      clock,
      connection: session.connection,
      deadline: clock.monotonic() + spec.timeoutMs,
      groups: [session.calls],
      handler: stop,
      isStop: true,
      abortGraceMs: limits.abortGraceMs,
    });
    const isUnheard = recovery.aftermath(session, invoked, { effect: 'actuate' });
    const isUnanswered = invoked.left && invoked.returned && invoked.level === 'sent';
    // That which a device comes back to is not said again: it may be one that never answers it.
    if (id !== undefined && invoked.left) this.#parts.stopTold(isUnheard || isUnanswered);
    return { invoked };
  }
}
