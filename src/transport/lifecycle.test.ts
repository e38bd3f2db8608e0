import { expect, test, vi } from 'vitest';
import { BellcrankError } from '../errors.ts';
import { Lifecycle } from './lifecycle.ts';

const never = (): Promise<void> => new Promise(() => {});
const nothing = (): void => {};

test('only the first end counts, and closed settles once with it', async () => {
  const life = new Lifecycle('line');
  const closed = vi.fn();
  void life.closed.then(closed);
  const first = new Error('first');
  expect(life.end(true, first)).toBe(true);
  expect(life.end(false, new Error('second'))).toBe(false);
  expect(await life.closed).toEqual({ lost: true, cause: first });
  expect(closed).toHaveBeenCalledOnce();
  expect(life.isOpen).toBe(false);
});

test('the end settles every pending write at once, whatever ended it', async () => {
  const life = new Lifecycle('line');
  const writes = [life.write(never, undefined, nothing), life.write(never, undefined, nothing)];
  life.end(true, new BellcrankError('device-offline', 'pulled'));
  for (const write of writes) {
    await expect(write).rejects.toMatchObject({ code: 'connection-lost', message: expect.stringContaining('line') });
  }
});

test('after the end nothing begins', async () => {
  const life = new Lifecycle('line');
  life.end(true, new Error('pulled'));
  const begin = vi.fn(never);
  await expect(life.write(begin, undefined, nothing)).rejects.toMatchObject({
    code: 'device-offline',
    cause: { message: 'pulled' },
  });
  await expect(life.run(begin)).rejects.toMatchObject({ code: 'device-offline' });
  expect(begin).not.toHaveBeenCalled();
  expect(life.written).toBe(0);
});

test('writes are counted when they begin, other exchanges are not', async () => {
  const life = new Lifecycle('line');
  void life.write(never, undefined, nothing);
  expect(life.written).toBe(1);
  await expect(life.run(async () => 'granted')).resolves.toBe('granted');
  expect(life.written).toBe(1);
});

test('an abort rejects with its reason and makes sure that nothing leaves later', async () => {
  const life = new Lifecycle('line');
  const abort = new AbortController();
  const onAbort = vi.fn();
  const write = life.write(never, abort.signal, onAbort);
  const reason = new Error('deadline');
  abort.abort(reason);
  await expect(write).rejects.toBe(reason);
  expect(onAbort).toHaveBeenCalledOnce();
});

test('a signal that was aborted before begins nothing', async () => {
  const life = new Lifecycle('line');
  const begin = vi.fn(never);
  await expect(life.write(begin, AbortSignal.abort(new Error('late')), nothing)).rejects.toThrow('late');
  expect(begin).not.toHaveBeenCalled();
  expect(life.written).toBe(0);
});

test('an abort after the write has settled does nothing', async () => {
  const life = new Lifecycle('line');
  const abort = new AbortController();
  const onAbort = vi.fn();
  await life.write(async () => {}, abort.signal, onAbort);
  abort.abort();
  expect(onAbort).not.toHaveBeenCalled();
});

test('a failed write says its code if it has one, else that the link was lost', async () => {
  const life = new Lifecycle('line');
  const refused = new BellcrankError('device-refused', 'no');
  await expect(life.write(() => Promise.reject(refused), undefined, nothing)).rejects.toBe(refused);
  await expect(life.write(() => Promise.reject(new Error('EIO')), undefined, nothing)).rejects.toMatchObject({
    code: 'connection-lost',
    cause: { message: 'EIO' },
  });
});

test('a begin that throws at once rejects like any other', async () => {
  const life = new Lifecycle('line');
  const write = life.write(
    () => {
      throw new Error('at once');
    },
    undefined,
    nothing,
  );
  await expect(write).rejects.toMatchObject({ code: 'connection-lost' });
});

test('what was over in the same breath as the connection has failed with it', async () => {
  const life = new Lifecycle('line');
  const begin = (done: () => void): void => {
    done();
    life.end(true, new Error('pulled'));
  };
  await expect(life.write(begin, undefined, nothing)).rejects.toMatchObject({ code: 'connection-lost' });
});

test('what rejects or throws without saying why has failed all the same', async () => {
  const life = new Lifecycle('line');
  const silent = (): Promise<void> => Promise.reject<void>(undefined);
  const rude = (): never => {
    throw undefined as unknown as Error;
  };
  for (const begin of [silent, rude]) await expect(life.write(begin, undefined, nothing)).rejects.toBeDefined();
});

test('many pending writes draw no warning', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  const life = new Lifecycle('line');
  const { signal } = new AbortController();
  const writes = Array.from({ length: 50 }, () => life.write(never, signal, nothing));
  life.end(false, new Error('closed'));
  await Promise.allSettled(writes);
  await new Promise<void>((resolve) => setImmediate(resolve));
  process.removeListener('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});

test('thousands of pending writes cost no more each than a few', async () => {
  const life = new Lifecycle('line');
  const began = performance.now();
  const writes = Array.from({ length: 50_000 }, () => life.write(never, undefined, nothing));
  life.end(false, new Error('closed'));
  const settled = await Promise.allSettled(writes);
  // As listeners of one signal they took minutes: adding one looks at all that are there.
  expect(performance.now() - began).toBeLessThan(5000);
  expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
});
