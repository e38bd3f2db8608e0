import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SimulatorKind } from '../../../simulators/simulator.ts';
import { type Config, formatProblems, loadConfig, type SimulatedConnection } from '../../config/index.ts';
import { BellcrankError } from '../../errors.ts';
import { pathText } from '../../yaml/place.ts';
import { suggestion } from '../../yaml/suggest.ts';
import type { CliContext } from '../context.ts';
import { definitionLoader } from '../../definitions/reading.ts';
import { createSimulation } from '../simulation.ts';
import { placeOf } from './expose.ts';
import { shapeOf } from './model.ts';
import type { Exposed, Running } from './running.ts';
import type { Trace } from './trace.ts';

/** The simulated connections of a configuration. */
export interface Lab {
  readonly connections: ReadonlyMap<string, SimulatedConnection>;
  readonly config: Pick<Config, 'simulation'>;
  readonly simulators: readonly SimulatorKind[];
}

export type LabRead = { readonly lab: Lab } | { readonly problem: string; readonly code: 1 | 2 };

/** Reads a configuration; `names` are of the connections that are wanted, all that are simulated if there are none. */
export async function readLab(file: string, names: readonly string[], context: CliContext): Promise<LabRead> {
  const loadDefinitions = definitionLoader(context.definitions);
  const settings = { loadDefinitions, file, signal: context.shutdown, withoutSecrets: true } as const;
  const loaded = await loadConfig({ ...context, ...settings });
  if (!loaded.ok) return { problem: formatProblems(loaded.problems), code: 1 };
  const { config, simulators, lacking } = loaded;
  const all = Object.entries(config.connections).flatMap(([name, each]) =>
    each.kind === 'simulate' ? [[name, each] as const] : [],
  );
  const known = all.map(([name]) => name);
  if (known.length === 0) return { problem: `${file} has no connection with simulate`, code: 1 };
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const problem = `${file} has no simulated connection ${JSON.stringify(unknown)}${suggestion(unknown, known)}`;
    return { problem, code: 2 };
  }
  const connections = new Map(all.filter(([name]) => names.length === 0 || names.includes(name)));
  // Secrets of webhooks and of real devices are nobody's business here.
  const needed = lacking.filter(({ path }) =>
    [...connections.keys()].some((name) => path.startsWith(`${pathText(['connections', name])}.`)),
  );
  if (needed.length > 0) return { problem: formatProblems(needed), code: 1 };
  return { lab: { connections, config, simulators } };
}

/** Runs them all, or none. `folder` is for the links to pseudo-terminals, in place of the file's. */
export async function runLab(
  { connections, config, simulators }: Lab,
  folder: string | undefined,
  trace: Trace | undefined,
  { clock }: CliContext,
): Promise<Exposed> {
  const directory = folder === undefined ? config.simulation.directory : linksIn(folder);
  const settings = { simulation: { ...config.simulation, ...(directory !== undefined && { directory }) } };
  const watch = trace && ((name: string) => trace.watch(name));
  const simulation = createSimulation(settings, simulators, clock, watch);
  const running: Running[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((one) => one.close()));
    await simulation.close();
  };
  try {
    for (const [name, connection] of connections) {
      const far = await simulation.simulate(name, fromOutside(connection, simulators));
      const place = far.transport === 'memory' ? 'in memory' : placeOf(far.settings);
      running.push({ name, place, controls: far.controls, close: () => far.close() });
    }
    return { running, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function linksIn(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return resolve(folder);
  throw new BellcrankError(
    'invalid-request',
    `--pty: there is no folder ${folder}; with --config, it is one for links`,
  );
}

/** Nobody else reaches what is in memory, so it gets a wire that it fits. */
function fromOutside(connection: SimulatedConnection, simulators: readonly SimulatorKind[]): SimulatedConnection {
  const [first] = connection.devices;
  const kind = simulators.find(({ model }) => model === first?.model);
  if (connection.via !== 'memory' || kind === undefined || first === undefined) return connection;
  return { ...connection, via: shapeOf(kind, first.options, first.seed) === 'bytes' ? 'pty' : 'mqtt' };
}
