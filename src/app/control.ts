import { randomBytes as systemBytes } from 'node:crypto';
import type { Audit } from '../audit/sink.ts';
import { Control } from '../command/control.ts';
import type { Config } from '../config/index.ts';
import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import type { Feed } from '../http/stream/feed.ts';
import { logCommand } from '../observe/command-log.ts';
import type { Metrics } from '../observe/metrics/index.ts';
import type { Openers } from '../openers.ts';
import { newDevice } from '../reload/new-device.ts';
import type { Simulators } from '../simulation/simulators.ts';
import type { Store } from '../store/store.ts';
import { logLease, tellLease } from './leases.ts';
import type { AppParts } from './parts.ts';

const msPerHour = 3_600_000;

export function controlOf(
  { config, clock, log, randomBytes = systemBytes }: AppParts,
  registry: Registry,
  its: {
    store: Store;
    audit: Audit;
    feed: Feed;
    removing: (device: Device) => (goes: boolean) => void;
    metrics: Metrics;
  },
): Control {
  const { store, audit, feed, removing, metrics } = its;
  return new Control({
    registry,
    store,
    audit,
    clock,
    log,
    randomBytes,
    observe: (record, timing) => {
      metrics.commandEnded(record, timing);
      logCommand(log, record, timing);
    },
    observeStop: (record) => metrics.stopped(record),
    told: (record) => feed.command(record),
    progress: (record, progress) => feed.progress(record, progress),
    observeLease: (event) => {
      const simulated = feed.about(event.device)?.simulated === true;
      logLease(log, event, simulated);
      tellLease(audit, event, simulated);
      feed.lease(event);
    },
    policy: config.store.journal,
    idempotency: { expiryMs: config.idempotency.expiryHours * msPerHour, required: config.idempotency.required },
    interlocks: config.interlocks,
    removing,
  });
}

/** What routes ask of it. */
export function decidersOf({ pipeline, stops, devices, maintenance, interlocks, leases }: Control) {
  return { pipeline, stops, devices, maintenance, interlocks, leases };
}

export function addConnections({ openers, controls }: Openers, registry: Registry, simulators: Simulators): void {
  for (const [name, opener] of openers) registry.addConnection(name, opener);
  simulators.begin(controls);
}

export function addConfigured({ devices }: Config, registry: Registry, { models }: Control): void {
  for (const [id, device] of Object.entries(devices)) {
    const remembered = models.recall({ id, driver: device.driver });
    registry.add({ ...newDevice(id, device), remembered });
  }
}
