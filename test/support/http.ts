import type { FastifyInstance } from 'fastify';
import { createServer } from '../../src/http/server.ts';
import { silentLog, type Rig } from './rig.ts';

/** The HTTP side over a rig; `inject` goes through everything but the socket. */
export function httpOver(rig: Rig, allowedHosts: readonly string[] = []): Promise<FastifyInstance> {
  const { registry, pipeline, store, leases, clock } = rig;
  return createServer(
    { registry, pipeline, store, leases, clock, log: silentLog, version: '0.0.0', started: Promise.resolve() },
    { bodyLimitBytes: 65_536, allowedHosts },
  );
}
