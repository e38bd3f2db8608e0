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
