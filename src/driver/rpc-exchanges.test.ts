import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { recordingContext } from '../../test/support/message-call.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { MemoryHub } from '../transport/memory.ts';
import { type Asker, type AskerParts, RpcExchanges } from './rpc-exchanges.ts';

class Listener implements Asker {
  readonly #parts: AskerParts;
  listened = 0;

  constructor(parts: AskerParts) {
    this.#parts = parts;
  }

  async listen(): Promise<() => Promise<void>> {
    this.listened++;
    return () => Promise.resolve();
  }

  hear(what: string): void {
    this.#parts.unmatched(what);
  }
}

function bench() {
  const clock = new VirtualClock();
  const exchanges = new RpcExchanges<Listener>(new MemoryHub().connect(), { clock, randomBytes });
  const session = () => recordingContext(clock);
  return { clock, exchanges, session };
}

test('a later session gets what the earlier one had, and counts what belongs to nothing', async () => {
  const { exchanges, session } = bench();
  const [first, second, other] = [session(), session(), session()];
  const make = (_: unknown, parts: AskerParts): Listener => new Listener(parts);
  const asker = await exchanges.of('a', first.context, make);
  asker.hear('one');
  expect(await exchanges.of('a', second.context, make)).toBe(asker);
  expect(await exchanges.of('b', other.context, make)).not.toBe(asker);
  asker.hear('two\n');
  expect(asker.listened).toBe(1);
  expect([first, second, other].map(({ told }) => told.unmatched)).toEqual([['one'], ['two\\u000a'], []]);
});

test('what cannot listen is made anew the next time', async () => {
  const { exchanges, session } = bench();
  const deaf = (_: unknown, parts: AskerParts): Listener => {
    const listener = new Listener(parts);
    listener.listen = () => Promise.reject(new Error('the broker refused'));
    return listener;
  };
  await expect(exchanges.of('a', session().context, deaf)).rejects.toThrow('the broker refused');
  const asker = await exchanges.of('a', session().context, (_, parts) => new Listener(parts));
  expect(asker.listened).toBe(1);
});
