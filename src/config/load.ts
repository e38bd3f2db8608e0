import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyDriver } from '../driver/contract.ts';
import { buildConfig } from './build.ts';
import type { Catalogue, SimulatorOptions } from './catalogue.ts';
import { loadUserDefinitions, type LoadDefinitions } from './definitions.ts';
import { checkOutline, checkParts } from './check.ts';
import type { Config } from './config.ts';
import { applyOverrides, environmentOverrides, type Flags, flagOverrides } from './environment.ts';
import { type ImportModule, importModule } from './import-module.ts';
import { type ConfigProblem, inOrder, locate } from './problem.ts';
import { type Finding, pathOf, pathText, pointerOf } from '../yaml/place.ts';
import { maxFileBytes, readFailure, type ReadFile, readFile, utf8 } from './read-file.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { type Environment, resolveSecrets, type SecretSources } from './secrets.ts';
import { type Parse, type Parsed, parseHere } from '../yaml/parsed.ts';
import { checkTls } from './tls.ts';
import { checkVersion, type Rename, withRenames } from './version.ts';
import { loadUserDrivers, type UserDrivers } from './user-drivers.ts';

export interface LoadOptions<S extends SimulatorOptions = SimulatorOptions> extends Catalogue<S> {
  /** The YAML file, and what relative paths in it are relative to. */
  readonly file: string;
  /** Its text, where it has been read already. */
  readonly text?: string;
  readonly env: Environment;
  /** Values from the command line; they win over the environment, which wins over the file. */
  readonly flags?: Flags;
  readonly readFile?: ReadFile;
  readonly importModule?: ImportModule;
  /** In place of doing it in this thread. */
  readonly parse?: Parse;
  /** For the definitions among `drivers:`. */
  readonly loadDefinitions?: LoadDefinitions<S>;
  readonly signal?: AbortSignal;
  /** A secret that cannot be had is no problem: its value is absent. For whoever looks at a configuration, and runs nothing. */
  readonly withoutSecrets?: true;
  /** In place of those that there are. */
  readonly renames?: readonly Rename[];
}

export type LoadResult<S extends SimulatorOptions = SimulatorOptions> =
  /** `drivers` and `simulators` hold the given ones and those that the file names. */
  | {
      readonly ok: true;
      readonly config: Config;
      readonly drivers: readonly AnyDriver[];
      readonly simulators: readonly S[];
      /** The secrets that cannot be had, where that is no problem. */
      readonly lacking: readonly ConfigProblem[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly ConfigProblem[];
      /** As above, where they could be looked for. */
      readonly lacking?: readonly ConfigProblem[];
    };

/**
 * Reads and checks a configuration completely, before anything is opened. All problems are reported at once, each with
 * its place; values from `connections` stand in none of them. Loads the drivers that the file names, which runs them.
 */
export async function loadConfig<S extends SimulatorOptions>(options: LoadOptions<S>): Promise<LoadResult<S>> {
  const text = options.text === undefined ? await readText(options) : { text: options.text };
  if ('failure' in text) return { ok: false, problems: [{ source: options.file, path: '', detail: text.failure }] };
  const parsed = await (options.parse ?? parseHere)(text.text, options.signal);
  try {
    if (!parsed.readable) return { ok: false, problems: textProblems(parsed, options.file) };
    return await loadParsed(parsed, options);
  } finally {
    parsed.end();
  }
}

async function readText(options: LoadOptions): Promise<{ text: string } | { failure: string }> {
  const read = options.readFile ?? readFile;
  try {
    const text = utf8(await read(options.file, maxFileBytes, options.signal));
    return text === undefined ? { failure: 'is not text in UTF-8' } : { text };
  } catch (error) {
    return { failure: readFailure(error) };
  }
}

function textProblems({ problems }: Parsed, source: string): ConfigProblem[] {
  return problems.map(({ line, column, pointer, detail }) => {
    return { source, line, column, path: pathText(pathOf(pointer)), detail };
  });
}

async function loadParsed<S extends SimulatorOptions>(parsed: Parsed, options: LoadOptions<S>): Promise<LoadResult<S>> {
  const { env, file } = options;
  const folder = dirname(resolve(file));
  const fromEnv = environmentOverrides(env);
  const overrides = [...fromEnv.overrides, ...flagOverrides(options.flags ?? {})];
  const { value: root, origins } = isRecord(parsed.value)
    ? applyOverrides(parsed.value, overrides)
    : { value: parsed.value, origins: new Map<string, string>() };
  const newer = checkVersion(root);
  if (newer.length > 0) return { ok: false, problems: locate(newer, await parsed.placesOf(newer), file, origins) };
  const sources = { env, folder, readFile: options.readFile ?? readFile, signal: options.signal };
  const { value: resolved, findings: secrets } = await withSecrets(root, sources);
  const user = await userDrivers(resolved, options);
  const listed = isRecord(root) && Array.isArray(root['drivers']) ? (root['drivers'] as unknown[]) : [];
  const known = [...options.drivers, ...user.drivers];
  const defined = loadUserDefinitions(listed, file, known, options.loadDefinitions);
  const catalogue = {
    ...options,
    drivers: [...known, ...defined.drivers],
    simulators: [...options.simulators, ...defined.simulators],
  };
  const isComplete = user.findings.length + defined.findings.length + defined.problems.length === 0;
  const tls = await checkTls(isRecord(resolved) ? resolved['server'] : undefined, sources);
  const checked = [...checkOutline(resolved), ...tls, ...user.findings, ...defined.findings];
  const inParts = await checkParts(resolved, catalogue, isComplete);
  const told = options.withoutSecrets === true ? [] : secrets;
  const all = [...told, ...unexplained(secrets, [...checked, ...inParts])];
  const findings = withRenames(withoutEchoes(parsed, all), options.renames);
  const problems = inOrder([
    ...fromEnv.findings.map(({ origin, detail }) => ({ source: origin, path: '', detail })),
    ...textProblems(parsed, file),
    ...locate(findings, await parsed.placesOf(findings), file, origins),
  ]).concat(defined.problems);
  const lacking = inOrder(locate(secrets, await parsed.placesOf(secrets), file, origins));
  if (problems.length > 0) return { ok: false, problems, lacking };
  const { drivers, simulators } = catalogue;
  return { ok: true, config: await buildConfig(file, resolved, catalogue), drivers, simulators, lacking };
}

/** The file's data with what its references refer to, where references may stand. */
async function withSecrets(
  root: unknown,
  sources: SecretSources,
): Promise<{ readonly value: unknown; readonly findings: readonly Finding[] }> {
  if (!isRecord(root)) return { value: root, findings: [] };
  const value = { ...root };
  const findings: Finding[] = [];
  for (const section of ['connections', 'webhooks', 'server', 'tracing'] as const) {
    if (!Object.hasOwn(root, section)) continue;
    const resolved = await resolveSecrets(section, root[section], sources);
    value[section] = resolved.value;
    findings.push(...resolved.findings);
  }
  return { value, findings };
}

async function userDrivers(root: unknown, options: LoadOptions): Promise<UserDrivers> {
  const listed = isRecord(root) && Array.isArray(root['drivers']) ? root['drivers'] : [];
  return loadUserDrivers(
    listed,
    options.drivers,
    pathToFileURL(resolve(options.file)),
    options.importModule ?? importModule,
  );
}

/** A secret that is missing leaves no value, which is no second problem. */
function unexplained(secrets: readonly Finding[], findings: readonly Finding[]): Finding[] {
  const missing = new Set(secrets.map(({ path }) => pointerOf(path)));
  return findings.filter(({ path }) => !missing.has(pointerOf(path)));
}

/** What follows only from a problem of the text at the same place. */
function withoutEchoes({ problems }: Parsed, findings: readonly Finding[]): Finding[] {
  const told = problems.map(({ pointer }) => pointer);
  return findings.filter(({ path }) => !told.some((pointer) => pointerOf(path) === pointer));
}
