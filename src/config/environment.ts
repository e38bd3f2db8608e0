import { auditSchema } from './audit-schema.ts';
import { pointerOf } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import {
  allowSimulatedSchema,
  definitionsSchema,
  idempotencySchema,
  logSchema,
  serverSchema,
  simulationSchema,
  storeSchema,
} from './schema.ts';
import type { Environment } from './secrets.ts';
import { metricsSchema, tracingSchema } from './observe-schema.ts';
import { suggestion } from '../yaml/suggest.ts';

/** A value from outside the file: who set it, where it belongs, and its text. */
export interface Override {
  readonly origin: string;
  readonly path: readonly [section: Section, key: string] | readonly [key: 'allowSimulated'];
  readonly text: string;
}

/** The values that the command line may set. */
export interface Flags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly logPretty?: string | undefined;
}

const sections = {
  server: serverSchema,
  log: logSchema,
  metrics: metricsSchema,
  tracing: tracingSchema,
  store: storeSchema,
  audit: auditSchema,
  definitions: definitionsSchema,
  idempotency: idempotencySchema,
  simulation: simulationSchema,
};
type Section = keyof typeof sections;
const sectionNames: readonly Section[] = [
  'server',
  'log',
  'metrics',
  'tracing',
  'store',
  'audit',
  'idempotency',
  'definitions',
  'simulation',
];
const prefix = 'BELLCRANK_';
const shortNames = new Map([
  ['BELLCRANK_HOST', 'BELLCRANK_SERVER__HOST'],
  ['BELLCRANK_PORT', 'BELLCRANK_SERVER__PORT'],
  ['BELLCRANK_LOG_LEVEL', 'BELLCRANK_LOG__LEVEL'],
]);

/** `BELLCRANK_SECTION__KEY` of every key of the fixed sections that takes one value, and what stands at the top. */
const variables = new Map<string, Override['path']>([
  ['BELLCRANK_ALLOW_SIMULATED', ['allowSimulated']],
  ...sectionNames.flatMap((section) =>
    Object.keys(sections[section].properties)
      .filter((key) => !['array', 'object'].includes(String(typeOf(section, key))))
      .map((key) => [variableName(section, key), [section, key]] as const),
  ),
]);

function typeOf(section: Section | 'allowSimulated', key?: string): unknown {
  if (section === 'allowSimulated') return allowSimulatedSchema.type;
  const property: unknown = Object.entries(sections[section].properties).find(([name]) => name === key)?.[1];
  return isRecord(property) ? property['type'] : undefined;
}

function variableName(section: string, key: string): string {
  return `${prefix}${section.toUpperCase()}__${key.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
}

/**
 * The overrides of an environment. A `BELLCRANK_…__…` variable that names no key is a finding, since a mistyped one
 * would be ignored in silence; other `BELLCRANK_…` names may belong to someone else.
 */
export function environmentOverrides(env: Environment): { overrides: Override[]; findings: VariableFinding[] } {
  const overrides: Override[] = [];
  const findings: VariableFinding[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(prefix) || text === undefined) continue;
    const long = shortNames.get(name);
    const path = variables.get(long ?? name);
    if (path !== undefined) overrides.push({ origin: name, path, text });
    else if (name.includes('__')) {
      findings.push({ origin: name, detail: `names no setting${suggestion(name, [...variables.keys()])}` });
    }
    if (long !== undefined && env[long] !== undefined) {
      findings.push({ origin: name, detail: `is set beside ${long}, which means the same; unset one of them` });
    }
  }
  return { overrides, findings };
}

export interface VariableFinding {
  readonly origin: string;
  readonly detail: string;
}

export function flagOverrides({ host, port, logLevel, logPretty }: Flags): Override[] {
  const all = [
    { origin: '--host', path: ['server', 'host'], text: host },
    { origin: '--port', path: ['server', 'port'], text: port },
    { origin: '--log-level', path: ['log', 'level'], text: logLevel },
    { origin: '--log-format', path: ['log', 'pretty'], text: logPretty },
  ] as const;
  return all.flatMap(({ origin, path, text }) => (text === undefined ? [] : [{ origin, path, text }]));
}

/** Puts overrides into a copy of the file's data, the last one winning; `origins` says who set what. */
export function applyOverrides(
  file: Readonly<Record<string, unknown>>,
  overrides: readonly Override[],
): { value: Record<string, unknown>; origins: Map<string, string> } {
  const value: Record<string, unknown> = { ...file };
  const origins = new Map<string, string>();
  for (const { origin, path, text } of overrides) {
    const [section, key] = path;
    if (key === undefined) {
      value[section] = parse(path, text);
      origins.set(pointerOf(path), origin);
      continue;
    }
    const present = Object.hasOwn(value, section) ? value[section] : {};
    // A section that is not a mapping is reported as such; there is nothing to override in it.
    if (!isRecord(present)) continue;
    value[section] = { ...present, [key]: parse(path, text) };
    origins.set(pointerOf(path), origin);
  }
  return { value, origins };
}

/** Text that is no number or truth value stays text where one belongs, so that validation says what is wrong. */
function parse([section, key]: Override['path'], text: string): string | number | boolean {
  if (typeOf(section, key) === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  if (typeOf(section, key) === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  return typeOf(section, key) === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
