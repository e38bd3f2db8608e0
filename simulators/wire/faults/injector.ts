import type { Clock } from '../../../src/clock.ts';
import type { ByteConnection } from '../../../src/driver/index.ts';
import type { FaultReport } from '../../../src/simulation/control.ts';
import type { FarClient, WireFace } from '../../simulator.ts';
import type { Fault } from './kinds.ts';
import { faultsRequest, type WireShape } from './request.ts';

/** What faults of the port act on. */
export interface Port {
  unplug(): Promise<void>;
  /** Plugs in again; `otherPath` where the near side would have to look for it. */
  plug(otherPath?: boolean): Promise<void>;
}

export interface InjectorParts {
  /** The simulator's own. */
  readonly clock: Clock;
  readonly seed: number;
  readonly shape: WireShape;
  /** The simulated device's state, for triggers. */
  readonly stateOf: (name: string) => unknown;
  /** A device of the kind that is not this one. */
  readonly impostor: () => WireFace;
  readonly nak: WireFace['nak'];
  readonly acted: (fault: string, detail?: string) => void;
}

/** What goes wrong on one simulator's wire, by a seed. */
export class FaultInjector {
  readonly #parts: InjectorParts;
  #seed: number;
  #faults: readonly Fault[] = [];
  port: Port | undefined;

  constructor(parts: InjectorParts) {
    this.#parts = parts;
    this.#seed = parts.seed;
  }

  /** The far end as the simulated device sees it. */
  bytes(far: ByteConnection): ByteConnection {
    return far;
  }

  /** A memory wire as the near side sees it: what an operating system would do to it. */
  near(near: ByteConnection): ByteConnection {
    return near;
  }

  messages(client: FarClient): FarClient {
    return client;
  }

  report(): FaultReport {
    return { seed: this.#seed, faults: this.#faults.map((fault) => ({ fault, acted: 0, active: true })) };
  }

  async set(request: unknown): Promise<FaultReport> {
    const { seed, faults } = faultsRequest(request, this.#parts.shape);
    this.#seed = seed ?? this.#parts.seed;
    this.#faults = faults;
    return this.report();
  }

  clear(): Promise<FaultReport> {
    return this.set({ faults: [] });
  }
}
