import type { AlarmChangeKind, AlarmState } from '../alarms/alarm.ts';
import type { AlarmKind, Severity } from '../alarms/rule.ts';
import { simulated } from './openapi-device-schemas.ts';
import {
  arrayOf,
  choice,
  closedObject,
  count,
  flag,
  type Json,
  links,
  nullable,
  pageOf,
  ref,
  text,
  time,
} from './openapi-json.ts';

const kinds: Readonly<Record<AlarmKind, string>> = {
  high: 'the value is above `limit`',
  low: 'the value is below `limit`',
  deviation: 'the value is farther than `limit` from `reference`',
  stale: 'the value is not good',
};
const severities: Readonly<Record<Severity, string>> = {
  warning: 'something is not as it should be',
  critical: 'somebody has to do something',
};
const states: Readonly<Record<AlarmState, string>> = {
  active: 'it holds, and nobody has acknowledged it',
  acknowledged: 'it holds, and somebody has acknowledged it',
  cleared: 'it does not hold any more; without `acknowledgedAt` somebody still has to see it',
};
export const alarmChanges: Readonly<Record<AlarmChangeKind, string>> = {
  raised: 'it holds',
  acknowledged: 'somebody has seen it',
  cleared: 'it does not hold any more',
};
const value = { description: 'In `unit`; null if none was known.' };
const number: Json = { type: ['number', 'null'] };

const alarm = {
  id: { type: 'string', format: 'uuid', description: 'UUIDv7: ids sort by time.' },
  alarm: text('The rule, as the configuration names it.'),
  device: text('The device’s id.'),
  property: text('The property that the rule watches.'),
  kind: choice(kinds),
  severity: choice(severities),
  message: nullable(text('What it means and what to do, as the configuration says.')),
  state: choice(states),
  open: flag('Whether somebody still has to see it: it holds, or nobody has acknowledged it.'),
  value: { ...value, description: 'At the last transition, in `unit`; null if none was known.' },
  limit: { ...number, description: 'In `unit`; null for `stale`.' },
  reference: { ...number, description: 'What a deviation was measured from, in `unit`; else null.' },
  unit: { type: ['string', 'null'] },
  detail: text('What was seen at the last transition, for a person.'),
  firstRaisedAt: time('When it was raised for the first time.'),
  raisedAt: time('When it was raised for the last time.'),
  occurrences: count('How often it was raised before anybody acknowledged it.'),
  acknowledgedAt: nullable(time('When somebody acknowledged it.')),
  acknowledgedBy: nullable(text('Who.')),
  clearedAt: nullable(time('When it cleared; null while it holds.')),
  simulated,
  links: links('self', 'device'),
};

const transition = {
  change: choice(alarmChanges),
  at: time('When.'),
  value,
  by: nullable(text('Who acknowledged it.')),
};

export const alarmSchemas = {
  Alarm: { title: 'Alarm', description: 'A limit that was passed.', ...closedObject(alarm) },
  AlarmPage: pageOf('Alarm'),
  AlarmDetail: {
    title: 'Alarm in detail',
    ...closedObject({ ...alarm, transitions: { ...arrayOf(ref('AlarmTransition')), description: 'The latest 20.' } }),
  },
  AlarmTransition: closedObject(transition),
} satisfies Record<string, Json>;
