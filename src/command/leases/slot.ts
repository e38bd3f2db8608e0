import type { Clock } from '../../clock.ts';
import type { BellcrankError } from '../../errors.ts';
import type { RandomBytes } from '../../random-bytes.ts';
import type { FactStore } from '../../store/store.ts';
import { DeadMan } from './dead-man.ts';
import { draft, renewal } from './fact.ts';
import { Holding } from './holding.ts';
import { Kept } from './kept.ts';
import type { Granted, Lease, LeaseEvent, LeaseFact, LeaseRequest } from './lease.ts';
import { gone, leased, lost, stopping, tooSlow } from './refusals.ts';
import { newToken } from './token.ts';

export interface SlotParts {
  readonly facts: FactStore;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly stop: (device: string, cause: string) => void;
  readonly observe: (event: LeaseEvent) => void;
  readonly nextGeneration: () => number;
  /** Nothing is left in it. */
  readonly emptied: () => void;
}

/** The place for one device's lease. */
export class Slot {
  readonly #device: string;
  readonly #parts: SlotParts;
  readonly #kept: Kept;
  readonly #deadMan: DeadMan;
  #holding: Holding | undefined;
  /** Counts the devices that had this id: what waits for one that is gone gets nothing of its successor. */
  #life = 0;
  #closed = false;

  constructor(device: string, parts: SlotParts) {
    this.#device = device;
    this.#parts = parts;
    this.#deadMan = new DeadMan(device, {
      stop: parts.stop,
      failed: (fact, detail) => {
        this.#observe('stop-failed', { ...fact, note: detail });
        this.#kept.again();
      },
    });
    this.#kept = new Kept(device, {
      facts: parts.facts,
      clock: parts.clock,
      truth: () => this.#truth(),
      retrying: () => this.#deadMan.pay(),
      idle: () => this.#idle(),
    });
  }

  get lease(): Lease | undefined {
    return this.#holding?.isOver === false ? this.#holding.lease : undefined;
  }

  /** Changes nothing: it is asked right before a byte leaves. */
  check(token: string | undefined): BellcrankError | undefined {
    const holding = this.#holding;
    const endsWithStop = holding?.isOver === true && holding.fact.onExpiry === 'stop';
    if (endsWithStop || this.#deadMan.owed !== undefined) return stopping(this.#device);
    if (holding === undefined || holding.isOver) return token === undefined ? undefined : lost(this.#device);
    if (holding.isOpenedBy(token)) return undefined;
    return leased(this.#device, holding.lease, holding.leftMs, token);
  }

  async take(request: LeaseRequest): Promise<Granted> {
    const life = this.#life;
    return await this.#kept.change(async () => {
      const holding = this.#current(life);
      const { token } = request;
      if (holding?.isOpenedBy(token) === true) return await this.#renew(holding, { ...request, token }, life);
      const refusal = this.check(token);
      if (refusal !== undefined && request.steal !== true) throw refusal;
      return await this.#grant(request, life);
    });
  }

  async release(token: string | undefined): Promise<void> {
    const life = this.#life;
    await this.#kept.change(async () => {
      const holding = this.#current(life);
      const refusal = this.check(token);
      if (refusal !== undefined) throw refusal;
      if (holding === undefined) return;
      // It may run out while this is written; then that has been seen to.
      if ((await this.#write(undefined, life)) !== holding) return;
      this.#clear();
      this.#observe('released', holding.fact);
    });
  }

  /** Takes up what the process before left. */
  restore(fact: LeaseFact): void {
    const now = this.#parts.clock.now();
    // A clock that was set back must not give it more than it was granted.
    const leftMs = Math.min(fact.expiresAt - now, fact.ttlMs);
    if (fact.expired === true || leftMs <= 0) return this.#end(fact);
    const expiresAt = now + leftMs;
    this.#hold(new Holding(this.#parts.clock, { ...fact, expiresAt }, leftMs));
    if (expiresAt !== fact.expiresAt) this.#kept.settle();
  }

  /** The device is gone, and its lease with it. */
  forget(): void {
    this.#life++;
    const fact = this.#holding?.fact;
    this.#clear();
    this.#deadMan.forgive();
    this.#kept.settle();
    if (fact !== undefined) this.#observe('dropped', fact);
  }

  close(): void {
    this.#closed = true;
    this.#holding?.letGo();
    this.#kept.close();
  }

  /** The lease that is live now, when a request's turn has come. */
  #current(life: number): Holding | undefined {
    if (life !== this.#life) throw gone(this.#device);
    if (this.#holding?.isOver === true) this.#expire(this.#holding);
    if (this.#deadMan.owed !== undefined) throw stopping(this.#device);
    return this.#holding;
  }

  async #grant(request: LeaseRequest, life: number): Promise<Granted> {
    const { clock, randomBytes, nextGeneration } = this.#parts;
    const token = newToken(randomBytes);
    const stolenFrom = this.#holding?.fact.holder;
    const its = { token, now: clock.now(), generation: nextGeneration() };
    const fact = draft(request, stolenFrom === undefined ? its : { ...its, stolenFrom });
    const holding = new Holding(clock, fact, fact.ttlMs);
    const before = (await this.#write(fact, life))?.fact;
    if (holding.isOver) {
      this.#kept.settle();
      throw tooSlow();
    }
    this.#hold(holding);
    if (before === undefined) this.#observe('granted', fact);
    else this.#observe('stolen', fact, { holder: before.holder, generation: before.generation });
    return { lease: holding.lease, token, renewed: false };
  }

  async #renew(before: Holding, request: LeaseRequest & { token: string }, life: number): Promise<Granted> {
    const { clock } = this.#parts;
    const fact = renewal(before.fact, request, clock.now());
    const holding = new Holding(clock, fact, fact.ttlMs);
    // What ran out while this was written stays over: its token may have been refused already.
    if ((await this.#write(fact, life)) !== before) throw lost(this.#device);
    this.#hold(holding);
    this.#observe('renewed', fact);
    return { lease: holding.lease, token: request.token, renewed: true };
  }

  /**
   * Puts a change on record. Resolves with the lease that is live then: time has passed, and whatever ended a lease
   * meanwhile has seen to the record.
   */
  async #write(fact: LeaseFact | undefined, life: number): Promise<Holding | undefined> {
    await this.#kept.write(fact);
    return this.#current(life);
  }

  #hold(holding: Holding): void {
    this.#clear();
    this.#holding = holding;
    if (!this.#closed) holding.watch(() => this.#expire(holding));
  }

  #clear(): void {
    this.#holding?.letGo();
    this.#holding = undefined;
  }

  #expire(holding: Holding): void {
    this.#clear();
    this.#end(holding.fact);
  }

  /** A lease has run out. A dead-man's mark goes on record before its stop, and goes when the stop has been called. */
  #end(fact: LeaseFact): void {
    if (fact.onExpiry === 'stop') {
      this.#deadMan.owe(fact);
      this.#kept.hint();
      this.#deadMan.pay();
    }
    this.#kept.settle();
    this.#observe('expired', fact);
  }

  #truth(): LeaseFact | undefined {
    const { owed } = this.#deadMan;
    return owed === undefined ? this.#holding?.fact : { ...owed, expired: true };
  }

  #idle(): void {
    if (this.#holding === undefined && this.#deadMan.owed === undefined && !this.#kept.isBusy) this.#parts.emptied();
  }

  #observe(kind: LeaseEvent['kind'], fact: LeaseFact, from?: LeaseEvent['from']): void {
    const { generation, holder, note, onExpiry } = fact;
    const event = { kind, device: this.#device, generation, holder, note, onExpiry };
    this.#parts.observe({ ...event, ...(from === undefined ? {} : { from }) });
  }
}
