import type { Framing } from '../../src/driver/framing.ts';

/** What a frame carries. */
export interface Adu {
  readonly unit: number;
  readonly pdu: Buffer;
  /** MBAP only. */
  readonly id?: number;
}

/** How requests and responses become frames: RTU or MBAP. */
export interface Wrapping {
  readonly framing: Framing;
  /** Whether a response tells which request it answers. */
  readonly hasIds: boolean;
  wrap(unit: number, pdu: Uint8Array, id: number): Uint8Array;
  /** Throws for what is no frame. */
  open(frame: Uint8Array): Adu;
}
