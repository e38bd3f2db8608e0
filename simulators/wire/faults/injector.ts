import type { Clock } from '../../../src/clock.ts';
import type { ByteConnection } from '../../../src/driver/index.ts';
import type { FaultReport, SimulatorControl } from '../../../src/simulation/control.ts';
import type { FarClient, WireFace } from '../../simulator.ts';
import { ByteFaults } from './byte-faults.ts';
import { faultKinds } from './kinds.ts';
import { LiveFault, seedsOf } from './live-fault.ts';
import { OrderlyPort, type Port } from './port.ts';
import { PortFaults } from './port-faults.ts';
import { faultsRequest, type WireShape } from './request.ts';
import type { Device, Line } from './stage.ts';
import { Turns } from './turns.ts';

export type { Port } from './port.ts';

export interface InjectorParts {
  /** The simulator's own. */
  readonly clock: Clock;
  readonly seed: number;
  readonly shape: WireShape;
  readonly via: SimulatorControl['via'];
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
  readonly #turns: Turns;
  readonly #ports: PortFaults;
  readonly #bytes: ByteFaults;
  #seed: number;
  #faults: readonly LiveFault[] = [];
  #impostor: WireFace | undefined;

  constructor(parts: InjectorParts) {
    const { clock, acted } = parts;
    this.#parts = parts;
    this.#seed = parts.seed;
    this.#turns = new Turns(clock);
    this.#ports = new PortFaults({ clock, turns: this.#turns, told: acted });
    this.#bytes = new ByteFaults(this.#device(), () => acted('held-back', 'too much: the oldest goes on early'));
  }

  get port(): OrderlyPort | undefined {
    return this.#ports.port;
  }

  /** What can be unplugged; without it, faults of the port are refused. */
  plugInto(port: Port): void {
    this.#ports.port = new OrderlyPort(port);
  }

  /** The far end as the simulated device sees it, on a wire that can stop reading. */
  bytes(far: ByteConnection, line: Line): ByteConnection {
    return this.#bytes.wrap(far, line);
  }

  messages(client: FarClient): FarClient {
    return client;
  }

  report(): FaultReport {
    return {
      seed: this.#seed,
      faults: this.#faults.map(({ fault, acted, active }) => ({ fault, acted, active })),
    };
  }

  /** Resolves when the port is as the faults want it. */
  async set(request: unknown): Promise<FaultReport> {
    const { shape, via, nak } = this.#parts;
    const wire = {
      shape,
      via,
      hasNak: nak !== undefined,
      hasPort: this.port !== undefined,
      stateOf: this.#parts.stateOf,
    };
    const { seed, faults } = faultsRequest(request, wire);
    this.#replace(faults, seed ?? this.#parts.seed);
    await this.port?.idle();
    return this.report();
  }

  clear(): Promise<FaultReport> {
    return this.set({ faults: [] });
  }

  /** The simulator ends; nothing acts any more. */
  async close(): Promise<void> {
    this.#turns.clear();
    this.#ports.close();
    await this.port?.close();
  }

  #replace(faults: FaultsOfRequest, seed: number): void {
    const { clock, stateOf, acted } = this.#parts;
    const seeds = seedsOf(faults, seed);
    this.#turns.clear();
    this.#seed = seed;
    this.#faults = faults.map((fault, index) => {
      return new LiveFault(fault, { clock, stateOf, acted, seed: seeds[index] ?? seed });
    });
    for (const live of this.#faults) if (lasts(live)) this.#turns.watch(live);
    this.#bytes.set(this.#faults);
    this.#ports.set(this.#faults.filter(({ fault }) => faultKinds[fault.kind].acts === 'port'));
  }

  #device(): Device {
    const { clock, nak } = this.#parts;
    return {
      clock,
      // A byte face's refusal, for a byte wire.
      nak: nak as Device['nak'],
      impostor: () => {
        this.#impostor ??= this.#parts.impostor();
        if (this.#impostor.shape !== 'bytes') throw new Error('another device of the kind speaks another language');
        return this.#impostor;
      },
      failPort: (live) => this.#ports.strike(live),
      onTurn: (live, listener) => this.#turns.onTurn(live, listener),
      turned: (live) => this.#turns.turned(live),
    };
  }
}

type FaultsOfRequest = ReturnType<typeof faultsRequest>['faults'];

/** Whether it begins or ends without a frame; a write that was cut short goes on when its fault's time is over. */
function lasts({ fault: { kind } }: LiveFault): boolean {
  return faultKinds[kind].acts !== 'frames' || kind === 'partial-write';
}
