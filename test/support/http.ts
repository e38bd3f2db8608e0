import type { FastifyInstance } from 'fastify';
import { type Access, type AccessSettings, createAccess } from '../../src/access/access.ts';
import { keysInMemory } from '../../src/access/keys/key.ts';
import { type Audit, noAudit } from '../../src/audit/sink.ts';
import { defaultLimits, type Limits } from '../../src/http/listening/limits.ts';
import { createServer } from '../../src/http/server.ts';
import type { ListPorts } from '../../src/transport/ports/index.ts';
import type { MetricsSettings } from '../../src/observe/metrics/index.ts';
import type { RequestLogging } from '../../src/observe/request-log.ts';
import type { ParentLog } from '../../src/device/settings.ts';
import type { Tracing } from '../../src/observe/tracing/tracing.ts';
import type { WatchedEventLoop } from '../../src/observe/event-loop.ts';
import { Observing } from '../../src/observe/observing.ts';
import { Simulators } from '../../src/simulation/simulators.ts';
import type { WebhookSettings } from '../../src/webhooks/settings.ts';
import { SimulatedPast } from '../../src/store/history/simulated-past.ts';
import { Webhooks } from '../../src/webhooks/webhooks.ts';
import type { ConfigReload } from '../../src/reload/reload.ts';
import { randomBytes } from 'node:crypto';
import { silentLog, type Rig } from './rig.ts';

/** One that is never late, and wakes nobody: a rig is not closed. */
export const idleEventLoop: WatchedEventLoop = {
  begin: () => {},
  close: () => {},
  turns: { count: 0, lateMs: 0 },
  takePercentile99: () => 0,
};

/** What is other than usual. */
export interface HttpSettings {
  readonly allowedHosts?: readonly string[];
  readonly ports?: ListPorts;
  readonly simulators?: Simulators;
  readonly opening?: { readonly started: Promise<void>; readonly known: Promise<void> };
  readonly hooks?: readonly WebhookSettings[];
  readonly access?: Access;
  readonly measured?: MetricsSettings;
  readonly reload?: Pick<ConfigReload, 'reload'>;
  readonly audit?: Audit;
  readonly logged?: { readonly which: RequestLogging; readonly log: ParentLog; readonly tracing?: Tracing };
  readonly limits?: Partial<Limits>;
  readonly eventLoop?: WatchedEventLoop;
}

/** The HTTP side over a rig; `inject` goes through everything but the socket. */
export function httpOver(rig: Rig, settings: HttpSettings = {}): Promise<FastifyInstance> {
  const {
    allowedHosts = [],
    ports = () => Promise.resolve({ items: [], modemManager: null }),
    simulators = new Simulators({ registry: rig.registry, observe: () => {} }),
    opening = { started: Promise.resolve(), known: Promise.resolve() },
    hooks = [],
    access = openAccess(rig),
    measured = { open: false, devices: [] },
    reload = { reload: () => Promise.reject(new Error('there is no file')) },
    audit = noAudit,
    logged = { which: 'off', log: silentLog },
    limits = {},
    eventLoop = idleEventLoop,
  } = settings;
  const { registry, pipeline, stops, devices, maintenance, interlocks, alarms, leases, discovery, store, clock } = rig;
  const its = { registry, pipeline, stops, devices, maintenance, interlocks, alarms, leases, discovery };
  const { stream, feed } = rig;
  const { log } = logged;
  const common = { clock, log, version: '0.0.0' };
  const webhooks = new Webhooks({ ...common, settings: hooks, stream, notices: store.notices, random: () => 0.5 });
  const observed = { metrics: measured, requests: logged.which };
  const observing = new Observing({
    settings: observed,
    registry,
    clock,
    eventLoop,
    log,
    version: '0.0.0',
    tracing: logged.tracing,
  });
  rig.heardBy(observing.metrics);
  const troubles = { keys: () => access.trouble()?.detail };
  const watched = { pipeline, leases, alarms, webhooks, stream, store };
  const told = observing.watch({ ...watched, directory: undefined, troubles });
  const past = new SimulatedPast({ store, clock, keepMs: Infinity, devices: () => registry.devices });
  const services = {
    ...its,
    past,
    access,
    ...told,
    webhooks,
    stream,
    feed,
    reload,
    simulators,
    store,
    clock,
    ports,
    log,
  };
  return createServer(
    { ...services, ...opening, audit, version: '0.0.0' },
    { bodyLimitBytes: 65_536, allowedHosts, streamClients: 1500, limits: { ...defaultLimits, ...limits } },
  );
}

/** As a service on loopback that has no credentials: everybody may do everything. */
export function openAccess(
  { clock }: Pick<Rig, 'clock'>,
  keys = keysInMemory(),
  settings: Partial<AccessSettings> = {},
): Access {
  const sessions = { idleMinutes: 60, totalHours: 24 };
  return createAccess({
    settings: { anonymous: [], roles: {}, jwt: [], certificates: [], sessions, ...settings },
    keys,
    directory: undefined,
    host: '127.0.0.1',
    isLoopback: true,
    insecure: false,
    clock,
    randomBytes,
    log: silentLog,
  });
}
