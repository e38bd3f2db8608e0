import { Leases } from '../../src/command/leases/leases.ts';
import type { LeaseEvent, LeaseRequest } from '../../src/command/leases/lease.ts';
import type { Clock } from '../../src/clock.ts';
import type { Device } from '../../src/device/device.ts';
import type { Effect } from '../../src/driver/spec.ts';
import type { BellcrankError } from '../../src/errors.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { TroubledFacts } from './facts.ts';

/** A virtual clock whose wall clock somebody sets. */
export class SetClock implements Clock {
  readonly time = new VirtualClock();
  offsetMs = 0;

  now(): number {
    return this.time.now() + this.offsetMs;
  }
  monotonic(): number {
    return this.time.monotonic();
  }
  timer(ms: number, fire: () => void): ReturnType<Clock['timer']> {
    return this.time.timer(ms, fire);
  }
  ioTurn(): Promise<void> {
    return this.time.ioTurn();
  }
}

/** Leases over facts that can fail, and what came of them. */
export function createLeaseRig() {
  const clock = new SetClock();
  const stops: string[] = [];
  const events: LeaseEvent[] = [];
  let drawn = 0;
  const start = (facts: TroubledFacts): Leases =>
    new Leases({
      facts,
      clock,
      randomBytes: (size) => Buffer.alloc(size, ++drawn),
      stop: (device) => rig.stop(device),
      observe: (event) => void events.push(event),
    });
  const facts = new TroubledFacts();
  const rig = {
    clock,
    facts,
    stops,
    events,
    leases: start(facts),
    stop: (device: string): void => {
      stops.push(device);
      // The latch, as whoever wires this keeps it.
      void rig.facts.set(`latch:${device}`, true).catch(() => {});
    },
    /** Another process, over what was durable. */
    restart(): void {
      rig.leases.close();
      rig.facts = TroubledFacts.after(rig.facts.log);
      rig.leases = start(rig.facts);
      rig.leases.load();
    },
    /** Whether a command passes: true, or the code that forbids it. */
    passes: (leaseToken?: string, device = 'd', effect: Effect = 'actuate'): true | string =>
      rig.leases.check(attempt(device, effect, leaseToken))?.code ?? true,
    refusal: (leaseToken?: string): BellcrankError | undefined => rig.leases.check(attempt('d', 'actuate', leaseToken)),
    take: async (request: Partial<LeaseRequest> = {}, device = 'd'): Promise<string> =>
      (await rig.leases.take(device, { by: 'ann', ttlMs: 1000, ...request })).token,
  };
  return rig;
}

function attempt(device: string, effect: Effect, leaseToken: string | undefined) {
  // Gates look at the device's id only.
  return { device: { id: device } as Device, command: 'set', effect, leaseToken };
}
