/** `bellcrank/client`: for scripts and pages. It needs nothing but what Node 24 and browsers have. */
export { type CommandFilter, connect, type DeviceFilter, Lab } from './lab.ts';
export type { ConnectOptions } from './settings.ts';
export { type Answer, Http, type Query, type RequestOptions } from './http/http.ts';
export {
  BellcrankProblem,
  CommandError,
  CommandFailed,
  CommandNotSent,
  CommandRefused,
  CommandUnknown,
  type ProblemCode,
} from './http/problem.ts';
export { type Sent, Unreachable } from './http/unreachable.ts';
export { Device } from './lab/device.ts';
export { Lease, LeaseLost, type LeaseOptions, type RenewOptions } from './lab/lease.ts';
export type * from './lab/shape.ts';
export type { WaitOptions } from './lab/waiting.ts';
export { StreamGap } from './lab/watching.ts';
export { camelCase, clientKeys } from './names.ts';
export type * from './stream/events.ts';
export { EventParser, type ParsedEvent, type ParserLimits } from './stream/parser.ts';
export type { StreamFilter, StreamOptions, StreamState } from './stream/stream.ts';
export type * from './types.ts';
