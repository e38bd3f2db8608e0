export {
  maxEntryCharacters,
  frameOf,
  Later,
  type News,
  type StreamEntry,
  type StreamType,
  streamTypes,
  type Subject,
} from './entry.ts';
export { concerns, fits, type LabelFilter, type StreamFilter } from './filter.ts';
export { type GapReason, Stream, type StreamParts, timeOfId } from './stream.ts';
export type { Sink, Subscriber, Subscription } from './subscription.ts';
