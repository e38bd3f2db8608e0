import type { Connection } from '../connection.ts';
import type { WireTrace } from './trace.ts';
import { TracedBytes } from './traced-bytes.ts';
import { TracedMessages } from './traced-messages.ts';

export type { Purpose } from '../connection.ts';
export { concerns, deviceOf, type TraceEntry, type TracedMessage } from './entry.ts';
export { type Follower, type TraceLimits, traceLimits, type TracePage, type TraceQuery, WireTrace } from './trace.ts';

/** The connection, seen by a trace from its opening to its end. Nothing else of it changes. */
export function traced(connection: Connection, trace: WireTrace, onStray: (what: string) => void): Connection {
  trace.wire('opened', connection.label);
  void connection.closed.then(({ lost, cause }) => trace.wire(lost ? 'lost' : 'closed', cause.message));
  return connection.shape === 'bytes'
    ? new TracedBytes(connection, trace, onStray)
    : new TracedMessages(connection, trace);
}
