import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type TSchema, Type } from '@sinclair/typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/access.ts';
import type { Audit } from '../audit/sink.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { Maintenance } from '../command/maintenance.ts';
import type { ManagedDevices } from '../command/managed-devices.ts';
import type { Interlocks } from '../command/interlocks/interlocks.ts';
import type { Leases } from '../command/leases/leases.ts';
import type { DiscoveryService } from '../discovery/discovery.ts';
import type { Pipeline } from '../command/pipeline.ts';
import type { Stops } from '../command/stops.ts';
import type { Simulators } from '../simulation/simulators.ts';
import type { SimulatedPast } from '../store/history/simulated-past.ts';
import type { Store } from '../store/store.ts';
import type { EventLoop } from '../observe/event-loop.ts';
import type { Health } from '../observe/health.ts';
import type { LogLevel } from '../observe/log-level.ts';
import type { Tracing } from '../observe/tracing/tracing.ts';
import type { RequestLog } from '../observe/request-log.ts';
import type { Metrics } from '../observe/metrics/index.ts';
import type { Stream } from '../stream/index.ts';
import type { Feed } from './stream/feed.ts';
import type { ListPorts } from '../transport/ports/index.ts';
import type { Registry } from '../device/registry.ts';
import type { ConfigReload } from '../reload/reload.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';

/** An app whose routes are typed by their TypeBox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What routes work with. */
export interface Services {
  /** Says who asks, and what is kept of that. */
  readonly access: Access;
  readonly registry: Registry;
  readonly pipeline: Pipeline;
  readonly stops: Stops;
  /** What is done once, in idle moments, so that nobody waits for it. */
  readonly rehearsals?: readonly (() => Promise<void>)[];
  readonly devices: ManagedDevices;
  readonly maintenance: Maintenance;
  readonly interlocks: Interlocks;
  readonly alarms: Alarms;
  readonly reload: Pick<ConfigReload, 'reload'>;
  readonly webhooks: Webhooks;
  readonly store: Store;
  /** Whose readings there are that a simulator told. */
  readonly past: Pick<SimulatedPast, 'until'>;
  readonly leases: Leases;
  readonly discovery: DiscoveryService;
  readonly simulators: Simulators;
  readonly stream: Stream;
  /** What fills it. */
  readonly feed: Feed;
  readonly ports: ListPorts;
  readonly metrics: Metrics;
  readonly health: Pick<Health, 'degraded'>;
  readonly eventLoop: Pick<EventLoop, 'turns'>;
  readonly requests: RequestLog;
  /** Undefined where nobody follows what is asked. */
  readonly tracing: Tracing | undefined;
  readonly logLevel: LogLevel;
  /** Takes down what is done otherwise than by a request that changes something. */
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  /** Told when the first request has been answered, and perhaps again. */
  readonly settled?: (() => void) | undefined;
  /** Resolves when the configured devices are known; until then requests wait. */
  readonly started: Promise<void>;
  /** Resolves when the configured devices can be stopped, which waits for no journal. */
  readonly known: Promise<void>;
}

export function closed<P extends Record<string, TSchema>>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

export const idPattern = '^[a-z0-9][a-z0-9-]{0,62}$';

/** For routes without a query: what they do not know they do not ignore. */
export const NoQuery = closed({});

/** For routes that send something. */
export const DryRunQuery = closed({
  dryRun: Type.Optional(
    Type.Unsafe<'true' | 'false'>({
      type: 'string',
      enum: ['true', 'false'],
      description: 'Answer with what would leave and what stands in the way, and send nothing.',
    }),
  ),
});

/** Names in a path are looked up, not validated: whatever does not exist is a 404 that lists what does. */
export const DevicePath = Type.Object({ id: Type.String({ maxLength: 100, description: 'A device’s id.' }) });

/** Query values are text: numbers in them are digits. */
export const Digits = (description: string): TSchema & { static: string } =>
  Type.String({ pattern: '^[0-9]{1,9}$', description });

/** How list routes page. */
export const paging = {
  limit: Type.Optional(
    Type.String({
      pattern: '^([1-9][0-9]?|[1-4][0-9]{2}|500)$',
      description: 'Items a page: a whole number, 1 to 500; 100 by default.',
    }),
  ),
};

/** Where a page starts; what no page ever said is refused, not taken for a beginning or an end. */
export const cursor = (pattern: string) => ({
  cursor: Type.Optional(Type.String({ pattern, maxLength: 100, description: 'The `next` of the page before.' })),
});

export const defaultPage = 100;
