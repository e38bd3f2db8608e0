import { expect, test } from 'vitest';
import { textOf } from './body.ts';

test('a body comes as text, characters in pieces and all', async () => {
  const bytes = new TextEncoder().encode('20 °C');
  const pieces = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  expect(await textOf(new Response(pieces))).toBe('20 °C');
  expect(await textOf(new Response(null))).toBe('');
});

test('a body without an end is not read to it', async () => {
  let given = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      given += 1;
      controller.enqueue(new Uint8Array(1000));
    },
  });
  await expect(textOf(new Response(endless), 10_000)).rejects.toThrow('more than 10000 bytes');
  expect(given).toBeLessThan(20);
});
