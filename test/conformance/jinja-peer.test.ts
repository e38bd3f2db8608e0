import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { rows } from '../../drivers/home-assistant/template/fixture.ts';
import { jsonValue, Template } from '../../drivers/home-assistant/template/index.ts';
import { needs } from '../support/needs.ts';

const numbers = ['0', '1', '-1', '2.5', '-2.5', '0.1', '100', '1e3', '7', '-7', '3.14159'];
const operators = ['+', '-', '*', '/', '//', '%', '<', '<=', '==', '!='];
const filters = ['float', 'int', 'round', 'round(2)', 'abs', 'string', 'length', 'upper', "default('d')", 'to_json'];
const payloads = [
  '',
  'ON',
  '21.50',
  '-0.5',
  '{"a":1,"b":[true,null,"x"],"c":{"d":2.50}}',
  '[1,2.5,"x"]',
  'null',
  'true',
];

/** Each operator with each pair of numbers, and each filter behind each kind of value. */
const combined: readonly (readonly [string, string])[] = [
  ...numbers.flatMap((one) =>
    numbers.flatMap((other) => operators.map((operator) => [`{{ ${one} ${operator} ${other} }}`, ''] as const)),
  ),
  ...payloads.flatMap((payload) => [
    ...filters.flatMap((filter) => [
      [`{{ value | ${filter} }}`, payload] as const,
      [`{{ value_json.a | ${filter} }}`, payload] as const,
      [`{{ value_json.b[0] | ${filter} }}`, payload] as const,
    ]),
    ['{{ value_json }}', payload] as const,
    ['{{ value_json.c.d * 2 }}', payload] as const,
    ["{{ 'on' if value_json.a == 1 else 'off' }}", payload] as const,
  ]),
];

function ours(source: string, payload: string): string | null {
  const json = jsonValue(payload);
  const told = new Template(source).render((name) => {
    if (name === 'value') return payload;
    return name === 'value_json' ? json : undefined;
  });
  return 'text' in told ? told.text : null;
}

const python = '/usr/bin/python3';

function findJinja(): string | undefined {
  try {
    execFileSync(python, ['-c', 'import jinja2'], { stdio: 'ignore' });
    return python;
  } catch {
    return undefined;
  }
}

describe.skipIf(!needs('jinja2', 'templates against Jinja itself', { find: findJinja }))(
  'templates are what Jinja makes of them',
  () => {
    // Where a name is no item, Jinja hands out a method of Python's own; ours has none.
    const known = rows.filter(([source]) => source !== '{{ value_json.values }}');
    const cases = [...known.map(([source, payload]) => [source, payload] as const), ...combined];
    const script = fileURLToPath(new URL('../support/jinja.py', import.meta.url));
    const output = execFileSync(python, [script], { input: JSON.stringify(cases), encoding: 'utf8' });
    const theirs = JSON.parse(output) as (string | null)[];

    test('every one of them', () => {
      const differ = cases.flatMap(([source, payload], index) => {
        const [mine, peer] = [ours(source, payload)?.trim() ?? null, theirs[index] ?? null];
        return mine === peer ? [] : [{ source, payload, mine, peer }];
      });
      expect(differ).toEqual([]);
    });
  },
);
