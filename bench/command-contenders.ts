import { commandPath, deviceName, mostDevices } from './command-by-hand.ts';
import type { FlowChoice } from './peers/node-red-flows.ts';
import { type ServiceSettings, startService } from './processes.ts';
import { startPeer, startSubject, type Subject } from './subject.ts';

/** Who takes the same command over HTTP: the service, what one writes by hand, and what one would take instead. */
export const contenders: Readonly<Record<string, Contender>> = {
  Bellcrank: { start: () => startOutputs(), path: commandPath },
  'node:http': { start: () => startSubject('floors/bare-http.ts'), path: commandPath },
  Fastify: { start: () => startSubject('floors/bare-fastify.ts'), path: commandPath },
  'node-wot': { start: () => startSubject('peers/node-wot.ts'), path: (device) => `/${device}/actions/set` },
  'Node-RED': { start: () => startNodeRed({ flow: 'command' }), path: commandPath },
};

export function startNodeRed(choice: FlowChoice): Promise<Subject> {
  return startSubject('peers/node-red.ts', choice);
}

/** The same, and on the disk before it goes on. */
export const powerContenders: Readonly<Record<string, Contender>> = {
  Bellcrank: { start: () => startOutputs({ durability: 'power' }), path: commandPath },
  'Fastify and a log': { start: () => startSubject('floors/fastify-log.ts'), path: commandPath },
};

export interface Contender {
  start(): Promise<Subject>;
  /** Where it takes the command to a device. */
  path(device: string): string;
}

/** The service with devices that are simulated in its own memory and cost next to nothing. */
export function startOutputs(
  settings: Omit<Partial<ServiceSettings>, 'connections' | 'devices'> = {},
): Promise<Subject> {
  const names = Array.from({ length: mostDevices }, (_, index) => deviceName(index));
  const simulate = { model: 'bench-output', via: 'memory' };
  return startService({
    connections: Object.fromEntries(names.map((name) => [name, { simulate }])),
    devices: Object.fromEntries(names.map((name) => [name, { driver: 'bench-output', connection: name }])),
    ...settings,
  });
}

/** A contender that runs. */
export interface Running {
  readonly name: string;
  readonly subject: Subject;
  readonly path: (device: string) => string;
}

/** Starts those that can be: a peer that is not installed is told of, and left out. */
export async function startContenders(all: Readonly<Record<string, Contender>>): Promise<Running[]> {
  const running: Running[] = [];
  for (const [name, contender] of Object.entries(all)) {
    const subject = await startPeer(name, () => contender.start());
    if (subject !== undefined) running.push({ name, subject, path: (device) => contender.path(device) });
  }
  return running;
}
