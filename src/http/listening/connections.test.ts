import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { Connections } from './connections.ts';

/** A server to which connections come from anywhere: on a machine under test there is only loopback. */
function bench(limits: { readonly connections: number; readonly clientConnections: number }) {
  const connections = new Connections(limits, new VirtualClock());
  const server = Object.assign(new EventEmitter(), { closeAllConnections: () => {} });
  connections.watch(server as unknown as Server); // what is used of one
  let port = 1024;
  const come = (remoteAddress: string): Socket => {
    const socket = new Socket();
    const ends = { remoteAddress, remotePort: port++, localAddress: '10.0.0.1', localPort: 7080 };
    for (const [name, value] of Object.entries(ends)) Object.defineProperty(socket, name, { value });
    onTestFinished(() => void socket.destroy());
    server.emit('connection', socket);
    return socket;
  };
  const busy = (remoteAddress: string): Socket => {
    const socket = come(remoteAddress);
    const request = { socket } as IncomingMessage; // as above
    connections.admits(request, new EventEmitter() as unknown as ServerResponse);
    return socket;
  };
  const many = (count: number, of: (nth: number) => string): Socket[] =>
    Array.from({ length: count }, (_, nth) => busy(of(nth)));
  return { connections, come, busy, many };
}

test('one client that takes all that it may leaves room for others', () => {
  const { connections, busy, many } = bench({ connections: 100, clientConnections: 10 });
  const its = many(200, () => '192.0.2.7');
  expect(its.filter(({ destroyed }) => !destroyed)).toHaveLength(26);
  expect(connections.size).toBe(26);
  const other = busy('192.0.2.8');
  expect([other.destroyed, connections.serves(other)]).toEqual([false, 'anything']);
});

test('beyond its part a client gets in to stop, and some of it to the page', () => {
  const { connections, many } = bench({ connections: 100, clientConnections: 10 });
  const its = many(10, () => '192.0.2.7');
  expect(its.map((socket) => connections.serves(socket))).toEqual(Array.from({ length: 10 }, () => 'anything'));
  const [eleventh] = many(1, () => '192.0.2.7') as [Socket];
  expect(connections.serves(eleventh)).toBe('the page');
  many(7, () => '192.0.2.7');
  expect(connections.serves(eleventh)).toBe('the page');
  const [nineteenth] = many(1, () => '192.0.2.7') as [Socket];
  expect([eleventh, nineteenth].map((socket) => connections.serves(socket))).toEqual(['a stop', 'a stop']);
});

test('whoever of it is idle goes first, and none of anybody else', () => {
  const { come, busy, connections } = bench({ connections: 100, clientConnections: 3 });
  const other = come('192.0.2.8');
  const idle = come('192.0.2.7');
  for (let each = 0; each < 3; each++) busy('192.0.2.7');
  expect([other.destroyed, idle.destroyed, connections.size]).toEqual([false, true, 4]);
});

test.each([
  ['the addresses of one network', (nth: number) => `2001:db8:0:1::${nth.toString(16)}`, 26],
  ['networks', (nth: number) => `2001:db8:0:${nth.toString(16)}::1`, 50],
  ['one that is written as IPv6', (nth: number) => (nth % 2 === 0 ? '192.0.2.7' : '::ffff:192.0.2.7'), 26],
  ['loopback', () => '127.0.0.1', 50],
  ['loopback written as IPv6', () => '::ffff:127.0.0.1', 50],
  ['loopback of IPv6', () => '::1', 50],
])('%s: how many get in', (_, of, expected) => {
  const { many } = bench({ connections: 100, clientConnections: 10 });
  expect(many(50, of).filter(({ destroyed }) => !destroyed)).toHaveLength(expected);
});

test('a client that has gone may come again', async () => {
  const { connections, many, busy } = bench({ connections: 100, clientConnections: 10 });
  const gone = many(26, () => '192.0.2.7').map(
    (socket) => new Promise((resolve) => void socket.once('close', resolve).destroy()),
  );
  await Promise.all(gone);
  expect(connections.size).toBe(0);
  expect(connections.serves(busy('192.0.2.7'))).toBe('anything');
});

test('where there is no limit of one, and where all are too many, half of the reserve is for the page', () => {
  const { connections, many } = bench({ connections: 10, clientConnections: 0 });
  const its = many(100, () => '192.0.2.7').filter(({ destroyed }) => !destroyed);
  expect(its).toHaveLength(74);
  expect(connections.serves(its[73] as Socket)).toBe('a stop');
  for (const socket of its.slice(0, 32)) socket.emit('close');
  expect(connections.serves(its[73] as Socket)).toBe('the page');
});
