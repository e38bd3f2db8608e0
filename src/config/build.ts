import { auditSchema } from './audit-schema.ts';
import { dirname, resolve } from 'node:path';
import type { Static } from '@sinclair/typebox';
import { accessSchema } from './access-schema.ts';
import { alarmsSchema, staleDelayMs } from './alarm-schema.ts';
import { type Catalogue, driverNamed, simulatorOf } from './catalogue.ts';
import { recordAt } from './check.ts';
import type { Config, ConnectionConfig, DeviceConfig, SimulatedConnection, SimulatedDevice } from './config.ts';
import { buildStore } from './build-store.ts';
import { statedBy } from './stated.ts';
import { buildDiscovery } from './discovery.ts';
import { interlocksSchema } from './interlock-schema.ts';
import { simulatedDevices } from './simulate.ts';
import { northboundSchema } from './northbound-schema.ts';
import { metricsSchema, tracingSchema } from './observe-schema.ts';
import { openKeys, serialDefaults } from './serial-defaults.ts';
import { absolute } from './tls.ts';
import { withDefaults } from '../yaml/schema-walk.ts';
import {
  allowSimulatedSchema,
  deviceSchema,
  driversSchema,
  definitionsSchema,
  idempotencySchema,
  logSchema,
  serverSchema,
  simulatedDeviceSchema,
  simulationSchema,
} from './schema.ts';
import { Alike } from '../alike.ts';
import { inTurn } from '../in-turn.ts';
import { webhooksSchema } from './webhook-schema.ts';

/** The configuration of data in which nothing was found wrong: the casts here rest on that. */
export async function buildConfig(source: string, root: unknown, catalogue: Catalogue): Promise<Config> {
  const file = root as Readonly<Record<string, unknown>>;
  const connections = Object.entries(recordAt(file, 'connections'));
  const discovery = Object.entries(recordAt(file, 'discovery'));
  const devices = await buildDevices(recordAt(file, 'devices'), catalogue);
  return freeze({
    source,
    server: buildServer(source, file['server']),
    access: withDefaults(accessSchema, file['access'] ?? {}) as Config['access'],
    log: withDefaults(logSchema, file['log'] ?? {}) as Config['log'],
    metrics: withDefaults(metricsSchema, file['metrics'] ?? {}) as Config['metrics'],
    tracing: withDefaults(tracingSchema, file['tracing'] ?? {}) as Config['tracing'],
    store: buildStore(source, file['store']),
    audit: withDefaults(auditSchema, file['audit'] ?? {}) as Config['audit'],
    definitions: withDefaults(definitionsSchema, file['definitions'] ?? {}) as Config['definitions'],
    idempotency: withDefaults(idempotencySchema, file['idempotency'] ?? {}) as Config['idempotency'],
    allowSimulated: (file['allowSimulated'] ?? allowSimulatedSchema['default']) as boolean,
    simulation: buildSimulation(source, file['simulation']),
    connections: Object.fromEntries(
      connections.map(([name, value]) => [name, buildConnection(name, value, file, catalogue)]),
    ),
    devices,
    discovery: Object.fromEntries(discovery.map(([name, value]) => [name, buildDiscovery(value, catalogue)])),
    interlocks: withDefaults(interlocksSchema, file['interlocks'] ?? []) as Config['interlocks'],
    alarms: buildAlarms(file['alarms']),
    northbound: buildNorthbound(file['northbound']),
    webhooks: withDefaults(webhooksSchema, file['webhooks'] ?? []) as Config['webhooks'],
    drivers: withDefaults(driversSchema, file['drivers'] ?? []) as string[],
  });
}

function buildAlarms(value: unknown): Config['alarms'] {
  const filled = withDefaults(alarmsSchema, value ?? []) as Static<typeof alarmsSchema>;
  return filled.map((rule) => ({ ...rule, delayMs: rule.delayMs ?? (rule.stale === undefined ? 0 : staleDelayMs) }));
}

function buildNorthbound(value: unknown): Config['northbound'] {
  const filled = withDefaults(northboundSchema, value ?? []) as Static<typeof northboundSchema>;
  return filled.map(({ 'home-assistant': homeAssistant, ...others }) => ({
    ...others,
    ...(homeAssistant !== undefined && { homeAssistant }),
  }));
}

/** Paths are relative to the file; what a reference led to is no path. */
function buildServer(source: string, value: unknown): Config['server'] {
  const filled = withDefaults(serverSchema, value ?? {}) as Config['server'];
  return filled.tls === undefined ? filled : { ...filled, tls: absolute(filled.tls, dirname(source)) };
}

/** The folder is relative to the file, as every path in it is. */
function buildSimulation(source: string, value: unknown): Config['simulation'] {
  const filled = withDefaults(simulationSchema, value ?? {}) as Config['simulation'];
  if (filled.directory === undefined) return filled;
  return { ...filled, directory: resolve(dirname(source), filled.directory) };
}

function buildConnection(name: string, value: unknown, file: unknown, catalogue: Catalogue): ConnectionConfig {
  const stated = statedBy(value, catalogue);
  if (stated?.kind !== 'transport') return buildSimulated(stated?.simulate, catalogue);
  const { transport, settings } = stated;
  const schema = catalogue.transports.find(({ name }) => name === transport)?.settings ?? {};
  return {
    kind: 'transport',
    transport,
    settings: withDefaults(schema, { ...driversDefaults(name, value, file, catalogue), ...Object(settings) }),
    simulated: (value as { simulated?: boolean }).simulated ?? false,
  };
}

/** How the port is set where the connection does not say, but the drivers on it know. */
function driversDefaults(name: string, value: unknown, file: unknown, catalogue: Catalogue): object {
  const open: readonly string[] = openKeys(value, catalogue)?.keys ?? [];
  const known = serialDefaults(name, recordAt(file, 'devices'), catalogue);
  return Object.fromEntries(Object.entries(known).filter(([key]) => open.includes(key)));
}

function buildSimulated(simulate: unknown, { simulators }: Catalogue): SimulatedConnection {
  const { via } = simulate as { via: SimulatedConnection['via'] };
  const devices = simulatedDevices(simulate).map(({ device }) => {
    const { options, ...others } = withDefaults(simulatedDeviceSchema, device) as SimulatedDevice;
    const schema = simulatorOf(simulators, others.model)?.options ?? {};
    return { ...others, options: withDefaults(schema, options) };
  });
  return { kind: 'simulate', via, devices, simulated: true };
}

async function buildDevices(
  devices: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
): Promise<Config['devices']> {
  const alike = new Alike();
  const built: [string, DeviceConfig][] = [];
  await inTurn(Object.entries(devices), ([id, value]) => {
    built.push([id, freeze(buildDevice(value, catalogue, alike))]);
  });
  return Object.fromEntries(built);
}

function buildDevice(value: unknown, { drivers }: Catalogue, alike: Alike): DeviceConfig {
  const filled = withDefaults(deviceSchema, value) as DeviceConfig;
  const schema = driverNamed(drivers, filled.driver)?.options ?? {};
  const options = withDefaults(schema, filled.options);
  const own = typeof options === 'object' && options !== null ? alike.members(options) : options;
  return alike.members({ ...filled, options: own });
}

/** The value and all that is in it; it is a tree of our own, so nothing else is frozen with it, and what is frozen is so whole. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}
