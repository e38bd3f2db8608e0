import type { FastifyInstance } from 'fastify';
import type { Authenticate } from '../../src/access/authenticator.ts';
import { trusted } from '../../src/access/caller.ts';
import { noAudit } from '../../src/audit/sink.ts';
import { createServer } from '../../src/http/server.ts';
import type { ListPorts } from '../../src/transport/ports/index.ts';
import { Simulators } from '../../src/simulation/simulators.ts';
import type { WebhookSettings } from '../../src/webhooks/settings.ts';
import { Webhooks } from '../../src/webhooks/webhooks.ts';
import { silentLog, type Rig } from './rig.ts';

/** The HTTP side over a rig; `inject` goes through everything but the socket. */
export function httpOver(
  rig: Rig,
  allowedHosts: readonly string[] = [],
  ports: ListPorts = () => Promise.resolve({ items: [], modemManager: null }),
  simulators = new Simulators({ registry: rig.registry, observe: () => {} }),
  opening = { started: Promise.resolve(), known: Promise.resolve() },
  hooks: readonly WebhookSettings[] = [],
  authenticate: Authenticate = () => trusted('anonymous'),
): Promise<FastifyInstance> {
  const { registry, pipeline, stops, devices, maintenance, interlocks, alarms, leases, discovery, store, clock } = rig;
  const its = { registry, pipeline, stops, devices, maintenance, interlocks, alarms, leases, discovery };
  const { stream, feed } = rig;
  const log = silentLog;
  const common = { clock, log, version: '0.0.0' };
  const webhooks = new Webhooks({ ...common, settings: hooks, stream, notices: store.notices, random: () => 0.5 });
  const services = { ...its, authenticate, webhooks, stream, feed, simulators, store, clock, ports, log };
  return createServer(
    { ...services, ...opening, audit: noAudit, version: '0.0.0' },
    { bodyLimitBytes: 65_536, allowedHosts, streamClients: 1500 },
  );
}
