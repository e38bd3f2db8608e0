import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { samplesOf } from '../support/samples.ts';
import { httpOver } from '../support/http.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';
import type { DeviceState } from '../../src/device/state.ts';

interface Rules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}
interface Dashboard {
  readonly panels: readonly { readonly id: number; readonly targets?: readonly { readonly expr: string }[] }[];
}

const read = (name: string): string =>
  readFileSync(new URL(`../../examples/observability/${name}`, import.meta.url), 'utf8');
const rules = (parse(read('alerts.yaml')) as Rules).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('grafana.json')) as Dashboard;
const shown = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const expressions = [...rules.map(({ expr }) => expr), ...shown];

/** Names of metrics, and the labels that each is asked by. */
function asked(expression: string): [name: string, labels: string[]][] {
  const metrics = expression.matchAll(/\b((?:bellcrank|nodejs|process)_\w+)(?:\{([^}]*)\})?/g);
  return [...metrics].map(([, name = '', labels = '']) => [
    name,
    [...labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  ]);
}

/** What a scraper adds itself. */
const scrapers = ['instance', 'job'];

test('rules and panels ask for metrics that there are, by labels that they have', async () => {
  const line = new MemoryLine((far) => new ToyDevice().serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  const http = await httpOver(rig);
  await rig.until(() => rig.device('toy').state === 'ready');
  await rig.settled(rig.submit('toy', 'set', { value: 5 }));
  await rig.settled(rig.stops.stop('toy', { by: 'test' }));
  const { body } = await http.inject('/metrics');
  const types = new Map([...body.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const samples = samplesOf(body);
  const used = expressions.flatMap(asked);
  expect(used.length).toBeGreaterThan(40);
  for (const [name, labels] of used) {
    const base = name.replace(/_bucket$/, '');
    expect(types.has(base), name).toBe(true);
    expect(name.endsWith('_bucket'), name).toBe(types.get(base) === 'histogram');
    const sample = samples.find((each) => each.name === name);
    // What a calm service has none of is held against the page by another test.
    if (sample === undefined) continue;
    const known = [...Object.keys(sample.labels), ...scrapers];
    expect(
      labels.filter((label) => !known.includes(label)),
      name,
    ).toEqual([]);
  }
});

/** Counters of which a series is there with the first thing that it counts: `increase` never sees that one. */
const late = ['bellcrank_commands_total', 'bellcrank_stops_total', 'bellcrank_commands_resolved_late_total'];

test('what alerts at once alerts at the first one, before which there was no series to increase', () => {
  const atOnce = rules
    .map(({ expr }) => expr.replaceAll(/\s+/g, ' '))
    .filter((expr) => /\bincrease\(/.test(expr) && /> 0\b/.test(expr));
  const asked = atOnce.flatMap((expr) =>
    [...expr.matchAll(/increase\(((\w+)(?:\{[^}]*\})?)\[(\w+)\]\) > 0/g)].map((found) => [expr, ...found]),
  );
  const some = asked.filter(([, , , name = '']) => late.includes(name));
  expect(some.map(([, , , name]) => name)).toEqual(['bellcrank_commands_total', 'bellcrank_stops_total']);
  for (const [expr = '', increase = '', series = '', , span = ''] of some) {
    const isNew = `(${series} unless ${series} offset ${span})`;
    // That the service was asked then, and had none: not that nobody asked.
    expect(expr).toContain(`${increase} or ${isNew} and on (instance, job) up offset ${span} == 1`);
  }
});

test('brackets and quotes of every expression are whole', () => {
  for (const expression of expressions) {
    const open = { ')': '(', '}': '{', ']': '[' } as const;
    const stack: string[] = [];
    for (const character of expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')) {
      if ('([{'.includes(character)) stack.push(character);
      if (character === ')' || character === '}' || character === ']') {
        expect(stack.pop(), expression).toBe(open[character]);
      }
      expect(character, expression).not.toBe('"');
    }
    expect(stack, expression).toEqual([]);
  }
});

test('rules are named, ranked and explained, and each name is one rule', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, labels, annotations } of rules) {
    expect(alert).toMatch(/^Bellcrank[A-Z]\w+$/);
    expect(['warning', 'critical']).toContain(labels.severity);
    expect(annotations.summary.length).toBeGreaterThan(10);
  }
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
});

const known: Readonly<Record<DeviceState, true>> = {
  offline: true,
  connecting: true,
  quarantined: true,
  ready: true,
  recovering: true,
  disabled: true,
};

test('the states that are asked for are states of devices', () => {
  const states = expressions.flatMap((expression) =>
    [...expression.matchAll(/\bbellcrank_devices\{[^}]*state[=!]~?"([^"]*)"/g)].flatMap(([, all = '']) =>
      all.split('|'),
    ),
  );
  expect(states.length).toBeGreaterThan(2);
  expect(states.filter((state) => !Object.hasOwn(known, state))).toEqual([]);
});
