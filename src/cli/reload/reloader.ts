import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SimulatorKind } from '../../../simulators/simulator.ts';
import { type Clock, delay } from '../../clock.ts';
import type { ConfigProblem, DefinitionEntry, LoadDefinitions } from '../../config/index.ts';
import type { AnyDriver, Log } from '../../driver/contract.ts';
import { messageOf } from '../../errors.ts';
import { definitionsIn, readDefinitionFile } from '../../definitions/files.ts';
import { type Changeable, changeableDriver, changeableSimulator } from './changeable.ts';

/** How often the files are looked at. */
const everyMs = 1000;

/** Where a changed definition goes. */
export interface ReloadTarget {
  /** Why the devices that have this driver cannot have it. */
  objections(next: AnyDriver): readonly string[];
  /** Has them attached anew. */
  renew(driver: AnyDriver): Promise<void>;
}

interface Known {
  readonly file: string;
  readonly driver: Changeable<AnyDriver>;
  readonly simulator: Changeable<SimulatorKind> | undefined;
  /** What the definition was read from. */
  source: string;
}

/** Definitions whose files are looked at again while the service runs. */
export class Reloader {
  readonly #load: LoadDefinitions<SimulatorKind>;
  readonly #known = new Map<string, Known>();
  #paths: readonly string[] = [];

  constructor(load: LoadDefinitions<SimulatorKind>) {
    this.#load = load;
  }

  /**
   * As the loader that it was given: what it returns can become another later. Definitions that are known already are
   * those that run, whatever their files say by now.
   */
  readonly load: LoadDefinitions<SimulatorKind> = (paths) => {
    this.#paths = paths;
    return this.#load(paths).map((entry) => this.#remember(entry));
  };

  /** Definitions whose files say something else than what runs. */
  get outdated(): readonly string[] {
    return [...this.#known.values()].filter(({ file, source }) => source !== sourceOf(file)).map(({ file }) => file);
  }

  /** Looks at the files until the signal aborts. Whatever is wrong with one, the definition that was read before stays. */
  async watch(target: ReloadTarget, clock: Clock, log: Log, signal: AbortSignal): Promise<void> {
    let seen = this.#stamp();
    for (;;) {
      await delay(clock, everyMs, signal).catch(() => {});
      if (signal.aborted) return;
      const stamp = this.#stamp();
      if (stamp === seen) continue;
      seen = stamp;
      try {
        await this.#reload(target, log);
      } catch (error) {
        log.error({ error: messageOf(error) }, 'definitions could not be read again; those that were read before stay');
      }
    }
  }

  #remember({ drivers, simulators, ...rest }: DefinitionEntry<SimulatorKind>): DefinitionEntry<SimulatorKind> {
    const kept = drivers.map(({ driver, file }) => {
      const { name } = driver.model;
      const before = this.#known.get(name);
      if (before?.file === file) return { file, known: before };
      const simulator = simulators.find(({ model }) => model === name);
      const known: Known = {
        file,
        driver: changeableDriver(driver),
        simulator: simulator && changeableSimulator(simulator),
        source: sourceOf(file),
      };
      this.#known.set(name, known);
      return { file, known };
    });
    return {
      ...rest,
      drivers: kept.map(({ file, known }) => ({ file, driver: known.driver.value })),
      simulators: kept.flatMap(({ known }) => known.simulator?.value ?? []),
    };
  }

  async #reload(target: ReloadTarget, log: Log): Promise<void> {
    // Reading all of them takes its time: not for a file that was only touched.
    if (Array.from(this.#known.values()).every(({ file, source }) => source === sourceOf(file))) return;
    const entries = this.#load(this.#paths);
    const problems = entries.flatMap((entry) => entry.problems);
    const drivers = new Map(entries.flatMap((entry) => entry.drivers).map(({ driver }) => [driver.model.name, driver]));
    const simulators = new Map(entries.flatMap((entry) => entry.simulators).map((kind) => [kind.model, kind]));
    for (const [name, known] of this.#known) {
      const source = sourceOf(known.file);
      if (source === known.source) continue;
      known.source = source;
      const next = drivers.get(name);
      const why = [...(next === undefined ? absence(known.file, problems) : target.objections(next))];
      if (next !== undefined && why.length === 0) why.push(...changeTo(known, next, simulators.get(name)));
      if (why.length > 0) {
        log.warn({ model: name, file: known.file, why }, 'a changed definition is not taken; the one before stays');
        continue;
      }
      log.info({ model: name, file: known.file }, 'a changed definition is taken; its devices are attached anew');
      await target.renew(known.driver.value);
    }
  }

  /** Changes with every file that a definition is read from or may extend. */
  #stamp(): string {
    const folders = new Set(Array.from(this.#known.values(), ({ file }) => dirname(file)));
    return Array.from(folders, filesIn).flat().map(stampOf).join('\n');
  }
}

/** Takes both or neither. Returns why neither: the simulator comes first, since it may not want to. */
function changeTo({ driver, simulator }: Known, next: AnyDriver, nextSimulator: SimulatorKind | undefined): string[] {
  try {
    if (nextSimulator !== undefined) simulator?.change(nextSimulator);
    driver.change(next);
    return [];
  } catch (error) {
    return [`its simulator cannot run: ${messageOf(error)}`];
  }
}

function absence(file: string, problems: readonly ConfigProblem[]): string[] {
  const own = problems.filter(({ source }) => source === file);
  const told = (own.length > 0 ? own : problems).slice(0, 20).map(({ source, line, column, path, detail }) => {
    return `${source}:${line ?? 1}:${column ?? 1}: ${path === '' ? '' : `${path}: `}${detail}`;
  });
  if (told.length === 0 && !existsSync(file)) return [`${file} is gone`];
  return told.length > 0 ? told : [`${file} no longer defines the model`];
}

/** The file's text, and with it all that it may extend. */
function sourceOf(file: string): string {
  const text = textOf(file);
  if (!/^extends:/m.test(text)) return text;
  return [text, ...filesIn(dirname(file)).map(textOf)].join('\0');
}

function textOf(file: string): string {
  const read = readDefinitionFile(file);
  return 'text' in read ? read.text : '';
}

function filesIn(folder: string): readonly string[] {
  const found = definitionsIn(folder);
  return 'paths' in found ? found.paths : [];
}

function stampOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${file} ${mtimeMs} ${size} ${ino}`;
  } catch {
    return `${file} is gone`;
  }
}
