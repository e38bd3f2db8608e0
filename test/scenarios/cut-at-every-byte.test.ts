import { expect, test } from 'vitest';
import type { ByteConnection } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** Lets `budget.bytes` more bytes pass in one direction, then cuts the line. */
class Scissors {
  budget = Number.POSITIVE_INFINITY;
  readonly #cut: () => void;
  constructor(cut: () => void) {
    this.#cut = cut;
  }

  pass(chunk: Uint8Array): Uint8Array {
    const passed = chunk.subarray(0, Math.min(chunk.length, this.budget));
    this.budget -= passed.length;
    if (passed.length < chunk.length || this.budget === 0) queueMicrotask(this.#cut);
    return passed;
  }
}

async function ready() {
  const toy = new ToyDevice();
  const toDevice = new Scissors(() => void line.cut());
  const toHost = new Scissors(() => void line.cut());
  const line = new MemoryLine((far) => toy.serve(scissored(far, toDevice, toHost)));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(
    () => rig.device('toy').state === 'ready' && rig.device('toy').reading('setpoint').quality === 'good',
  );
  return { toy, rig, toDevice, toHost };
}

function scissored(far: ByteConnection, toDevice: Scissors, toHost: Scissors): ByteConnection {
  return new Proxy(far, {
    get(target, key) {
      if (key === 'onData') {
        return (listener: (chunk: Uint8Array) => void) =>
          target.onData((chunk) => {
            const passed = toDevice.pass(chunk);
            if (passed.length > 0) listener(passed);
          });
      }
      if (key === 'write') return (bytes: Uint8Array) => target.write(toHost.pass(bytes));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const request = 'SET 5\n';
const reply = 'OK\n';

test.each(Array.from({ length: request.length }, (_, index) => index))(
  'cut after %i bytes of the request: never a success, never executed twice',
  async (bytes) => {
    const { toy, rig, toDevice } = await ready();
    toDevice.budget = bytes;
    const record = await rig.settled(rig.submit('toy', 'set', { value: 5 }));
    expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'connection-lost' } });
    toDevice.budget = Number.POSITIVE_INFINITY;
    await rig.until(() => rig.device('toy').state === 'ready');
    expect(toy.executed).toEqual([]);
    expect(await rig.settled(rig.submit('toy', 'set', { value: 6 }))).toMatchObject({ outcome: 'succeeded' });
    expect(toy.executed).toEqual(['SET 6']);
  },
);

test.each(Array.from({ length: reply.length }, (_, index) => index))(
  'cut after %i bytes of the reply: executed once, and said to be unknown',
  async (bytes) => {
    const { toy, rig, toHost } = await ready();
    toHost.budget = bytes;
    const record = await rig.settled(rig.submit('toy', 'set', { value: 5 }));
    expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'connection-lost' } });
    toHost.budget = Number.POSITIVE_INFINITY;
    await rig.until(() => rig.device('toy').state === 'ready');
    expect(await rig.settled(rig.submit('toy', 'set', { value: 6 }))).toMatchObject({ outcome: 'succeeded' });
    expect(toy.executed).toEqual(['SET 5', 'SET 6']);
  },
);

test('cut right after the whole reply: it counts', async () => {
  const { rig, toHost } = await ready();
  toHost.budget = reply.length;
  expect(await rig.settled(rig.submit('toy', 'set', { value: 5 }))).toMatchObject({ outcome: 'succeeded' });
});
