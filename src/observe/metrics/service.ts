import { holds } from '../../alarms/alarm.ts';
import type { Alarms } from '../../alarms/alarms.ts';
import type { Leases } from '../../command/leases/leases.ts';
import type { Pipeline } from '../../command/pipeline.ts';
import type { Registry as Devices } from '../../device/registry.ts';
import type { Store } from '../../store/store.ts';
import type { Stream } from '../../stream/index.ts';
import type { Target } from '../../webhooks/target.ts';
import type { Webhooks } from '../../webhooks/webhooks.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { counter, gauge, one, type Reading, type Families } from './family.ts';
import type { ReaderCounts } from './readers.ts';
import { Sums } from './sums.ts';

export interface Watched {
  readonly store: Store;
  readonly stream: Stream;
  readonly webhooks: Webhooks;
  readonly alarms: Alarms;
  readonly leases: Leases;
  readonly pipeline: Pick<Pipeline, 'open'>;
  readonly devices: Pick<Devices, 'find'>;
  readonly tracing: Pick<Tracing, 'counts'> | undefined;
}

/** What the service has of its own: the record, the stream, and those that are told. */
export function addService(families: Families, watched: Watched, readers: ReaderCounts): void {
  addStore(families, watched.store);
  addStream(families, watched.stream, readers);
  addWebhooks(families, watched.webhooks);
  addStandings(families, watched);
  addTracing(families, watched);
}

function addTracing(families: Families, { tracing }: Watched): void {
  counter(families, {
    name: 'tracing_spans_total',
    help: 'Spans that the collector took (exported), did not take (failed), or that were too many (dropped).',
    labels: ['result'],
    read: () => Object.entries(tracing?.counts ?? {}).map(([result, value]) => ({ labels: { result }, value })),
  });
}

/** What stands open now. */
function addStandings(families: Families, { alarms, leases, pipeline, devices }: Watched): void {
  const simulated = ['simulated'] as const;
  gauge(families, {
    name: 'alarms_open',
    help: 'Alarms that hold, or that nobody has acknowledged yet.',
    labels: ['severity', 'holds', ...simulated],
    read: () =>
      summed(alarms.open, (alarm) => {
        return { severity: alarm.severity, holds: String(holds(alarm)), simulated: String(alarm.simulated) };
      }),
  });
  gauge(families, {
    name: 'leases',
    help: 'Leases that are live.',
    labels: simulated,
    read: () => summed(leases.held, (id) => ({ simulated: String(devices.find(id)?.simulated === true) })),
  });
  gauge(families, {
    name: 'commands_under_way',
    help: 'Commands that were taken and have not ended.',
    labels: ['state', ...simulated],
    read: () => summed(pipeline.open, (record) => ({ state: record.state, simulated: String(record.simulated) })),
  });
}

function summed<T>(items: readonly T[], labelsOf: (item: T) => Record<string, string>): Sums {
  const sums = new Sums();
  for (const item of items) sums.add(labelsOf(item), 1);
  return sums;
}

function addStore(families: Families, store: Store): void {
  const troubles = (): Reading<'part'>[] => [
    { labels: { part: 'journal' }, value: Number(store.trouble !== undefined) },
    { labels: { part: 'index' }, value: Number(store.indexTrouble !== undefined) },
    { labels: { part: 'notices' }, value: Number(store.notices.trouble !== undefined) },
  ];
  gauge(families, {
    name: 'store_trouble',
    help: 'Whether a part of the store cannot be used now: 1 or 0.',
    labels: ['part'],
    read: troubles,
  });
  gauge(families, {
    name: 'journal_pending',
    help: 'States of commands and facts that are not on record yet.',
    labels: [],
    read: () => one(store.lag?.entries ?? 0),
  });
  gauge(families, {
    name: 'journal_lag_seconds',
    help: 'How long the oldest of them has waited for the disk.',
    labels: [],
    read: () => one((store.lag?.ms ?? 0) / 1000),
  });
}

function addStream(families: Families, stream: Stream, readers: ReaderCounts): void {
  gauge(families, {
    name: 'stream_clients',
    help: 'Connections that follow the live stream.',
    labels: [],
    read: () => one(readers.now),
  });
  counter(families, {
    name: 'stream_clients_dropped_total',
    help: 'Connections that did not get the live stream (full), or lost it since they took too little (slow).',
    labels: ['reason'],
    read: () => [
      { labels: { reason: 'full' }, value: readers.full },
      { labels: { reason: 'slow' }, value: readers.slow },
    ],
  });
  gauge(families, {
    name: 'stream_entries',
    help: 'Entries of the live stream that are kept for who comes back.',
    labels: [],
    read: () => one(stream.kept.entries),
  });
}

function addWebhooks(families: Families, webhooks: Webhooks): void {
  const by = (value: (target: Target) => number) => () =>
    webhooks.targets.map((target) => ({ labels: { webhook: target.settings.name }, value: value(target) }));
  const labels = ['webhook'] as const;
  counter(families, {
    name: 'webhook_deliveries_total',
    help: 'Events that a webhook took.',
    labels,
    read: by(({ delivered }) => delivered),
  });
  counter(families, {
    name: 'webhook_failures_total',
    help: 'Attempts to deliver that failed.',
    labels,
    read: by(({ failed }) => failed),
  });
  counter(families, {
    name: 'webhook_dropped_total',
    help: 'Events that were given up.',
    labels,
    read: by(({ queue }) => queue.dropped),
  });
  gauge(families, {
    name: 'webhook_waiting',
    help: 'Events that wait for a webhook.',
    labels,
    read: by(({ queue }) => queue.length),
  });
}
