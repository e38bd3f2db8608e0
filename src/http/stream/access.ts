import type { StreamEntry } from '../../stream/index.ts';

/** What a reader may be told: entries, and what a snapshot tells of a device. */
export type Access = (about: Pick<StreamEntry, 'type' | 'device' | 'labels' | 'subjects'>) => boolean;

/** There are no credentials yet: whoever reaches the service may read everything. */
export const everything: Access = () => true;
