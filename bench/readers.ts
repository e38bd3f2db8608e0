/** The process of those who follow the stream. */
import { connect, type Socket } from 'node:net';
import { serveTasks } from './tasks.ts';

export interface Reading {
  readonly url: string;
  readonly path: string;
  readonly count: number;
  /** It is a WebSocket that tells them, one JSON text an event. */
  readonly webSocket?: boolean;
}

const open = new Set<{ readonly socket: Socket; events: number }>();
/** What each event has once, and what says that one is told from now on. */
const marks = {
  events: { event: Buffer.from('\nevent: property\n'), synced: 'event: synced', headers: '' },
  webSocket: {
    event: Buffer.from('"device":"ticker"'),
    synced: 'HTTP/1.1 101 ',
    // RFC 6455, section 1.2.
    headers: `connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n`,
  },
};
type Marks = (typeof marks)['events'];

/** Resolves when each of them has been told how things stand. */
async function follow({ url, path, count, webSocket = false }: Reading): Promise<void> {
  const { hostname, port } = new URL(url);
  const its = marks[webSocket ? 'webSocket' : 'events'];
  for (let begun = 0; begun < count; begun += 50) {
    const some = Array.from({ length: Math.min(50, count - begun) }, () => reader(hostname, Number(port), path, its));
    await Promise.all(some);
  }
}

function reader(host: string, port: number, path: string, { event, synced, headers }: Marks): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    const its = { socket, events: 0 };
    socket.on('error', reject);
    socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`));
    socket.on('data', (chunk) => {
      for (let at = chunk.indexOf(event); at >= 0; at = chunk.indexOf(event, at + 1)) its.events++;
      if (chunk.includes(synced)) resolve();
    });
    open.add(its);
  });
}

/** Events since the last time that it was asked: of all readers, and of the one who had the fewest. */
function heard(_input: object): { readonly all: number; readonly least: number } {
  const counts = [...open].map(({ events }) => events);
  for (const each of open) each.events = 0;
  return { all: counts.reduce((sum, events) => sum + events, 0), least: Math.min(...counts) };
}

function leave(_input: object): void {
  for (const { socket } of open) socket.destroy();
  open.clear();
}

const tasks = { follow, heard, leave };
export type ReaderTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
