import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compiled } from '../support/compiled.ts';

const source = readFileSync(new URL('client-devices.ts', import.meta.url), 'utf8');

test('each mistake is one by itself, and what is right is none', { timeout: 120_000 }, async () => {
  const announced = source.split('\n').flatMap((line, index) => (line.includes('@ts-expect-error') ? [index + 2] : []));
  expect(announced.length).toBeGreaterThan(20);
  // The comments stay where they are, so that lines keep their numbers.
  const text = source.replaceAll("'../../", "'@root/").replaceAll('@ts-expect-error', 'Wrong:');
  const wrong = (await compiled({ 'wrong.ts': text })).matchAll(/wrong\.ts\((\d+),/g);
  expect([...new Set([...wrong].map(([, line]) => Number(line)))]).toEqual(announced);
});

test('the examples of docs/client.md compile', { timeout: 120_000 }, async () => {
  const page = readFileSync(new URL('../../docs/client.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, text = '']) => text);
  expect(blocks.length).toBeGreaterThan(5);
  const before = `import { connect } from 'bellcrank/client';
import type { Devices } from './devices.d.ts';
const lab = connect<Devices>();
const psu = lab.device('psu-1');
export const both = [lab, psu];
`;
  const modules = blocks.map((text, index) => {
    const whole = text.includes('const psu =') ? text : `${before}${text}`;
    const module = whole
      .replaceAll("'bellcrank/client'", "'@root/src/client/index.ts'")
      .replaceAll("'./devices.d.ts'", "'@root/examples/client/devices.d.ts'");
    return [`block-${index}.ts`, module] as const;
  });
  expect(await compiled(Object.fromEntries(modules))).toBe('');
});
