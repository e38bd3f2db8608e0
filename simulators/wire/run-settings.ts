import type { Clock } from '../../src/clock.ts';
import type { MemoryHub } from '../../src/transport/memory.ts';
import type { Chunking } from './memory.ts';
import type { WatchWire } from './watch.ts';

export type Via = 'pty' | 'tcp' | 'memory' | 'mqtt';

export interface RunSettings {
  readonly via: Via;
  readonly seed: number;
  /** Validated against the kind's `options`. */
  readonly options: unknown;
  /** What goes wrong from the start, as `setFaults` takes it; validated here. */
  readonly faults?: unknown;
  readonly clock: Clock;
  /** Required with `mqtt`. */
  readonly brokerUrl?: string;
  /** With `pty`: a stable name for the port. */
  readonly link?: string;
  /** With `tcp`: the port; any free one if absent. */
  readonly port?: number;
  /** With `memory`: how chunks are cut. */
  readonly chunking?: Chunking;
  /** With `memory`: the broker of a device that speaks messages, where it shares one with others. */
  readonly hub?: MemoryHub;
  /** Sees what passes. */
  readonly watch?: WatchWire;
}
