import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Clock } from './clock.ts';
import type { Config, DeviceConfig } from './config/index.ts';
import type { LeaseEvent } from './command/leases/lease.ts';
import { Leases } from './command/leases/leases.ts';
import { Pipeline } from './command/pipeline.ts';
import type { CommandRecord } from './store/record.ts';
import { MemoryStore } from './store/memory.ts';
import type { DeviceEvent } from './device/device.ts';
import { type DeviceLimits, defaultLimits } from './device/limits.ts';
import { type NewDevice, type ParentLog, Registry } from './device/registry.ts';
import type { AnyDriver } from './driver/contract.ts';
import { BellcrankError, messageOf } from './errors.ts';
import { createServer } from './http/server.ts';
import { createOpeners, type Openers, type Simulate } from './openers.ts';
import type { Transport } from './transport/transport.ts';

/** Commands kept in memory. */
const maxRecords = 10_000;
const maxDevices = 10_000;
/** How long a shutdown waits for commands under way before it aborts them. */
const shutdownGraceMs = 500;

export interface AppParts {
  readonly config: Config;
  /** The built-in drivers and those that the configuration names. */
  readonly drivers: readonly AnyDriver[];
  readonly transports: readonly Transport[];
  readonly simulate: Simulate;
  readonly clock: Clock;
  /** In [0, 1); for jitter. */
  readonly random: () => number;
  readonly log: ParentLog;
  readonly version: string;
  readonly limits?: DeviceLimits;
}

export interface App {
  readonly registry: Registry;
  /**
   * Starts simulators, listens, and lets devices connect meanwhile: none of them is waited for. Rejects with the
   * operating system's error if it cannot listen.
   */
  start(): Promise<{ readonly url: string }>;
  /** Ends what is queued as `not-sent`, releases every port, and resolves when nothing is left. */
  close(): Promise<void>;
}

/** The composition root: everything is wired here, and nothing keeps state outside it. */
export async function createApp(parts: AppParts): Promise<App> {
  const { config, clock, log, random, drivers, version } = parts;
  const limits = parts.limits ?? defaultLimits;
  const observe = (event: DeviceEvent): void => logDeviceEvent(log, event);
  const registry = new Registry({ drivers, clock, random, log, limits, maxDevices, observe });
  const store = new MemoryStore(maxRecords);
  const pipeline = new Pipeline({ registry, store, clock, log, observe: (record) => logCommand(log, record) });
  const leases = new Leases({
    facts: store.facts,
    clock,
    randomBytes,
    stop: (device, cause) => stopFor(registry, log, device, cause),
    observe: (event) => logLease(log, event),
  });
  const started = Promise.withResolvers<void>();
  const services = { registry, pipeline, store, leases, clock, log, version, started: started.promise };
  const http = await createServer(services, config.server);
  let openers: Openers | undefined;

  const start = async (): Promise<{ url: string }> => {
    const { host, port } = config.server;
    await http.listen({ host, port });
    openers = await createOpeners(parts);
    for (const [name, opener] of openers.openers) registry.addConnection(name, opener);
    for (const [id, device] of Object.entries(config.devices)) registry.add(newDevice(id, device));
    started.resolve();
    return { url: urlOf(http.server.address() as AddressInfo) };
  };
  const close = async (): Promise<void> => {
    started.resolve();
    await pipeline.close(shutdownGraceMs);
    await registry.close(new BellcrankError('shutting-down', 'the service is shutting down', { reason: 'shutdown' }));
    // What was under way has been aborted and now ends, so that its client hears what is known of it.
    await pipeline.close(shutdownGraceMs);
    await http.close();
    leases.close();
    await openers?.close();
  };
  let closing: Promise<void> | undefined;
  return { registry, start, close: () => (closing ??= close()) };
}

function newDevice(id: string, config: DeviceConfig): NewDevice {
  const { driver, connection, options, labels, enabled, limits, deny } = config;
  return { id, driver, connection, options, labels, enabled, restrictions: { limits, deny }, managedBy: 'config' };
}

/** A stop that nobody asked for: what becomes of it is in the log. */
function stopFor(registry: Registry, log: ParentLog, device: string, cause: string): void {
  const fields = { device, cause };
  const found = registry.find(device) === undefined ? [] : registry.toStop(device);
  for (const each of found) {
    const ended = each.stop(randomUUID()).then(({ invoked, error }) => error ?? invoked?.error);
    void ended
      .catch((error: unknown) => error)
      .then((detail) => {
        log.warn({ ...fields, ...(detail === undefined ? {} : { detail: messageOf(detail) }) }, 'device stopped');
      });
  }
}

function logLease(log: ParentLog, { kind, ...fields }: LeaseEvent): void {
  if (kind === 'stop-failed') log.error(fields, 'the stop of a lease that ran out failed');
  else if (kind === 'stolen' || kind === 'expired') log.warn(fields, `lease ${kind}`);
  else log.info(fields, `lease ${kind}`);
}

function urlOf({ family, address, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** One line per command, when it has ended. */
function logCommand(log: ParentLog, record: CommandRecord): void {
  const { id, device, command, outcome, error, simulated, by } = record;
  const fields = { command: id, device, name: command, outcome, by, ...(simulated ? { simulated } : {}) };
  if (error === undefined) log.info(fields, 'command ended');
  else log.warn({ ...fields, code: error.code, detail: error.detail }, 'command ended');
}

function logDeviceEvent(log: ParentLog, { device, kind, name, data }: DeviceEvent): void {
  const fields = { device: device.id, ...(device.simulated ? { simulated: true } : {}) };
  if (kind === 'state') logState(log, { ...fields, state: name, ...(data as { from: string }) });
  else if (kind === 'event') log.info({ ...fields, event: name, data }, 'device event');
  else if (kind === 'unmatched') log.debug({ ...fields, data }, 'unmatched input');
}

/** An outage is told once: the attempts to end it are for whoever looks for them. */
function logState(log: ParentLog, fields: { readonly state: string; readonly from: string }): void {
  const attempt = fields.state === 'connecting' || fields.from === 'connecting';
  if (attempt && fields.state !== 'ready' && fields.state !== 'quarantined') log.debug(fields, 'device state');
  else log.info(fields, 'device state');
}
