/** The peer: a flow of Node-RED that takes a command over HTTP, checks it in a function and answers. */
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordOf } from '../command-by-hand.ts';
import type { Listening } from '../subject.ts';
import { serveTasks } from '../tasks.ts';

/** What is used of `node-red`, which is not installed where nobody measures. */
interface NodeRed {
  init(server: object, settings: object): void;
  start(): Promise<void>;
  readonly httpNode: RequestListener;
  readonly events: { once(name: 'flows:started', listener: () => void): void };
}

/** As one writes it in the editor: a function node checks by hand, and has the context's global for what it needs. */
const command = `
const params = msg.payload;
if (typeof params !== 'object' || params === null || Object.keys(params).join() !== 'volts' ||
    typeof params.volts !== 'number' || !(params.volts >= 0 && params.volts <= 60)) {
  msg.statusCode = 400;
  msg.payload = { detail: 'volts is a number from 0 to 60' };
  return msg;
}
msg.payload = global.get('recordOf')(msg.req.params.id, params);
return msg;`;

const flow = [
  { id: 'tab', type: 'tab', label: 'bench' },
  { id: 'in', z: 'tab', type: 'http in', url: '/v1/devices/:id/commands/set', method: 'post', wires: [['command']] },
  { id: 'command', z: 'tab', type: 'function', func: command, outputs: 1, wires: [['out']] },
  { id: 'out', z: 'tab', type: 'http response', statusCode: '', headers: {}, wires: [] },
];

async function listen(_input: object): Promise<Listening> {
  // A name that the compiler does not look up.
  const name: string = 'node-red';
  const { default: red } = (await import(name)) as { readonly default: NodeRed };
  const userDir = mkdtempSync(join(tmpdir(), 'bellcrank-bench-node-red-'));
  process.once('exit', () => rmSync(userDir, { recursive: true, force: true }));
  process.once('SIGTERM', () => process.exit());
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flow));
  const server = createServer();
  red.init(server, {
    httpAdminRoot: false,
    httpNodeRoot: '/',
    userDir,
    flowFile: 'flows.json',
    functionGlobalContext: { recordOf },
    logging: { console: { level: 'fatal' } },
  });
  const started = new Promise<void>((resolve) => red.events.once('flows:started', resolve));
  await red.start();
  await started;
  server.on('request', red.httpNode).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server on a port has an address once it listens.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, pid: process.pid };
}

if (process.send !== undefined) serveTasks({ listen });
