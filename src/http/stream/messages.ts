import type { StreamMessage } from '../../describe/asyncapi.ts';
import type { StreamType } from '../../stream/index.ts';
import * as examples from './examples.ts';
import type { streamSchemas } from './schemas.ts';

/** Whatever stands in the stream; nothing tells of interlocks and alarms yet. */
export type MessageName = Exclude<StreamType, 'interlock' | 'alarm'> | 'snapshot' | 'synced' | 'gap' | 'bye';

interface Message extends StreamMessage {
  readonly schema: keyof typeof streamSchemas;
}

const entry = { hasId: true, mayBeShort: true } as const;
const frame = { hasId: false, mayBeShort: false } as const;

/** Each event of the live stream by its name. */
export const streamMessages: Readonly<Record<MessageName, Message>> = {
  snapshot: {
    title: 'Snapshot',
    summary: 'How one device stands.',
    schema: 'StreamSnapshot',
    ...frame,
    example: examples.snapshot,
  },
  synced: {
    title: 'Synced',
    summary: 'The snapshot is complete; everything after it follows.',
    schema: 'StreamSynced',
    ...frame,
    hasId: true,
    example: examples.synced,
  },
  property: {
    title: 'Property',
    summary: 'A value, with its cause.',
    schema: 'StreamProperty',
    ...entry,
    example: examples.property,
  },
  command: {
    title: 'Command',
    summary: 'A command, each time that its state is on record.',
    schema: 'StreamCommand',
    ...entry,
    example: examples.command,
  },
  event: {
    title: 'Event',
    summary: 'A device told that something happened.',
    schema: 'StreamEvent',
    ...entry,
    example: examples.event,
  },
  device: {
    title: 'Device',
    summary: 'A device came, went, or changed.',
    schema: 'StreamDevice',
    ...entry,
    example: examples.device,
  },
  lease: {
    title: 'Lease',
    summary: 'Somebody took a device for themselves, or gave it back.',
    schema: 'StreamLease',
    ...entry,
    example: examples.lease,
  },
  simulator: {
    title: 'Simulator',
    summary: 'Somebody, or a fault, did something to a simulator.',
    schema: 'StreamSimulator',
    ...entry,
    example: examples.simulator,
  },
  candidate: {
    title: 'Candidate',
    summary: 'Something that could become a device announces itself.',
    schema: 'StreamCandidate',
    ...entry,
    example: examples.candidate,
  },
  gap: {
    title: 'Gap',
    summary: 'What came after the last id cannot be told; how things stand follows.',
    schema: 'StreamGap',
    ...frame,
    example: examples.gap,
  },
  bye: {
    title: 'Bye',
    summary: 'The service ends the connection.',
    schema: 'StreamBye',
    ...frame,
    example: examples.bye,
  },
};
