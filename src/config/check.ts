import { auditSchema } from './audit-schema.ts';
import { type TSchema, Type } from '@sinclair/typebox';
import { checkAccess } from './access.ts';
import { accessSchema } from './access-schema.ts';
import { alarmsSchema } from './alarm-schema.ts';
import { checkAlarms } from './alarms.ts';
import { checkAllowed } from './allowed.ts';
import type { Catalogue } from './catalogue.ts';
import { checkCredentials } from './credentials.ts';
import { checkConnections } from './connections.ts';
import { checkDevices } from './devices.ts';
import { checkDiscovery } from './discovery.ts';
import { inspect } from '../yaml/inspect.ts';
import { interlocksSchema } from './interlock-schema.ts';
import { checkInterlocks } from './interlocks.ts';
import { metricsSchema, tracingSchema } from './observe-schema.ts';
import { checkNorthbound } from './northbound.ts';
import { northboundSchema } from './northbound-schema.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { checkWebhooks } from './webhooks.ts';
import { webhooksSchema } from './webhook-schema.ts';
import { versionSchema } from './version.ts';
import { checkWiring } from './wiring.ts';
import { checkSerialDefaults } from './serial-defaults.ts';
import {
  allowSimulatedSchema,
  driversSchema,
  definitionsSchema,
  idempotencySchema,
  logSchema,
  namePattern,
  nameRule,
  serverSchema,
  simulationSchema,
  storeSchema,
} from './schema.ts';

/** The keys of the file; what is under each is checked on its own, so that one bad part hides no other. */
const rootSchema = Type.Object(
  Object.fromEntries(
    [
      'version',
      'server',
      'access',
      'log',
      'metrics',
      'tracing',
      'store',
      'audit',
      'idempotency',
      'definitions',
      'allowSimulated',
      'simulation',
      'connections',
      'devices',
      'discovery',
      'interlocks',
      'alarms',
      'northbound',
      'webhooks',
      'drivers',
    ].map((key) => [key, Type.Optional(Type.Unknown())]),
  ),
  { additionalProperties: false },
);

const mapSchema = Type.Unsafe<Record<string, unknown>>({ type: 'object', maxProperties: 10_000 });

const fixedSections: readonly (readonly [string, TSchema])[] = [
  ['version', versionSchema],
  ['server', serverSchema],
  ['access', accessSchema],
  ['log', logSchema],
  ['metrics', metricsSchema],
  ['tracing', tracingSchema],
  ['store', storeSchema],
  ['audit', auditSchema],
  ['idempotency', idempotencySchema],
  ['definitions', definitionsSchema],
  ['allowSimulated', allowSimulatedSchema],
  ['simulation', simulationSchema],
  ['drivers', driversSchema],
  ['interlocks', interlocksSchema],
  ['alarms', alarmsSchema],
  ['northbound', northboundSchema],
  ['webhooks', webhooksSchema],
  ['connections', mapSchema],
  ['devices', mapSchema],
  ['discovery', mapSchema],
];

/** What can be said without knowing any driver: the keys, the fixed sections and the names. */
export function checkOutline(root: unknown): Finding[] {
  if (root === null || root === undefined) return [{ path: [], detail: 'the file is empty' }];
  if (!isRecord(root)) return inspect(rootSchema, root, []);
  return [
    ...inspect(rootSchema, root, []),
    ...fixedSections.flatMap(([key, schema]) => (Object.hasOwn(root, key) ? inspect(schema, root[key], [key]) : [])),
    ...checkAccess(root['access']),
    ...checkCredentials(root['access'], root['server']),
    ...checkAllowed(root['allowSimulated'], recordAt(root, 'connections')),
    ...checkWebhooks(root['webhooks']),
    ...checkNames(root, 'connections'),
    ...checkNames(root, 'devices'),
  ];
}

/** What the drivers, transports and simulators have to say about the connections and devices. */
export async function checkParts(root: unknown, catalogue: Catalogue, complete: boolean): Promise<Finding[]> {
  const connections = recordAt(root, 'connections');
  const devices = recordAt(root, 'devices');
  const known = { devices, drivers: catalogue.drivers };
  return [
    ...checkConnections(connections, catalogue, complete),
    ...checkSerialDefaults(connections, devices, catalogue),
    ...(await checkDevices(devices, { catalogue, connections, complete })),
    ...checkDiscovery(recordAt(root, 'discovery'), { catalogue, connections, complete }),
    ...checkInterlocks(isRecord(root) ? root['interlocks'] : undefined, known),
    ...checkAlarms(
      isRecord(root) ? root['alarms'] : undefined,
      known,
      Object.keys(recordAt(root, 'discovery')).length > 0,
    ),
    ...checkWiring(isRecord(root) ? root['simulation'] : undefined, connections),
    ...checkNorthbound(isRecord(root) ? root['northbound'] : undefined, connections, catalogue),
  ];
}

export function recordAt(root: unknown, key: string): Readonly<Record<string, unknown>> {
  const value = isRecord(root) && Object.hasOwn(root, key) ? root[key] : undefined;
  return isRecord(value) ? value : {};
}

function checkNames(root: unknown, section: string): Finding[] {
  const allowed = new RegExp(namePattern, 'u');
  return Object.keys(recordAt(root, section))
    .filter((name) => !allowed.test(name))
    .map((name) => ({ path: [section, name], detail: `the name ${nameRule}`, key: true }));
}
