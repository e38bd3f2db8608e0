import type { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseElsewhere } from './parse-elsewhere.ts';
import { parseHere } from './parsed.ts';

const text = `a: &a { number: 1.5, none: ~, not: .nan, no-end: -.inf, __proto__: own }
again: *a
list: [true, "text", *a]
`;
const findings = [
  { path: ['again', 'number'], detail: '' },
  { path: ['list', '7'], detail: '' },
];

describe.each([
  ['here', parseHere],
  ['in a thread', parseElsewhere],
])('%s', (_, parse) => {
  test('a text is the same data, and has the same places', async () => {
    const parsed = await parse(text);
    onTestFinished(() => parsed.end());
    const a = { number: 1.5, none: null, not: NaN, 'no-end': -Infinity };
    Object.defineProperty(a, '__proto__', { value: 'own', enumerable: true });
    expect(parsed).toMatchObject({ value: { a, again: a, list: [true, 'text', a] }, problems: [], readable: true });
    expect(Object.keys(Object(Object(parsed.value).a))).toContain('__proto__');
    expect(await parsed.placesOf(findings)).toEqual([
      { line: 1, column: 17 },
      { line: 3, column: 1 },
    ]);
    expect(await parsed.placesOf([])).toEqual([]);
  });

  test('what is wrong with it is told', async () => {
    const { readable, problems, end } = await parse('a: "x\n');
    onTestFinished(end);
    expect(readable).toBe(false);
    expect(problems).toMatchObject([{ detail: expect.stringContaining('is not valid YAML') as unknown }]);
  });
});

test('while a long text is parsed in a thread, this one goes on', async () => {
  let turns = 0;
  let over = false;
  const next = (): void => {
    turns++;
    if (!over) setImmediate(next);
  };
  next();
  const parsed = await parseElsewhere(Array.from({ length: 20_000 }, (_, nth) => `k${nth}: { v: ${nth} }\n`).join(''));
  over = true;
  parsed.end();
  expect(parsed.readable).toBe(true);
  expect(turns).toBeGreaterThan(50);
});

test('nobody waits for a text that is given up', async () => {
  const reason = new Error('it takes too long');
  await expect(parseElsewhere(text, AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('nor for the places of one', async () => {
  const controller = new AbortController();
  const { placesOf, end } = await parseElsewhere(text, controller.signal);
  onTestFinished(end);
  const asked = placesOf(findings);
  const reason = new Error('it takes too long');
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
});

test('a thread that is gone tells no places, and nobody waits for them', async () => {
  const threads: Worker[] = [];
  const note = (worker: Worker): unknown => threads.push(worker);
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  const { placesOf } = await parseElsewhere(text);
  await threads[0]?.terminate();
  await expect(placesOf(findings)).rejects.toThrow('the thread that parsed it has ended');
});
