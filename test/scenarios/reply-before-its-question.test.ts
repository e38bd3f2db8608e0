import { expect, test } from 'vitest';
import { FrameExchange } from '../../src/driver/frame.ts';
import { terminated } from '../../src/driver/framing.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import type { WriteOptions } from '../../src/transport/connection.ts';
import { memoryBytes } from '../../src/transport/memory.ts';

/**
 * The journal, a turnaround or a server's XOFF hold a write up. An urgent command goes past it, and the device says
 * something to that. `connection.written` has grown, but not by the query.
 */
test('what is heard before a query’s own bytes have left does not answer it', async () => {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  const unmatched: string[] = [];
  far.onData((chunk) => {
    if (Buffer.from(chunk).toString() === '!\n') void far.write(Buffer.from('OK\n'));
  });
  const exchange = new FrameExchange(near, {
    clock,
    framing: terminated(Buffer.from('\n'), 100),
    replyTimeoutMs: 100,
    unmatched: (what) => void unmatched.push(what),
  });
  const { signal } = new AbortController();
  const recorded = Promise.withResolvers<void>();
  const call = (before: Promise<void>) => ({
    signal,
    dryRun: false,
    late: () => {},
    wire: {
      write: async (bytes: Uint8Array, options?: WriteOptions): Promise<void> => {
        await before;
        await near.write(bytes, signal, options);
      },
    },
  });
  const asked = exchange.query(call(recorded.promise), Buffer.from('GO\n'), { decode: String });
  const ended = asked.then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  );
  await clock.advance(1);
  await exchange.send(call(Promise.resolve()), Buffer.from('!\n'));
  await clock.advance(1);
  recorded.resolve();
  await clock.advance(500);
  expect(await ended).toBe('device-timeout');
  expect(unmatched).toHaveLength(1);
});
