import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { canPin } from './processes.ts';
import { command } from './rows/command.ts';
import { commandsPage } from './rows/commands-page.ts';
import { history } from './rows/history.ts';
import { durableCommand } from './rows/durable-command.ts';
import { hungDevice } from './rows/hung-device.ts';
import { journal } from './rows/journal.ts';
import { mqtt } from './rows/mqtt.ts';
import { mqttFleet } from './rows/mqtt-fleet.ts';
import { serial } from './rows/serial.ts';
import { start } from './rows/start.ts';
import { stagesRow } from './rows/stages.ts';
import { stop } from './rows/stop.ts';
import { stream } from './rows/stream.ts';
import { full, quick, type Settings } from './settings.ts';
import { type Result, tableOf } from './table.ts';

const benchmarks: Readonly<Record<string, (settings: Settings) => Promise<Result>>> = {
  command,
  'commands-page': commandsPage,
  history,
  'durable-command': durableCommand,
  'hung-device': hungDevice,
  journal,
  mqtt,
  'mqtt-fleet': mqttFleet,
  serial,
  stages: stagesRow,
  start,
  stop,
  stream,
};

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(benchmarks) },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    long: { type: 'boolean', default: false },
    json: { type: 'string', default: fileURLToPath(new URL('results/latest.json', import.meta.url)) },
  },
});

/** Above this the load average before the start means that somebody else is at work. */
const quietLoad = 0.5;

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryMegabytes: Math.round(totalmem() / 1e6),
  system: `${process.platform} ${release()} ${process.arch}`,
  node: process.version,
  bellcrank: versionOf('../package.json'),
  fastify: versionOf('../node_modules/fastify/package.json'),
  'node-wot': peerVersionOf('@node-wot/core'),
  'Node-RED': peerVersionOf('node-red'),
  pinned: canPin ? 'the service on one core, far ends and load on another' : 'no',
  load: loadavg()[0]?.toFixed(2) ?? 'unknown',
  at: new Date().toISOString(),
};

function versionOf(path: string): string {
  const { version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string };
  return version;
}

function peerVersionOf(name: string): string {
  const path = `node_modules/${name}/package.json`;
  return existsSync(new URL(path, import.meta.url)) ? versionOf(path) : 'not installed';
}

console.log(
  Object.entries(machine)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n'),
);
if (Number(machine.load) > quietLoad)
  console.log('\nThis machine does other work as well: of these figures trust the CPU ratio alone.');
const results: Result[] = [];
for (const name of options.only) {
  const run = benchmarks[name];
  if (run === undefined) throw new Error(`there is no benchmark ${name}; choose ${Object.keys(benchmarks).join(', ')}`);
  const its = options.quick ? quick : full;
  const result = await run({ ...its, rounds: Number(options.rounds ?? its.rounds), long: options.long });
  results.push(result);
  console.log(`\n${result.name}: ${result.what}\n\n${tableOf(result.table)}`);
}
mkdirSync(dirname(options.json), { recursive: true });
writeFileSync(options.json, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
console.log(`\nEvery round: ${options.json}`);
