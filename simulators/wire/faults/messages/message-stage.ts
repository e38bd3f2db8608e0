import type { FarClient, WireFace } from '../../../simulator.ts';
import type { FaultKind } from '../kinds.ts';
import type { FrameContext, Stage } from '../stage.ts';
import type { MessageFrame } from './message-frame.ts';

export type MessageFace = Extract<WireFace, { shape: 'messages' }>;

/** What the faults of messages know of the device. */
export interface MessageDevice extends Pick<MessageFace, 'nak' | 'acknowledges'> {
  /** Another device of the kind; the same one each time. */
  impostor(): MessageFace;
}

export interface MessageContext<K extends FaultKind = FaultKind> extends FrameContext<K, MessageFrame> {
  readonly its: MessageDevice;
  /** The broker, past all faults. */
  readonly client: FarClient;
  /** Whether the fault was set before the device was served this client, which it has not greeted yet. */
  readonly isFresh: boolean;
}

export type MessageStage = Stage<MessageFrame>;
