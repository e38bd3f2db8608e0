import type { StreamMessage } from '../../describe/asyncapi.ts';
import type { StreamType } from '../../stream/index.ts';
import * as examples from './examples.ts';
import type { streamSchemas } from './schemas.ts';

/** Whatever stands in the stream. */
export type MessageName = StreamType | 'snapshot' | 'synced' | 'gap' | 'bye';

interface Message extends StreamMessage {
  readonly schemas: readonly (keyof typeof streamSchemas)[];
}

/** Each event of the live stream by its name. */
export const streamMessages: Readonly<Record<MessageName, Message>> = {
  snapshot: {
    title: 'Snapshot',
    summary: 'How one device stands, or which alarms somebody still has to see.',
    schemas: ['StreamSnapshot', 'StreamAlarms'],
    hasId: false,
    example: examples.snapshot,
  },
  synced: {
    title: 'Synced',
    summary: 'The snapshot is complete; everything after it follows.',
    schemas: ['StreamSynced'],
    hasId: true,
    example: examples.synced,
  },
  property: {
    title: 'Property',
    summary: 'A value, with its cause.',
    schemas: ['StreamProperty', 'StreamShortened'],
    hasId: true,
    example: examples.property,
  },
  command: {
    title: 'Command',
    summary: 'A command, each time that its state is on record.',
    schemas: ['StreamCommand', 'StreamShortened'],
    hasId: true,
    example: examples.command,
  },
  event: {
    title: 'Event',
    summary: 'A device told that something happened.',
    schemas: ['StreamEvent', 'StreamShortened'],
    hasId: true,
    example: examples.event,
  },
  device: {
    title: 'Device',
    summary: 'A device came, went, or changed.',
    schemas: ['StreamDevice', 'StreamShortened'],
    hasId: true,
    example: examples.device,
  },
  lease: {
    title: 'Lease',
    summary: 'Somebody took a device for themselves, or gave it back.',
    schemas: ['StreamLease', 'StreamShortened'],
    hasId: true,
    example: examples.lease,
  },
  simulator: {
    title: 'Simulator',
    summary: 'Somebody, or a fault, did something to a simulator.',
    schemas: ['StreamSimulator', 'StreamShortened'],
    hasId: true,
    example: examples.simulator,
  },
  candidate: {
    title: 'Candidate',
    summary: 'Something that could become a device announces itself.',
    schemas: ['StreamCandidate', 'StreamShortened'],
    hasId: true,
    example: examples.candidate,
  },
  alarm: {
    title: 'Alarm',
    summary: 'A limit was passed, somebody has seen that, or it is over.',
    schemas: ['StreamAlarm', 'StreamShortened'],
    hasId: true,
    example: examples.alarm,
  },
  gap: {
    title: 'Gap',
    summary: 'What came after the last id cannot be told; how things stand follows.',
    schemas: ['StreamGap'],
    hasId: false,
    example: examples.gap,
  },
  bye: {
    title: 'Bye',
    summary: 'The service ends the connection.',
    schemas: ['StreamBye'],
    hasId: false,
    example: examples.bye,
  },
};
