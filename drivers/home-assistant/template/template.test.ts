import { describe, expect, test } from 'vitest';
import { rows } from './fixture.ts';
import { jsonValue, Template } from './index.ts';

function rendered(source: string, payload: string) {
  const json = jsonValue(payload);
  return new Template(source).render((name) => (name === 'value' ? payload : name === 'value_json' ? json : undefined));
}

describe('the subset', () => {
  test.each(rows)('%s of %s', (source, payload, expected) => {
    const told = rendered(source, payload);
    if (expected === null) expect(told).toHaveProperty('problem');
    else expect(told).toEqual({ text: expected });
  });
});

describe('outside the subset', () => {
  test.each([
    ["{{ value | regex_replace('a', 'b') }}", 'the filter regex_replace is not supported'],
    ['{{ now() }}', 'the function now() is not supported'],
    ["{{ states('sensor.x') }}", 'the function states() is not supported'],
    ['{{ value_json.items() }}', 'the method items() is not supported'],
    ['{{ value is sameas none }}', 'the test "is sameas" is not supported'],
    ['{% for x in value_json %}{{ x }}{% endfor %}', '{% for %} is not supported'],
    ['{% macro m() %}{% endmacro %}', '{% macro %} is not supported'],
    ['{% import "x" as y %}', '{% import %} is not supported'],
    ['{% set x %}a{% endset %}', '{% set %} takes one name and one value'],
    ['{% set x.y = 1 %}', '{% set %} takes one name and one value'],
    ['{{ value_json[0:4:2] }}', 'a slice with a step is not supported'],
    ['{{ value_json.f(1) }}', 'the method f() is not supported'],
    ['{{ (value)(1) }}', 'only functions and methods that are known are called'],
    ['{{ value', '}} is missing'],
    ['{% if value %}a', '{% endif %} is missing'],
    ['a{% endif %}', '{% endif %} has nothing that it belongs to'],
    ['{{ "a }}', 'a text has no end'],
    ['{# a', 'a comment has no end'],
    ['{{ 1 2 }}', 'nothing more was expected, not "2"'],
    ['{{ }}', '"the end" was not expected'],
    ['{{ 99999999999999999999 }}', '99999999999999999999 is too large'],
  ])('%s: %s', (source, reason) => {
    expect(() => new Template(source)).toThrow(expect.objectContaining({ name: 'TemplateProblem', message: reason }));
  });
});

describe('bounds', () => {
  test.each([
    ['the length', `{{ value }}${' '.repeat(16_384)}`],
    ['the depth of parentheses', `{{ ${'('.repeat(60)}1${')'.repeat(60)} }}`],
    ['the depth of signs', `{{ ${'- '.repeat(200)}1 }}`],
    ['the depth of conditions', `${'{% if 1 %}'.repeat(60)}${'{% endif %}'.repeat(60)}`],
    ['the number of parts', `{{ ${'1+'.repeat(5000)}1 }}`],
  ])('of %s', (_what, source) => {
    expect(() => new Template(source)).toThrow(expect.objectContaining({ name: 'TemplateProblem' }));
  });

  const doubling = (what: string, last: string): string =>
    `{% set x = ${what} %}${'{% set x = [x, x] %}'.repeat(40)}${last}`;

  test.each([
    ['text made by adding', `{% set x = 'aaaaaaaa' %}${'{% set x = x ~ x %}'.repeat(40)}{{ x }}`],
    ['text made by replacing', "{% set x = value %}{{ x | replace('a', x) }}", 'a'.repeat(2000)],
    ['text made by joining', '{{ [value, value, value] | join(value) }}', 'a'.repeat(30_000)],
    ['lists made by adding', `{% set x = [1,2,3,4,5,6,7,8] %}${'{% set x = x + x %}'.repeat(40)}{{ x | length }}`],
    ['lists in lists, written', doubling('[1]', '{{ x }}')],
    ['lists in lists, as JSON', doubling('[1]', '{{ x | to_json }}')],
    ['lists in lists, compared', doubling('[1]', '{{ x == x }}')],
    [
      'a text looked for in a text',
      '{{ value_json.a in value_json.b }}',
      JSON.stringify({ a: 'a'.repeat(20_000), b: 'a'.repeat(40_000) }),
    ],
    ['powers', '{{ 9 ** 9 ** 9 }}'],
    ['products of whole numbers', '{{ 9007199254740991 * 2 }}'],
    ['products of numbers', '{{ 1e300 * 1e300 }}'],
    ['numbers beyond all bounds', '{{ 1e999 }}'],
    ['texts times numbers', "{{ 'a' * 1000000000 }}"],
    ['decimals', '{{ 1.5 | round(1000) }}'],
  ])('of %s', (_what, source, payload = '') => {
    expect(rendered(source, payload)).toHaveProperty('problem');
  });

  test('of work on long texts: each letter counts', () => {
    const source = `{% set x = value %}${'{% set y = x | upper | lower | title | trim %}'.repeat(300)}{{ y | length }}`;
    expect(rendered(source, 'a b '.repeat(16_000))).toEqual({
      problem: 'it takes more than 20000 steps',
      expected: false,
    });
    expect(rendered(source, 'a b '.repeat(10))).toEqual({ text: '39' });
  });
});

test('JSON that is nested without end is none, or is not written', () => {
  for (const depth of [50, 5000, 30_000]) {
    const told = rendered('{{ value_json }}', `${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect('problem' in told || told.text === '').toBe(true);
  }
});

describe('what is not of the payload is not there', () => {
  test.each([
    '{{ value.constructor }}{{ value_json.constructor }}{{ value_json["__proto__"] }}',
    '{{ value_json.a.__class__ }}{{ value.length }}{{ value_json.toString }}',
    '{{ value_json.l.length }}{{ value_json.l.constructor }}{{ constructor }}{{ __proto__ }}{{ toString }}',
  ])('%s', (source) => expect(rendered(source, '{"a":{},"l":[1]}')).toEqual({ text: '' }));

  test('but own keys of any name are', () => {
    expect(
      rendered('{{ value_json.constructor }}{{ value_json["__proto__"].x }}', '{"constructor":1,"__proto__":{"x":2}}'),
    ).toEqual({ text: '12' });
    expect(rendered("{{ {'__proto__': 3}['__proto__'] }}", '')).toEqual({ text: '3' });
    expect(rendered("{{ value_json.get('toString', 5) }}", '{}')).toEqual({ text: '5' });
  });
});
