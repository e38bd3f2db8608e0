import type { WireSimulatorKind } from '../../../simulators/simulator.ts';
import type { WireSpec } from '../../../simulators/wiring.ts';
import type { AnyDriver } from '../../driver/contract.ts';
import type { ScriptedBroker } from '../script/scripted-broker.ts';
import type { ScriptedWire } from '../script/scripted-wire.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** One simulated device behind a connection. */
export interface LabSimulator {
  /** The `model` of a simulator. */
  readonly model: string;
  /** The lab's seed if absent. */
  readonly seed?: number;
  /** Options of the simulator, as `simulate.options` in a configuration. */
  readonly simulate?: Readonly<Record<string, unknown>>;
}

/** A device of the lab: what it is, what stands in for it, and whatever else a configuration may say of a device. */
export interface LabDeviceSpec extends Partial<LabSimulator> {
  /** The name of a driver's model; that of the simulator if absent. */
  readonly driver?: string;
  /** One of the lab's `connections`, which it shares with others; absent: it has a simulator to itself. */
  readonly connection?: string;
  /** Answers in place of a simulator. */
  readonly wire?: ScriptedWire | ScriptedBroker;
  /** Of the driver, as in a configuration; likewise the others. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, unknown>>;
  readonly deny?: readonly string[];
  readonly enabled?: boolean;
  readonly retries?: number;
  readonly onShutdown?: 'leave' | 'stop';
}

export interface LabSpec {
  /** By id. */
  readonly devices: Readonly<Record<string, LabDeviceSpec>>;
  /** Connections that several devices share: the units of a line, or several devices behind one broker in memory. */
  readonly connections?: Readonly<Record<string, LabSimulator | readonly LabSimulator[]>>;
  /** Beside those that come with Bellcrank. */
  readonly drivers?: readonly AnyDriver[];
  readonly simulators?: readonly WireSimulatorKind[];
  /** What one simulated device has becomes what another one meets; a device's id is the name of its connection. */
  readonly wiring?: readonly WireSpec[];
  /** Whatever else the configuration says: `interlocks`, `idempotency`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Fixes every random choice; 1 by default. Failures say it. */
  readonly seed?: number;
  /** One of its own if absent. */
  readonly clock?: VirtualClock;
  /** Whether to wait until every enabled device is ready, which is the default. */
  readonly ready?: boolean;
}
