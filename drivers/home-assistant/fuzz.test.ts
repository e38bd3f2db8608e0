import { expect, test } from 'vitest';
import { announcer } from '../../test/support/home-assistant.ts';
import { expanded, keyTable } from './announced/abbreviations.ts';
import { jsonValue, Template, TemplateProblem } from './template/index.ts';

/** Numbers in [0, 1) that the seed fixes (Marsaglia's xorshift32). */
function randomOf(seed: number) {
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  const one = <T>(list: readonly T[]): T => {
    const item = list[below(list.length)];
    if (item === undefined) throw new Error('an empty list');
    return item;
  };
  return { below, one };
}

const seeds = Array.from({ length: 20 }, (_, at) => 1000 + at);

const pieces = [
  ...'{{ }} {% %} {# #} - ( ) [ ] { } , . : | ~ + * / // ** == < in not and or if else is defined value value_json'.split(
    ' ',
  ),
  ...'set endif elif x float int round default replace split join to_json from_json "a" 9 1.5 9007199254740991 none true'.split(
    ' ',
  ),
  '__proto__',
  'constructor',
  'toString',
  '\\',
  '"',
  "'",
  '\n',
  '\u0000',
  '\ud800',
  'é',
  "['a']",
  '(1000000)',
  '|length',
];

test.each(seeds)('templates of seed %s: read or refused, never thrown out of', (seed) => {
  const { below, one } = randomOf(seed);
  for (let round = 0; round < 300; round++) {
    const inner = Array.from({ length: below(20) }, () => one(pieces)).join(below(2) === 0 ? ' ' : '');
    const source = below(3) === 0 ? inner : `{{ ${inner} }}`;
    let template: Template;
    try {
      template = new Template(source);
    } catch (error) {
      expect(error, source).toBeInstanceOf(TemplateProblem);
      continue;
    }
    const payload = one(['', '{"a":1}', '[[1,2],"x"]', 'x'.repeat(5000), '{"__proto__":{"a":1}}', '1e999']);
    const told = template.render((name) =>
      name === 'value' ? payload : name === 'value_json' ? jsonValue(payload) : undefined,
    );
    expect('text' in told ? told.text.length : 0, source).toBeLessThanOrEqual(65_536);
  }
});

const platforms =
  'switch light number select button cover climate lock fan sensor binary_sensor event valve siren device image'.split(
    ' ',
  );
const hostile: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  '~',
  '~/x',
  'a/#',
  'a/+/b',
  '$SYS/x',
  '\u0000',
  'x'.repeat(5000),
  [],
  {},
  [[]],
  ['a', 'a'],
  { a: 1 },
  '{{ value }}',
  '{{ value_json.a }}',
  '{{',
  'topic/a',
  'topic/b',
  ['off', 'on'],
  [{ t: 'topic/a' }],
  [{ topic: 'a/#' }],
  { ids: ['x'] },
  { ids: [1, null, {}] },
  { cns: [['mac', '02:5B']] },
  { cns: [[]] },
  'json',
  'template',
  '__proto__',
  255,
];

test.each(seeds)('announcements of seed %s: taken or not, nothing is thrown, nothing grows', async (seed) => {
  const { below, one } = randomOf(seed);
  const it = await announcer();
  const { told } = await it.attach('x');
  const { found } = await it.discover();
  const keys = [...keyTable.keys(), '~', 'name', 'schema', 'device', 'components', 'constructor', '__proto__'];
  for (let round = 0; round < 60; round++) {
    const fields = Object.fromEntries(Array.from({ length: below(25) }, () => [one(keys), one(hostile)]));
    const payload = JSON.stringify({
      cmd_t: 'c',
      stat_t: 's',
      ...(below(2) === 0 && { dev: { ids: ['x'] } }),
      ...fields,
      ...(below(4) === 0 && { cmps: { a: { p: one(platforms), ...fields } } }),
    });
    const cut = below(5) === 0 ? payload.slice(0, below(payload.length)) : payload;
    await it.far.publish(`homeassistant/${one(platforms)}/${one(['a', 'b', 'n/a', '..', 'a/b/c/d', ''])}/config`, cut);
    if (round % 20 === 0) await it.calm();
    await it.far.publish(one(['s', 'topic/a', 'c']), one(['ON', '{"state":"ON"}', '', '{', 'x'.repeat(70_000)]));
  }
  await it.calm();
  expect(told.errors).toEqual([]);
  expect(found.size).toBeLessThanOrEqual(platforms.length * 4);
  for (const topic of ['a', 'b', 'n/a'])
    for (const platform of platforms) await it.far.publish(`homeassistant/${platform}/${topic}/config`, '');
  await it.calm();
  expect([...found.keys()]).toEqual([]);
  expect(it.near.isOpen).toBe(true);
});

test('what is given both ways counts under its whole name', () => {
  expect(expanded({ cmd_t: 'a', command_topic: 'b', stat_t: 'c' }, keyTable)).toEqual({
    command_topic: 'b',
    state_topic: 'c',
  });
});
