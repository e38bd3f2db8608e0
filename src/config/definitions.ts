import { dirname, join } from 'node:path';
import type { AnyDriver } from '../driver/contract.ts';
import type { Finding } from '../yaml/place.ts';
import type { SimulatorOptions } from './catalogue.ts';
import type { ConfigProblem } from './problem.ts';

/** One entry of `drivers:` that names definitions: a file, or a folder of them. */
export interface DefinitionEntry<S extends SimulatorOptions = SimulatorOptions> {
  /** Each with the file that it came from. */
  readonly drivers: readonly { readonly driver: AnyDriver; readonly file: string }[];
  /** Of the devices that these drivers are for. */
  readonly simulators: readonly S[];
  /** What is wrong in the files, where it stands in them. */
  readonly problems: readonly ConfigProblem[];
  /** Why the entry itself leads to nothing. */
  readonly failure?: string;
}

/**
 * Reads definitions: handed in, since only the process knows the drivers that understand them. One result for each path,
 * in their order; a path that ends in `/` is a folder. They may extend one another.
 */
export type LoadDefinitions<S extends SimulatorOptions = SimulatorOptions> = (
  paths: readonly string[],
) => readonly DefinitionEntry<S>[];

export interface UserDefinitions<S extends SimulatorOptions> {
  readonly drivers: readonly AnyDriver[];
  readonly simulators: readonly S[];
  readonly problems: readonly ConfigProblem[];
  readonly findings: readonly Finding[];
}

/** Whether an entry of `drivers:` is read as a definition, and not imported as a module. */
export function isDefinition(specifier: string): boolean {
  return /\.ya?ml$|\/$/i.test(specifier);
}

/** Loads the entries of `drivers:` that are definitions; `file` is the configuration that names them. */
export function loadUserDefinitions<S extends SimulatorOptions>(
  listed: readonly unknown[],
  file: string,
  taken: readonly AnyDriver[],
  load: LoadDefinitions<S> | undefined,
): UserDefinitions<S> {
  const named = listed.flatMap((specifier, index) =>
    typeof specifier === 'string' && isDefinition(specifier) ? [{ specifier, index }] : [],
  );
  const base = dirname(file);
  const paths = named.map(({ specifier }) => (specifier.startsWith('/') ? specifier : join(base, specifier)));
  const entries = named.length > 0 ? (load?.(paths) ?? []) : [];
  const owners = new Map(taken.map(({ model }) => [model.name, 'another driver']));
  const drivers: AnyDriver[] = [];
  const findings: Finding[] = [];
  for (const [position, { drivers: found, failure }] of entries.entries()) {
    const path = ['drivers', String(named[position]?.index)];
    if (failure !== undefined) findings.push({ path, detail: failure });
    for (const { driver, file: source } of found) {
      const { name } = driver.model;
      const owner = owners.get(name);
      if (owner === undefined) drivers.push(driver);
      else findings.push({ path, detail: `${source} has the model ${name}, and so has ${owner}; rename it` });
      owners.set(name, owner ?? source);
    }
  }
  const problems = entries.flatMap((entry) => entry.problems);
  return { drivers, simulators: entries.flatMap(({ simulators }) => simulators), problems, findings };
}
