/** The peer: Node-RED with one of its flows. */
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordOf } from '../command-by-hand.ts';
import type { Listening } from '../subject.ts';
import { serveTasks } from '../tasks.ts';
import { type FlowChoice, flowOf } from './node-red-flows.ts';

/** What is used of `node-red`, which is not installed where nobody measures. */
interface NodeRed {
  init(server: object, settings: object): void;
  start(): Promise<void>;
  readonly httpNode: RequestListener;
  readonly events: Events;
}
interface Events {
  once(name: 'flows:started', listener: () => void): void;
  on(name: 'node-status', listener: (told: { readonly id: string; readonly status: { text?: string } }) => void): void;
}

/** Where they are not used they are not loaded. */
const serialNodes = 'node-red-node-serialport/package.json';

async function listen(choice: FlowChoice): Promise<Listening> {
  if (choice.flow === 'serial') import.meta.resolve(serialNodes);
  const { nodes, connects } = flowOf(choice);
  // A name that the compiler does not look up.
  const name: string = 'node-red';
  const { default: red } = (await import(name)) as { readonly default: NodeRed };
  const userDir = mkdtempSync(join(tmpdir(), 'bellcrank-bench-node-red-'));
  process.once('exit', () => rmSync(userDir, { recursive: true, force: true }));
  process.once('SIGTERM', () => process.exit());
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(nodes));
  const server = createServer();
  red.init(server, {
    httpAdminRoot: false,
    httpNodeRoot: '/',
    userDir,
    flowFile: 'flows.json',
    nodesExcludes: choice.flow === 'serial' ? [] : ['25-serial.js'],
    functionGlobalContext: { recordOf },
    logging: { console: { level: 'fatal' } },
  });
  const started = new Promise<void>((resolve) => red.events.once('flows:started', resolve));
  const connected = connects === undefined ? undefined : untilConnected(red.events, connects);
  await red.start();
  await started;
  await connected;
  server.on('request', red.httpNode).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server on a port has an address once it listens.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, pid: process.pid };
}

function untilConnected(events: Events, node: string): Promise<void> {
  return new Promise((resolve) => {
    events.on('node-status', ({ id, status }) => {
      if (id === node && status.text?.endsWith('.connected') === true) resolve();
    });
  });
}

if (process.send !== undefined) serveTasks({ listen });
