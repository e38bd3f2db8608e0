import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { textOf } from './reader.ts';

function body() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
  const send = (bytes: Uint8Array): void => controller?.enqueue(bytes);
  return { stream, send, say: (text: string) => send(new TextEncoder().encode(text)), end: () => controller?.close() };
}

test('characters are put together from pieces, and the byte order mark is taken away', async () => {
  const { stream, send, end } = body();
  const bytes = new TextEncoder().encode('\uFEFFé°');
  for (const byte of bytes) send(Uint8Array.of(byte));
  end();
  let text = '';
  for await (const piece of textOf(stream, new VirtualClock(), 1000)) text += piece;
  expect(text).toBe('é°');
});

test('each piece, a heartbeat for instance, begins the wait anew', async () => {
  const { stream, say } = body();
  const clock = new VirtualClock();
  const pieces = textOf(stream, clock, 1000);
  for (const text of ['a', 'b', 'c']) {
    const next = pieces.next();
    await clock.advance(900);
    say(text);
    expect(await next).toEqual({ done: false, value: text });
  }
  const last = pieces.next();
  const told = expect(last).rejects.toThrow('nothing came for 1000 ms');
  await clock.advance(1000);
  await told;
  expect(clock.pendingTimers).toBe(0);
});
