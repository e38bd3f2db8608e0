import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { httpOver, openAccess } from '../support/http.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

interface Told {
  readonly type: string;
  readonly labels: readonly string[];
}

/** What a service says of its own metrics; labels as far as there are samples. */
async function told(): Promise<ReadonlyMap<string, Told>> {
  const line = new MemoryLine((far) => new ToyDevice().serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  const http = await httpOver(rig, {
    access: openAccess(rig),
    measured: {
      open: true,
      devices: ['*'],
    },
  });
  await rig.until(() => rig.device('toy').state === 'ready');
  await rig.settled(rig.submit('toy', 'set', { value: 5 }));
  await rig.settled(rig.stops.stop('toy', { by: 'test' }));
  await http.inject('/nowhere');
  const { body } = await http.inject('/metrics');
  const types = [...body.matchAll(/^# TYPE (bellcrank_\w+) (\w+)$/gm)];
  return new Map(types.map(([, name = '', type = '']) => [name, { type, labels: labelsOf(body, name) }]));
}

function labelsOf(body: string, name: string): readonly string[] {
  const [, labels = ''] = new RegExp(`^${name}(?:_count)?\\{(.*)\\} `, 'm').exec(body) ?? [];
  return [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label);
}

const text = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(/^\| `(bellcrank_\w+)` +\| (\w+) +\| ([^|]*)\|/gm)];

test('docs/metrics.md has every metric of the service and no other, with its type and its labels', async () => {
  const metrics = await told();
  expect(rows.map(([, name = '']) => name).toSorted()).toEqual([...metrics.keys()].toSorted());
  for (const [, name = '', type, labels = ''] of rows) {
    const is = metrics.get(name);
    expect(is?.type, name).toBe(type);
    const shown = [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label);
    // What has not happened yet has no labels.
    if (is !== undefined && is.labels.length > 0) expect(is.labels, name).toEqual(shown);
  }
});

test('every metric has labels to be held against the page, but for those that a calm service has none of', async () => {
  const metrics = await told();
  const bare = [...metrics].filter(([, { labels }]) => labels.length === 0).map(([name]) => name);
  const shown = rows.filter(([, , , labels = '']) => labels.includes('`')).map(([, name]) => name);
  expect(bare.filter((name) => shown.includes(name)).toSorted()).toEqual(calm);
});

/** Alarms, leases, late replies, traces and webhooks: none are there. */
const calm = [
  'bellcrank_alarms_open',
  'bellcrank_commands_resolved_late_total',
  'bellcrank_commands_under_way',
  'bellcrank_leases',
  'bellcrank_tracing_spans_total',
  'bellcrank_webhook_deliveries_total',
  'bellcrank_webhook_dropped_total',
  'bellcrank_webhook_failures_total',
  'bellcrank_webhook_waiting',
];
