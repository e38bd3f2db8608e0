import { randomBytes as systemBytes } from 'node:crypto';
import { logAlarm } from '../alarms/alarm-log.ts';
import { Alarms } from '../alarms/alarms.ts';
import type { Clock } from '../clock.ts';
import type { ManagedDevices } from '../command/managed-devices.ts';
import type { Config } from '../config/index.ts';
import type { Registry } from '../device/registry.ts';
import type { ParentLog } from '../device/settings.ts';
import { DiscoveryService } from '../discovery/discovery.ts';
import type { Feed } from '../http/stream/feed.ts';
import { type NorthboundParts, NorthboundService } from '../northbound/index.ts';
import { ProcessEventLoop } from '../observe/event-loop.ts';
import { Observing, tracingOf } from '../observe/observing.ts';
import { SimulatorLog } from '../observe/simulator-log.ts';
import { Simulators } from '../simulation/simulators.ts';
import { SimulatedPast } from '../store/history/simulated-past.ts';
import type { Store } from '../store/store.ts';
import type { Stream } from '../stream/index.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import type { AppParts } from './parts.ts';

const msPerDay = 86_400_000;

export async function observingOf(parts: AppParts, registry: Registry): Promise<Observing> {
  const { metrics, log, tracing } = parts.config;
  const settings = { metrics, requests: log.requests };
  const eventLoop = new ProcessEventLoop();
  return new Observing({ ...parts, registry, settings, eventLoop, tracing: await tracingOf(tracing, parts) });
}

/** What happens to simulators is told here: to the log, and to who follows. */
export function simulatorsOf(registry: Registry, log: ParentLog, clock: Clock, feed: Feed): Simulators {
  const simulatorLog = new SimulatorLog(log, clock);
  return new Simulators({
    registry,
    observe: (happening) => {
      simulatorLog.take(happening);
      feed.simulator(happening);
    },
  });
}

export function discoveryOf(
  { config, clock, log }: AppParts,
  registry: Registry,
  devices: ManagedDevices,
  { store, feed }: { store: Store; feed: Feed },
): DiscoveryService {
  return new DiscoveryService({
    registry,
    devices,
    facts: store.facts,
    clock,
    log,
    settings: config.discovery,
    observe: (event) => feed.candidate(event),
  });
}

export function alarmsOf(
  { config, clock, log, randomBytes = systemBytes }: AppParts,
  registry: Registry,
  { store, feed }: { store: Store; feed: Feed },
): Alarms {
  const { keepAlarms: keep, keepDays } = config.store;
  return new Alarms({
    rules: config.alarms,
    registry,
    notices: store.notices,
    clock,
    randomBytes,
    log,
    bounds: { keep, keepMs: keepDays * msPerDay },
    observe: (change) => {
      logAlarm(log, change);
      feed.alarm(change);
    },
  });
}

export function simulatedPastOf({ config, clock }: AppParts, registry: Registry, store: Store): SimulatedPast {
  const keepMs = config.store.keepSummaryDays * msPerDay;
  return new SimulatedPast({ store, clock, keepMs, devices: () => registry.devices });
}

export function webhooksOf(
  { config, clock, random, log, version }: AppParts,
  stream: Stream,
  store: Store,
  { tracing }: Observing,
): Webhooks {
  const traceOf = (command: string): string | undefined => tracing?.traceparentOf(command);
  const parts = { settings: config.webhooks, stream, notices: store.notices, traceOf };
  return new Webhooks({ ...parts, clock, random, log, version });
}

export function tell(settings: Config['northbound'], parts: NorthboundParts): NorthboundService {
  const service = new NorthboundService(settings, parts);
  service.start();
  return service;
}
