/** The fleet's process: a broker, and devices on it that announce themselves as Home Assistant expects it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { described } from './described.ts';
import { serveTasks } from './tasks.ts';

export interface Fleet {
  /** Discovery prefix, and first level of its topics. */
  readonly prefix: string;
  readonly names: readonly string[];
}

export interface Talk {
  readonly prefix: string;
  readonly names: readonly string[];
  readonly messages: number;
  readonly perSecond: number;
}

let broker: { readonly child: ChildProcess; readonly folder: string; readonly port: number } | undefined;
let client: MqttClient | undefined;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts Mosquitto. Resolves with its port. */
async function start(_: null): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-bench-broker-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 0\n`);
  const path = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
  const child = spawn('mosquitto', ['-c', config], { stdio: 'ignore', env: path });
  broker = { child, folder, port };
  // Whatever becomes of whoever asked for it, it does not outlive this process.
  process.once('exit', letGo);
  process.once('SIGTERM', () => process.exit());
  client = await connected(port);
  client.on('message', obey);
  return port;
}

async function connected(port: number): Promise<MqttClient> {
  const limit = performance.now() + 5000;
  for (;;) {
    try {
      return await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, clean: true }, false);
    } catch (error) {
      if (performance.now() > limit) throw error;
      await pause(20);
    }
  }
}

/** Announces devices: a relay, a setpoint and a thermometer each. */
async function announce({ prefix, names }: Fleet): Promise<void> {
  await need().subscribeAsync(`${prefix}-devices/+/set/+`);
  const sent: Promise<unknown>[] = [];
  for (const name of names) {
    sent.push(publish(`${prefix}/device/${name}/config`, JSON.stringify(described(prefix, name)), true));
    sent.push(publish(`${prefix}-devices/${name}/availability`, 'online', true));
    if (sent.length >= 1000) await Promise.all(sent.splice(0));
  }
  await Promise.all(sent);
}

/** `<prefix>-devices/<name>/set/<key>`: the device tells the state that it was asked for. */
function obey(topic: string, payload: Buffer): void {
  const [base, name, , key] = topic.split('/');
  need().publish(`${base}/${name}/${key}`, payload);
}

/** Tells temperatures, evenly, one device after the other. Resolves with how long it took, in ms. */
async function talk({ prefix, names, messages, perSecond }: Talk): Promise<number> {
  const begin = performance.now();
  for (let told = 0; told < messages; told++) {
    const due = begin + (told / perSecond) * 1000;
    if (due > performance.now() + 2) await pause(due - performance.now());
    need().publish(`${prefix}-devices/${names[told % names.length]}/temperature`, String(20 + (told % 50) / 10));
  }
  return performance.now() - begin;
}

async function stop(_: null): Promise<void> {
  await client?.endAsync(true);
  if (broker === undefined) return;
  const exit = once(broker.child, 'exit');
  letGo();
  await exit;
}

function letGo(): void {
  broker?.child.kill('SIGTERM');
  if (broker !== undefined) rmSync(broker.folder, { recursive: true, force: true });
}

function publish(topic: string, payload: string, retain: boolean): Promise<unknown> {
  return need().publishAsync(topic, payload, { retain, qos: 1 });
}

function need(): MqttClient {
  if (client === undefined) throw new Error('the broker is not started');
  return client;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server on a port has an address once it listens.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const tasks = { start, announce, talk, stop };
export type FleetTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
