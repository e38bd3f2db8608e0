import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { eachLine } from './lines.ts';

function reading(): { input: PassThrough; lines: string[]; stop: AbortController } {
  const input = new PassThrough();
  const lines: string[] = [];
  const stop = new AbortController();
  eachLine(input, stop.signal, (line) => lines.push(line));
  return { input, lines, stop };
}

test('lines come whole, however they are cut', async () => {
  const { input, lines } = reading();
  for (const piece of ['sta', 'te\nfau', 'lts\n', '\n', 'tail without its end']) input.write(piece);
  await expect.poll(() => lines).toEqual(['state', 'faults', '']);
});

test('a line without end is left out and not kept', async () => {
  const { input, lines } = reading();
  for (let count = 0; count < 100; count++) input.write('x'.repeat(1000));
  input.write('y\nstate\n');
  await expect.poll(() => lines).toEqual(['state']);
});

test('nothing is heard after the end', async () => {
  const { input, lines, stop } = reading();
  input.write('one\n');
  await expect.poll(() => lines).toEqual(['one']);
  stop.abort();
  input.write('two\n');
  await new Promise((resolve) => setImmediate(resolve));
  expect(lines).toEqual(['one']);
});
