import type { AddressInfo } from 'node:net';
import type { Clock } from './clock.ts';
import { Pipeline } from './command/pipeline.ts';
import type { CommandRecord } from './command/record.ts';
import { MemoryRecords } from './command/records.ts';
import type { DeviceEvent } from './device/device.ts';
import { type DeviceLimits, defaultLimits } from './device/limits.ts';
import type { Opener } from './device/link.ts';
import { type NewDevice, type ParentLog, Registry } from './device/registry.ts';
import type { AnyDriver } from './driver/contract.ts';
import { BellcrankError } from './errors.ts';
import { createServer, type ServerSettings } from './http/server.ts';

/** Commands kept in memory. */
const maxRecords = 10_000;
const maxDevices = 10_000;
/** How long a shutdown waits for commands under way before it aborts them. */
const shutdownGraceMs = 500;

export interface AppParts {
  readonly drivers: readonly AnyDriver[];
  readonly connections: Readonly<Record<string, Opener>>;
  readonly devices: readonly NewDevice[];
  readonly server: ServerSettings & { readonly host: string; readonly port: number };
  readonly clock: Clock;
  /** In [0, 1); for jitter. */
  readonly random: () => number;
  readonly log: ParentLog;
  readonly version: string;
  readonly limits?: DeviceLimits;
}

export interface App {
  readonly registry: Registry;
  /** Listens; devices connect meanwhile and are never waited for. */
  start(): Promise<{ readonly url: string }>;
  /** Ends what is queued as `not-sent`, releases every port, and resolves when nothing is left. */
  close(): Promise<void>;
}

/** The composition root: everything is wired here, and nothing keeps state outside it. */
export async function createApp(parts: AppParts): Promise<App> {
  const { clock, log, random, drivers, version } = parts;
  const limits = parts.limits ?? defaultLimits;
  const observe = (event: DeviceEvent): void => logDeviceEvent(log, event);
  const registry = new Registry({ drivers, clock, random, log, limits, maxDevices, observe });
  const records = new MemoryRecords(maxRecords);
  const pipeline = new Pipeline({ registry, records, clock, log, observe: (record) => logCommand(log, record) });
  const http = await createServer({ registry, pipeline, records, clock, log, version }, parts.server);
  for (const [name, opener] of Object.entries(parts.connections)) registry.addConnection(name, opener);

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const error = new BellcrankError('shutting-down', 'the service is shutting down', { reason: 'shutdown' });
    await pipeline.close(shutdownGraceMs);
    await registry.close(error);
    await pipeline.close(shutdownGraceMs);
    await http.close();
  };
  return {
    registry,
    async start() {
      const { host, port } = parts.server;
      await http.listen({ host, port });
      for (const device of parts.devices) registry.add(device);
      const address = http.server.address() as AddressInfo;
      const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      return { url: `http://${name}:${address.port}` };
    },
    close: () => (closing ??= close()),
  };
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
  if (kind === 'state') log.info({ ...fields, state: name, ...(data as object) }, 'device state');
  else if (kind === 'event') log.info({ ...fields, event: name, data }, 'device event');
  else if (kind === 'unmatched') log.debug({ ...fields, data }, 'unmatched input');
}
