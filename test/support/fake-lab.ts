import Fastify from 'fastify';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { dashboardRoutes } from '../../src/http/dashboard/routes.ts';

/** A stream as the service's, of as many devices and changes as asked for: more than this machine could simulate. */
export interface FakeLab {
  readonly url: string;
  /** Events that have been written. */
  readonly told: () => number;
}

const beatMs = 20;

export async function startFakeLab({ devices = 300, perSecond = 10 } = {}): Promise<FakeLab> {
  const app = Fastify({ forceCloseConnections: true });
  const closing = new AbortController();
  onTestFinished(async () => {
    closing.abort();
    await app.close();
  });
  let told = 0;
  dashboardRoutes(app);
  app.get('/v1/commands', () => ({ items: [] }));
  app.get('/v1/stream', (_, reply) => {
    reply.hijack();
    const tell = (type: string, data: object): void => {
      told += 1;
      reply.raw.write(`id: ${told}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    void stream(reply.raw, tell, { devices, perSecond, signal: closing.signal });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, told: () => told };
}

interface Plan {
  readonly devices: number;
  readonly perSecond: number;
  readonly signal: AbortSignal;
}

async function stream(response: ServerResponse, tell: (type: string, data: object) => void, plan: Plan): Promise<void> {
  const { devices, perSecond, signal } = plan;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let index = 0; index < devices; index += 1) tell('snapshot', snapshotOf(index));
  tell('synced', { at: new Date().toISOString(), devices });
  const start = performance.now();
  let changes = 0;
  while (!response.destroyed && !signal.aborted) {
    const due = ((performance.now() - start) / 1000) * devices * perSecond;
    for (; changes < due; changes += 1) tell('property', changeOf(changes % devices, changes));
    if (response.writableNeedDrain) await once(response, 'drain', { signal }).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, beatMs));
  }
  response.end();
}

const names = ['voltage', 'current', 'power', 'temperature', 'setpoint'];
const idOf = (index: number): string => `psu-${String(index).padStart(3, '0')}`;

function snapshotOf(index: number): object {
  const id = idOf(index);
  const labels = { rack: `r${index % 12}`, kind: 'supply' };
  const self = `/v1/devices/${id}`;
  const links = { self, properties: `${self}/properties`, model: '/v1/models/supply', openapi: '/openapi.json' };
  const known = { driver: 'supply', model: 'supply', connection: `line-${index}`, labels, state: 'ready', links };
  const more = { stopped: false, stoppedBy: null, managedBy: 'config', adopted: null, lastSeenAt: null };
  const device = { id, ...known, ...more, simulated: true };
  const properties = names.map((name) => propertyOf(name, index));
  return { kind: 'device', device, properties, lease: null, commands: [], simulated: true };
}

function propertyOf(name: string, value: number): object {
  return { name, value, unit: 'V', at: new Date().toISOString(), quality: 'good', source: 'polled', simulated: true };
}

function changeOf(index: number, value: number): object {
  const name = names[Math.floor(value / 300) % names.length] ?? '';
  return { device: idOf(index), ...propertyOf(name, value), cause: { kind: 'poll' } };
}
