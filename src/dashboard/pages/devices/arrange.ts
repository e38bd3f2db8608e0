import type { DeviceView } from '../../../client/index.ts';
import type { DeviceAlarms } from './alarms-by-device.ts';

export type SortKey = 'id' | 'state' | 'model';

/** Which devices are shown, and how. */
export interface Choice {
  readonly search: string;
  /** A state, `not-ready`, `stopped`, `alarm`, or everything. */
  readonly show: string;
  /** A label's key, or none. */
  readonly group: string;
  readonly sort: SortKey;
  readonly descending: boolean;
}

export const everything: Choice = { search: '', show: '', group: '', sort: 'id', descending: false };

export interface Group {
  readonly name: string;
  readonly devices: readonly DeviceView[];
}

type Alarms = ReadonlyMap<string, DeviceAlarms>;

/** What a choice shows of the devices. */
export function arrange(views: readonly DeviceView[], choice: Choice, alarms: Alarms): readonly Group[] {
  const words = choice.search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = views.filter(
    (view) => isShown(view, choice.show, alarms) && words.every((word) => textOf(view).includes(word)),
  );
  const sorted = sort(found, choice);
  if (choice.group === '') return sorted.length === 0 ? [] : [{ name: '', devices: sorted }];
  return grouped(sorted, choice.group);
}

export function isShown(view: DeviceView, show: string, alarms: Alarms): boolean {
  if (show === '') return true;
  if (show === 'not-ready') return view.state !== 'ready';
  if (show === 'stopped') return view.stopped;
  if (show === 'alarm') return alarms.has(view.id);
  return view.state === show;
}

/** The keys of all labels, for grouping. */
export function labelKeys(views: readonly DeviceView[]): readonly string[] {
  return [...new Set(views.flatMap(({ labels }) => Object.keys(labels)))].sort();
}

/** What a search looks through. */
function textOf({ id, model, driver, connection, labels, state, detail }: DeviceView): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return [id, model, driver, connection, state, detail, ...pairs].join('\n').toLowerCase();
}

function sort(views: readonly DeviceView[], { sort: by, descending }: Choice): readonly DeviceView[] {
  const order = new Intl.Collator('en', { numeric: true });
  const sign = descending ? -1 : 1;
  return [...views].sort((a, b) => sign * (order.compare(a[by], b[by]) || order.compare(a.id, b.id)));
}

function grouped(views: readonly DeviceView[], key: string): readonly Group[] {
  const valueOf = ({ labels }: DeviceView): string => (Object.hasOwn(labels, key) ? (labels[key] ?? '') : '');
  const groups = Map.groupBy(views, valueOf);
  const order = new Intl.Collator('en', { numeric: true });
  return [...groups]
    .sort(([a], [b]) => Number(a === '') - Number(b === '') || order.compare(a, b))
    .map(([value, devices]) => ({ name: value === '' ? `without ${key}` : `${key}: ${value}`, devices }));
}
