import type { AlarmKind, Severity } from './rule.ts';

/** `active`: it holds and nobody has acknowledged it. `acknowledged`: it holds. `cleared`: it does not hold any more. */
export type AlarmState = 'active' | 'acknowledged' | 'cleared';
export type AlarmChangeKind = 'raised' | 'acknowledged' | 'cleared';

export interface Transition {
  readonly change: AlarmChangeKind;
  /** Wall clock, ms. */
  readonly at: number;
  readonly value: unknown;
  readonly by?: string;
}

/** One alarm from the time that it was raised on. Never changed: each transition makes another. */
export interface Alarm {
  /** UUIDv7: sorts by when it was first raised. */
  readonly id: string;
  /** The rule's name. */
  readonly alarm: string;
  readonly device: string;
  readonly property: string;
  readonly kind: AlarmKind;
  readonly severity: Severity;
  readonly message?: string;
  readonly state: AlarmState;
  /** At its last transition; null if none was known. */
  readonly value: unknown;
  /** In the property's unit; null for `stale`. */
  readonly limit: number | null;
  /** What a deviation was measured from. */
  readonly reference?: number;
  readonly unit: string | null;
  /** Times are wall clock, ms. */
  readonly firstRaisedAt: number;
  readonly raisedAt: number;
  /** How often it was raised before anybody acknowledged it. */
  readonly occurrences: number;
  readonly acknowledgedAt?: number;
  readonly acknowledgedBy?: string;
  readonly clearedAt?: number;
  /** What was seen, for a person. */
  readonly detail: string;
  readonly simulated: boolean;
  /** The newest, oldest first. */
  readonly transitions: readonly Transition[];
}

export interface AlarmChange {
  readonly change: AlarmChangeKind;
  readonly alarm: Alarm;
  readonly at: number;
  /** Of its device while the rule applied to it, where it is over because that has ended. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a rule says and sees when it is raised or clears. */
export type Sight = Pick<
  Alarm,
  'property' | 'kind' | 'value' | 'limit' | 'unit' | 'detail' | 'simulated' | 'severity'
> &
  Pick<Partial<Alarm>, 'reference' | 'message'>;

export type NewAlarm = Pick<Alarm, 'id' | 'alarm' | 'device'>;

const maxTransitions = 20;

export function raise(fields: NewAlarm, sight: Sight, at: number): Alarm {
  const its = { ...fields, ...sight, state: 'active', firstRaisedAt: at, raisedAt: at, occurrences: 1 } as const;
  return { ...its, transitions: [{ change: 'raised', at, value: sight.value }] };
}

/** One that came back before anybody acknowledged it is the same alarm (ISA-18.2, return to normal unacknowledged). */
export function raiseAgain({ clearedAt: _, ...before }: Alarm, sight: Sight, at: number): Alarm {
  const occurrences = before.occurrences + 1;
  return noted(
    { ...before, ...sight, state: 'active', raisedAt: at, occurrences },
    { change: 'raised', at, value: sight.value },
  );
}

export function clear(before: Alarm, { value, detail }: Pick<Sight, 'value' | 'detail'>, at: number): Alarm {
  return noted({ ...before, value, detail, state: 'cleared', clearedAt: at }, { change: 'cleared', at, value });
}

/** Undefined: somebody has acknowledged it already. */
export function acknowledge(before: Alarm, by: string, at: number): Alarm | undefined {
  if (before.acknowledgedAt !== undefined) return undefined;
  const state = before.state === 'active' ? 'acknowledged' : before.state;
  const { value } = before;
  return noted({ ...before, state, acknowledgedAt: at, acknowledgedBy: by }, { change: 'acknowledged', at, value, by });
}

export function holds({ state }: Alarm): boolean {
  return state !== 'cleared';
}

/** It holds, or nobody has acknowledged it: somebody still has to see it. */
export function isOpen(alarm: Alarm): boolean {
  return holds(alarm) || alarm.acknowledgedAt === undefined;
}

function noted(alarm: Alarm, transition: Transition): Alarm {
  return { ...alarm, transitions: [...alarm.transitions, transition].slice(-maxTransitions) };
}
