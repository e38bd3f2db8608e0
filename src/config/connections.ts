import { type TSchema, Type } from '@sinclair/typebox';
import type { Catalogue } from './catalogue.ts';
import { inspect } from '../yaml/inspect.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { simulatedSchema } from './schema.ts';
import { checkSimulate } from './simulate.ts';
import { kindsOf, type Stated, statedBy } from './stated.ts';

/** The settings that two connections of one transport cannot share: a port has one reader. */
const exclusive: Readonly<Record<string, readonly string[]>> = { serial: ['path', 'usb'] };

/** What a connection is checked against. */
interface Known {
  readonly catalogue: Catalogue;
  readonly shape: TSchema;
  /** False: a definition of the user's could not be loaded, and an unknown simulator may be its. */
  readonly complete: boolean;
}

/** Everything that is wrong with the connections themselves, whoever uses them. */
export function checkConnections(
  connections: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
  complete: boolean,
): Finding[] {
  const known = { catalogue, complete, shape: shapeOf(catalogue) };
  return [
    ...Object.entries(connections).flatMap(([name, value]) => checkConnection(known, name, value)),
    ...sharedPorts(connections, catalogue),
  ];
}

function shapeOf({ transports }: Catalogue): TSchema {
  const bodies = transports.map(({ name }) => [name, Type.Optional(Type.Unknown())] as const);
  return Type.Object(
    {
      ...Object.fromEntries(bodies),
      simulate: Type.Optional(Type.Unknown()),
      simulated: Type.Optional(simulatedSchema),
    },
    { additionalProperties: false },
  );
}

function checkConnection(known: Known, name: string, value: unknown): Finding[] {
  const { catalogue, shape } = known;
  const path = ['connections', name];
  const findings = inspect(shape, value, path).map((finding) => withItsPlace(finding, value, catalogue));
  const kinds = kindsOf(value, catalogue.transports);
  const choice = [...catalogue.transports.map((transport) => transport.name), 'simulate'].join(', ');
  if (kinds.length > 1)
    findings.push({ path, detail: `has ${kinds.join(' and ')}; it takes exactly one of ${choice}` });
  if (kinds.length === 0 && findings.length === 0) findings.push({ path, detail: `needs one of ${choice}` });
  const stated = statedBy(value, catalogue);
  if (stated?.kind === 'transport') findings.push(...checkSettings(path, stated, catalogue));
  else if (isRecord(value) && 'simulate' in value) findings.push(...checkSimulate(path, value, known));
  return findings;
}

/** A key that a transport knows stands within that; who writes `type: serial` means that as well. */
function withItsPlace(finding: Finding, connection: unknown, { transports }: Catalogue): Finding {
  const key = finding.path.at(-1) ?? '';
  if (finding.key !== true || !isRecord(connection)) return finding;
  const named = transports.find(({ name }) => name === connection[key]);
  if (named !== undefined) return { ...finding, detail: `is not a known key; write ${named.name}: { … }` };
  const home = transports.find(
    ({ settings }) => isRecord(settings['properties']) && Object.hasOwn(settings['properties'], key),
  );
  if (home === undefined) return finding;
  return { ...finding, detail: `is not a known key here, but within ${home.name}: write ${home.name}: { ${key}: … }` };
}

function checkSettings(
  path: readonly string[],
  { transport, settings }: Extract<Stated, { kind: 'transport' }>,
  { transports }: Catalogue,
): Finding[] {
  const schema = transports.find(({ name }) => name === transport)?.settings;
  return schema === undefined ? [] : inspect(schema, settings, [...path, transport]);
}

function sharedPorts(connections: Readonly<Record<string, unknown>>, catalogue: Catalogue): Finding[] {
  const owners = new Map<string, string>();
  return Object.entries(connections).flatMap(([name, value]): Finding[] => {
    const stated = statedBy(value, catalogue);
    if (stated?.kind !== 'transport' || !isRecord(stated.settings)) return [];
    const { settings, transport } = stated;
    return (exclusive[transport] ?? []).flatMap((key) => {
      const port = Object.hasOwn(settings, key) ? portText(settings[key]) : undefined;
      if (port === undefined) return [];
      const owner = owners.get(port);
      owners.set(port, owner ?? name);
      if (owner === undefined) return [];
      const detail = `is the same as that of the connection ${owner}; devices on one line share one connection`;
      return [{ path: ['connections', name, transport, key], detail }];
    });
  });
}

/** A port's name as one text, however its keys are ordered and its hexadecimal digits written. */
function portText(port: unknown): string | undefined {
  if (typeof port === 'string') return port;
  if (!isRecord(port)) return undefined;
  const ids = ['vendorId', 'productId'];
  const entries = Object.entries(port).map(([key, value]) => [
    key,
    ids.includes(key) && typeof value === 'string' ? value.toLowerCase() : value,
  ]);
  return JSON.stringify(entries.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
