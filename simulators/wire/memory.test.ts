import { expect, test, vi } from 'vitest';
import type { ByteConnection } from '../../src/transport/connection.ts';
import { type Chunking, memoryPair } from './memory.ts';

function chunksOf(connection: ByteConnection): string[] {
  const chunks: string[] = [];
  connection.onData((chunk) => chunks.push(Buffer.from(chunk).toString('latin1')));
  return chunks;
}

const cases: [Chunking, string[]][] = [
  ['as-is', ['ab', 'cd']],
  ['bytewise', ['a', 'b', 'c', 'd']],
  ['merged', ['abcd']],
];

test.each(cases)('%s: both directions, in order', async (chunking, expected) => {
  const { near, far } = memoryPair('memory', chunking);
  const [atFar, atNear] = [chunksOf(far), chunksOf(near)];
  const writes = [near, far].flatMap((end) => [end.write(Buffer.from('ab')), end.write(Buffer.from('cd'))]);
  await Promise.all(writes);
  await vi.waitFor(() => expect([atFar, atNear]).toEqual([expected, expected]));
  expect(near.written).toBe(2);
});

test('merged chunks end with the turn of the event loop', async () => {
  const { near, far } = memoryPair('memory', 'merged');
  const heard = chunksOf(far);
  await near.write(Buffer.from('first'));
  await near.write(Buffer.from('second'));
  await vi.waitFor(() => expect(heard).toEqual(['first', 'second']));
});

test.each(['bytewise', 'merged'] as const)(
  '%s: what is held when the connection ends never arrives',
  async (chunking) => {
    const { near, far } = memoryPair('memory', chunking);
    const heard = chunksOf(far);
    await near.write(Buffer.from('a'));
    await vi.waitFor(() => expect(heard).toEqual(['a']));
    const writing = near.write(Buffer.from('b'));
    await far.close();
    await expect(writing).rejects.toMatchObject({ code: 'connection-lost' });
    expect(heard).toEqual(['a']);
    expect(await near.closed).toMatchObject({ lost: true });
    await expect(near.write(Buffer.from('c'))).rejects.toMatchObject({ code: 'device-offline' });
  },
);

test('closing one end ends the other', async () => {
  const { near, far } = memoryPair('memory', 'bytewise');
  await near.close();
  expect(await near.closed).toMatchObject({ lost: false });
  expect(await far.closed).toMatchObject({ lost: true });
});
