import type { StreamEntry, StreamType, Subject } from './entry.ts';

/** A label that a device must have: with this value, or with any. */
export interface LabelFilter {
  readonly key: string;
  readonly value?: string;
}

/** What somebody wants to hear; what is left out is not asked for, so everything fits. */
export interface StreamFilter {
  /** Any of these. */
  readonly devices?: ReadonlySet<string> | undefined;
  /** All of these. */
  readonly labels?: readonly LabelFilter[] | undefined;
  /** Any of these. */
  readonly types?: ReadonlySet<StreamType> | undefined;
}

export function fits({ types, ...about }: StreamFilter, entry: Pick<StreamEntry, 'type' | 'subjects'>): boolean {
  if (types !== undefined && !types.has(entry.type)) return false;
  if (about.devices === undefined && about.labels === undefined) return true;
  return entry.subjects.some((subject) => concerns(about, subject));
}

/** Whether a device is among those that are asked for. */
export function concerns({ devices, labels = [] }: Omit<StreamFilter, 'types'>, subject: Subject): boolean {
  if (devices !== undefined && !devices.has(subject.device)) return false;
  return labels.every(({ key, value }) => {
    if (!Object.hasOwn(subject.labels, key)) return false;
    return value === undefined || subject.labels[key] === value;
  });
}
