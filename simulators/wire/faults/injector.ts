import type { Clock } from '../../../src/clock.ts';
import { type ByteConnection, messageOf } from '../../../src/driver/index.ts';
import type { FaultReport, SimulatorControl } from '../../../src/simulation/control.ts';
import type { FarClient, WireFace } from '../../simulator.ts';
import { ByteFaults } from './byte-faults.ts';
import { faultKinds } from './kinds.ts';
import { LiveFault, seedsOf } from './live-fault.ts';
import { MessageFaults } from './messages/message-faults.ts';
import type { MessageDevice, MessageFace } from './messages/message-stage.ts';
import { OrderlyPort, type Port } from './port.ts';
import { PortFaults } from './port-faults.ts';
import { faultsRequest, type WireShape } from './request.ts';
import type { Device, Line, Shared } from './stage.ts';
import { Turns } from './turns.ts';
import type { WatchedState } from './watched-state.ts';

export type { Port } from './port.ts';

export interface InjectorParts {
  /** The simulator's own. */
  readonly clock: Clock;
  readonly seed: number;
  readonly shape: WireShape;
  readonly via: SimulatorControl['via'];
  /** The simulated device's state, for triggers. */
  readonly state: Pick<WatchedState, 'has' | 'value' | 'names'>;
  /** A device of the kind that is not this one. */
  readonly impostor: () => WireFace;
  readonly nak: WireFace['nak'];
  /** Of a device that speaks messages. */
  readonly acknowledges?: MessageFace['acknowledges'];
  readonly acted: (fault: string, detail?: string) => void;
}

/** What goes wrong on one simulator's wire, by a seed. */
export class FaultInjector {
  readonly #parts: InjectorParts;
  readonly #turns: Turns;
  readonly #ports: PortFaults;
  readonly #bytes: ByteFaults;
  readonly #messages: MessageFaults;
  #seed: number;
  #faults: readonly LiveFault[] = [];
  #impostor: WireFace | undefined;

  constructor(parts: InjectorParts) {
    const { clock, acted } = parts;
    this.#parts = parts;
    this.#seed = parts.seed;
    this.#turns = new Turns(clock);
    this.#ports = new PortFaults({ clock, turns: this.#turns, told: acted });
    const onFull = (): void => acted('held-back', 'too much: the oldest goes on early');
    const onLost = (): void => acted('unread', 'nobody reads what it says: some of it is lost');
    const shared = this.#shared();
    this.#bytes = new ByteFaults(this.#byteDevice(shared), { onFull, onLost });
    const replug = (): void =>
      void this.port?.replug().catch((error: unknown) => acted('wrong-device', messageOf(error)));
    this.#messages = new MessageFaults({ device: shared, its: this.#messageDevice(), onFull, replug });
  }

  get port(): OrderlyPort | undefined {
    return this.#ports.port;
  }

  /** What can be unplugged; without it, faults of the port are refused. What was to be unplugged from the start is now. */
  plugInto(port: Port): void {
    this.#ports.plugInto(new OrderlyPort(port));
  }

  /** False if the device is not to be reached, not even to begin with. */
  get isPlugged(): boolean {
    return this.port?.isPlugged ?? true;
  }

  /** The far end as the simulated device sees it, on a wire that can stop reading. */
  bytes(far: ByteConnection, line: Line): ByteConnection {
    return this.#bytes.wrap(far, line);
  }

  /** The broker as the simulated device sees it, until this connection is closed. */
  messages(client: FarClient, closed: Promise<unknown>): FarClient {
    return this.#messages.wrap(client, closed);
  }

  report(): FaultReport {
    return {
      seed: this.#seed,
      faults: this.#faults.map(({ fault, acted, active }) => ({ fault, acted, active })),
    };
  }

  /** What goes wrong before there is a wire at all; it must get a port. */
  begin(request: unknown): void {
    this.#apply(request, true);
  }

  /** Resolves when the port is as the faults want it. */
  async set(request: unknown): Promise<FaultReport> {
    this.#apply(request, this.port !== undefined);
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

  #apply(request: unknown, hasPort: boolean): void {
    const { shape, via, nak, state } = this.#parts;
    const { seed, faults } = faultsRequest(request, { shape, via, hasNak: nak !== undefined, hasPort, state });
    this.#replace(faults, seed ?? this.#parts.seed);
  }

  #replace(faults: FaultsOfRequest, seed: number): void {
    const { clock, state, acted } = this.#parts;
    const seeds = seedsOf(faults, seed);
    this.#turns.clear();
    this.#seed = seed;
    this.#faults = faults.map((fault, index) => {
      return new LiveFault(fault, { clock, state, acted, seed: seeds[index] ?? seed });
    });
    for (const live of this.#faults) if (lasts(live)) this.#turns.watch(live);
    (this.#parts.shape === 'bytes' ? this.#bytes : this.#messages).set(this.#faults);
    this.#ports.set(this.#faults.filter(({ fault }) => faultKinds[fault.kind].acts === 'port'));
  }

  #shared(): Shared {
    return {
      clock: this.#parts.clock,
      failPort: (live) => this.#ports.strike(live),
      onTurn: (live, listener) => this.#turns.onTurn(live, listener),
      turned: (live) => this.#turns.turned(live),
    };
  }

  #byteDevice(shared: Shared): Device {
    return {
      ...shared,
      // A byte face's refusal, for a byte wire.
      nak: this.#parts.nak as Device['nak'],
      impostor: () => {
        const other = this.#other();
        if (other.shape !== 'bytes') throw new Error('another device of the kind speaks another language');
        return other;
      },
    };
  }

  #messageDevice(): MessageDevice {
    const { nak, acknowledges } = this.#parts;
    return {
      // Of a face that speaks messages, for a wire that carries them.
      ...(nak && { nak: nak as NonNullable<MessageFace['nak']> }),
      ...(acknowledges && { acknowledges }),
      impostor: () => {
        const other = this.#other();
        if (other.shape !== 'messages') throw new Error('another device of the kind speaks another language');
        return other;
      },
    };
  }

  #other(): WireFace {
    return (this.#impostor ??= this.#parts.impostor());
  }
}

type FaultsOfRequest = ReturnType<typeof faultsRequest>['faults'];

/** Whether it begins or ends without a frame; a write that was cut short goes on when its fault's time is over. */
function lasts({ fault: { kind } }: LiveFault): boolean {
  return faultKinds[kind].acts !== 'frames' || kind === 'partial-write';
}
