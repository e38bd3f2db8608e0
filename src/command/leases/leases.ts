import type { BellcrankError } from '../../errors.ts';
import type { Attempt, Gate } from '../gate.ts';
import { deviceOf, isLeaseFact, leasePrefix, unreadable } from './fact.ts';
import type { Granted, Lease, LeaseEvent, LeaseRequest } from './lease.ts';
import { lost } from './refusals.ts';
import { Slot, type SlotParts } from './slot.ts';

export interface LeasesParts extends Pick<SlotParts, 'facts' | 'clock' | 'randomBytes'> {
  /**
   * Latches a device and makes it safe; `cause` says why, for a person. The latch has been handed to the store when it
   * returns, since the lease is struck off the record afterwards. A device that does not exist (yet) is latched all the
   * same. Should it throw, it is called again.
   */
  readonly stop: (device: string, cause: string) => void;
  /** Hears of everything that happens to leases, a theft with both holders. Must not throw. */
  readonly observe: (event: LeaseEvent) => void;
}

/**
 * Exclusive control of devices, for a time. Who holds a device's lease has a token; without it nobody else commands the
 * device, and a token that ran out, was released or was stolen never works again. A stall of this process counts
 * against the holder: a lease that ends too early is safe, one that ends too late is not.
 */
export class Leases implements Gate {
  readonly #parts: LeasesParts;
  readonly #slots = new Map<string, Slot>();
  #generation = 0;

  constructor(parts: LeasesParts) {
    this.#parts = parts;
  }

  /** Devices whose leases there is something to remember of. */
  get size(): number {
    return this.#slots.size;
  }

  /**
   * Takes up the leases on record, once, before anybody is let in. What ran out meanwhile is over: dead-man leases stop
   * their devices before this returns. The others go on with what is left of their time.
   */
  load(): void {
    const { facts, clock } = this.#parts;
    for (const [key, value] of facts.entries(leasePrefix)) {
      const fact = isLeaseFact(value) ? value : unreadable(value, clock.now());
      this.#generation = Math.max(this.#generation, fact.generation);
      this.#slot(deviceOf(key)).restore(fact);
    }
  }

  check({ device, effect, leaseToken }: Attempt): BellcrankError | undefined {
    if (effect === 'read') return undefined;
    const slot = this.#slots.get(device.id);
    if (slot !== undefined) return slot.check(leaseToken);
    return leaseToken === undefined ? undefined : lost(device.id);
  }

  /** Devices whose leases are live now. */
  get held(): readonly string[] {
    return [...this.#slots].filter(([, { lease }]) => lease !== undefined).map(([device]) => device);
  }

  /** The lease that is live now. */
  get(device: string): Lease | undefined {
    return this.#slots.get(device)?.lease;
  }

  /**
   * Takes a lease, renews it (with its token) or steals it. Rejects with `leased` while somebody else holds it, with
   * `precondition-failed` if the token's lease is over, and with `journal-unavailable` if it could not be put on
   * record: then nothing has changed.
   */
  async take(device: string, request: LeaseRequest): Promise<Granted> {
    return await this.#slot(device).take(request);
  }

  /** Gives a lease back before its time, without a stop. Rejects as `take` does; nothing to release is no error. */
  async release(device: string, token: string | undefined): Promise<void> {
    await this.#slot(device).release(token);
  }

  /** For a device that is removed: its lease goes with it, and stops nothing. */
  forget(device: string): void {
    this.#slots.get(device)?.forget();
  }

  /** Those of devices that are gone: the process before may have been killed before it had put that on record. */
  sweep(isKnown: (device: string) => boolean): void {
    for (const device of [...this.#slots.keys()].filter((id) => !isKnown(id))) this.forget(device);
  }

  /** Lets time pass without anything happening; leases stay on record. */
  close(): void {
    for (const slot of this.#slots.values()) slot.close();
  }

  /** There are as many as devices with something to remember: an empty one goes. */
  #slot(device: string): Slot {
    const known = this.#slots.get(device);
    if (known !== undefined) return known;
    const slot = new Slot(device, {
      ...this.#parts,
      nextGeneration: () => ++this.#generation,
      emptied: () => this.#slots.delete(device),
    });
    this.#slots.set(device, slot);
    return slot;
  }
}
