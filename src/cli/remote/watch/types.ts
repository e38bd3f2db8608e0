import type { StreamType } from '../../../client/index.ts';

/** What the stream can be narrowed to. */
export const streamTypes: readonly StreamType[] = [
  'property',
  'command',
  'event',
  'device',
  'simulator',
  'alarm',
  'lease',
  'candidate',
];
