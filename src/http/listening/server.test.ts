import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { Connections } from './connections.ts';
import { defaultLimits } from './limits.ts';
import { serverOf } from './server.ts';

test('a socket that fails while a tunnel is refused is let go, and its error harms nobody', () => {
  const refused: unknown[] = [];
  const connections = new Connections(defaultLimits, new VirtualClock());
  const server = serverOf(
    () => {},
    defaultLimits,
    connections,
    undefined,
    (socket) => refused.push(socket),
  );
  const socket = new PassThrough();
  server.emit('connect', {}, socket, Buffer.alloc(0));
  expect(refused).toEqual([socket]);
  socket.emit('error', new Error('it was reset'));
  expect(socket.destroyed).toBe(true);
});
