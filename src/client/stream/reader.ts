import type { Clock } from '../../clock.ts';

/** The pieces of a body as text. Whoever awaits one that does not come in time is told so; between pieces time is free. */
export async function* textOf(
  body: ReadableStream<Uint8Array>,
  clock: Clock,
  silenceMs: number,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await within(reader, clock, silenceMs);
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    // A body that has failed rejects once more; nobody waits for it any longer.
    await reader.cancel().catch(() => {});
  }
}

type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>;

async function within(reader: ReadableStreamDefaultReader<Uint8Array>, clock: Clock, silenceMs: number): Promise<Read> {
  let isSilent = false;
  const timer = clock.timer(silenceMs, () => {
    isSilent = true;
    // Ends the read that waits.
    void reader.cancel().catch(() => {});
  });
  try {
    const read = await reader.read();
    if (isSilent) throw new Error(`nothing came for ${silenceMs} ms, not even a heartbeat`);
    return read;
  } finally {
    timer.cancel();
  }
}
