import type { Clock } from '../../../src/clock.ts';
import type { WireFace } from '../../simulator.ts';
import type { FaultKind, FaultOf } from './kinds.ts';
import type { Holding } from './holding.ts';
import type { LiveFault } from './live-fault.ts';

export type Direction = 'said' | 'heard';

/** Bytes, or a message. */
export interface Sized {
  /** In bytes. */
  readonly length: number;
}

/** What goes on from here: to the faults behind, and then to the near side (`said`) or to the device (`heard`). */
export interface Onward<F = Uint8Array> {
  readonly said: (frame: F) => void;
  readonly heard: (frame: F) => void;
}

/** A fault's trigger on one connection. Ask once for each frame. */
export interface FrameTrigger<F = Uint8Array> {
  said(frame: F): boolean;
  heard(frame: F): boolean;
  /** The device has spoken. */
  spoke?(): void;
}

/** One fault on one connection. What it does not mind passes it by. */
export interface Stage<F = Uint8Array> {
  said?(frame: F): void;
  heard?(frame: F): void;
  /** Called once it is in place. */
  begin?(): void;
  /** Lets what it holds back go on at once, in order, and keeps nothing. */
  release?(): void;
  /** The connection is over: what is held back is lost. */
  close?(): void;
}

/** How much can still be sent to a device that reads nothing: what a kernel's buffer takes, or not a byte. */
export type Room = 'some' | 'none';

/** What a wire can do about what is sent to the device. */
export interface Line {
  /** Reads nothing more, so that what is sent backs up. Returns the way to read on. */
  pause(room: Room): () => void;
  /**
   * Told of each opening from now on, and of the port being open already. Absent where each opening is a connection of its
   * own.
   */
  onOpened?(listener: () => void): () => void;
}

/** What the faults of one simulator share, over all its connections. */
export interface Shared {
  readonly clock: Clock;
  /** The port is to fail as this fault says. */
  readonly failPort: (live: LiveFault) => void;
  /** Told when `live` may have begun or ended; returns the way to stop listening. */
  readonly onTurn: (live: LiveFault, listener: () => void) => () => void;
  /** `live` has begun or ended, on all connections. */
  readonly turned: (live: LiveFault) => void;
}

/** The same, and what only byte wires have. */
export interface Device extends Shared {
  readonly nak: Extract<WireFace, { shape: 'bytes' }>['nak'];
  /** Another device of the kind; the same one each time. */
  readonly impostor: () => Extract<WireFace, { shape: 'bytes' }>;
}

/** What a fault has to do with, whatever passes. */
export interface FrameContext<K extends FaultKind = FaultKind, F = Uint8Array> {
  readonly fault: FaultOf<K>;
  readonly live: LiveFault;
  readonly trigger: FrameTrigger<F>;
  readonly onward: Onward<F>;
  readonly holding: Holding;
  readonly line: Line;
  readonly device: Shared;
}

export interface StageContext<K extends FaultKind = FaultKind> extends FrameContext<K> {
  readonly device: Device;
}
