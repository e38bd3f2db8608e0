import type { Caller } from '../../access/caller.ts';
import { frameOf, type StreamEntry } from '../../stream/index.ts';
import { mayRead } from '../access/seen.ts';

/** What an entry is about. */
export type About = Pick<StreamEntry, 'type' | 'subjects'>;

/** What one reader may be told: entries, and what a snapshot tells of a device. */
export interface Access {
  /** Whether they may be told anything of it. */
  may(about: About): boolean;
  /** How they, who may, are told of it: whole, or without what is not theirs. */
  frameOf(entry: StreamEntry): Uint8Array;
  /** They may read nothing any more. */
  readonly isOver: boolean;
}

/**
 * A reader is told of devices that they may read, by the labels that each had when it happened. It is asked anew for each
 * entry: scopes end, and labels change.
 */
export function accessOf(caller: Caller): Access {
  const sees = ({ device, labels }: StreamEntry['subjects'][number]): boolean =>
    mayRead(caller, { id: device, labels });
  return {
    may({ type, subjects }) {
      // A candidate is not a device yet.
      if (type === 'candidate' || subjects.length === 0) return caller.may({ action: 'read' });
      return subjects.some(sees);
    },
    frameOf(entry) {
      // Who may be told of the only one whom it concerns may be told all.
      if (entry.subjects.length <= 1) return entry.frame;
      if (entry.subjects.every(sees)) return entry.frame;
      if (entry.type === 'simulator') return withoutOthers(entry, sees);
      return entry.type === 'device' ? outOfSight(entry, sees) : entry.frame;
    },
    get isOver() {
      return !caller.mayAnywhere('read');
    },
  };
}

type Sees = (subject: StreamEntry['subjects'][number]) => boolean;

/** A simulator may stand in for devices of several people. */
function withoutOthers({ type, id, data, subjects }: StreamEntry, sees: Sees): Uint8Array {
  const devices = subjects.filter(sees).map(({ device }) => device);
  return Buffer.from(frameOf(type, JSON.stringify({ ...data, devices }), id));
}

/** To whoever may no longer read a device with the labels that it has now, it has gone. */
function outOfSight(entry: StreamEntry, sees: Sees): Uint8Array {
  const { type, id, device, labels, data } = entry;
  if (device === undefined || sees({ device, labels })) return entry.frame;
  return Buffer.from(frameOf(type, JSON.stringify({ ...data, change: 'removed', view: null }), id));
}
