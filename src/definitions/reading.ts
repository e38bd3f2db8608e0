import { dirname, join, relative } from 'node:path';
import type { LocatedFinding, Read, Resolve, SourceText } from '../../drivers/index.ts';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import type { DefinitionEntry, LoadDefinitions } from '../config/index.ts';
import type { AnyDriver } from '../driver/contract.ts';
import { definitionsIn, type FileText, readDefinitionFile } from './files.ts';

/** What ends a message and a reply, and is no part of what an example says. */
export interface Terminators {
  readonly sent: Uint8Array;
  readonly heard: Uint8Array;
}

/** What a definition makes of a device type. */
export interface Defined {
  readonly driver: AnyDriver;
  /** Each brings its own, unless its dialect has none. */
  readonly simulator?: SimulatorKind;
  /** How many examples it has that were run. */
  readonly examples: number;
  /** Absent where its messages are no text. */
  readonly terminators?: Terminators;
  /** Frames of the reply to a property’s first question, or, without a name, to that of `identify`. */
  framesOf?(property?: string): number;
  /** The first exchange of an attach is that of `identify`. */
  readonly identifies?: boolean;
}

/** How definitions are read; the process hands it in, since only it knows drivers and simulators. */
export interface Definitions {
  read(source: SourceText, resolve: Resolve): Read<Defined>;
  /** One that comes with Bellcrank. */
  shipped(model: string): SourceText | undefined;
}

/** Reads the definitions that a configuration names; a path that ends in `/` is a folder of them. */
export function definitionLoader(definitions: Definitions): LoadDefinitions<SimulatorKind> {
  return (paths) => {
    const entries = paths.map((path) => (path.endsWith('/') ? definitionsIn(path) : { paths: [path] }));
    const files = entries.flatMap((entry) => ('paths' in entry ? entry.paths : []));
    const texts = new Map(files.map((file) => [file, readDefinitionFile(file)]));
    const resolve = resolver(texts, definitions);
    return entries.map((entry) =>
      'failure' in entry ? failed(entry.failure) : readEntry(entry.paths, texts, resolve, definitions),
    );
  };
}

/** Reads one definition, which may extend others of its folder and those that come with Bellcrank. */
export function readOne(file: string, text: string, definitions: Definitions): Read<Defined> {
  const folder = definitionsIn(dirname(file));
  const beside = 'paths' in folder ? folder.paths : [];
  const texts = new Map(beside.map((path) => [path, readDefinitionFile(path)]));
  return definitions.read({ name: file, text }, resolver(texts, definitions));
}

function readEntry(
  files: readonly string[],
  texts: ReadonlyMap<string, FileText>,
  resolve: Resolve,
  definitions: Definitions,
): DefinitionEntry<SimulatorKind> {
  const found = files.map((file) => {
    const read = texts.get(file) ?? { failure: 'does not exist' };
    if ('failure' in read) return { file, failure: `${file} ${read.failure}`, findings: [] };
    return { file, ...definitions.read({ name: file, text: read.text }, resolve) };
  });
  const [failure] = found.flatMap((each) => ('failure' in each ? each.failure : []));
  const read = found.flatMap(({ file, ...each }) =>
    'result' in each && each.result ? [{ file, ...each.result }] : [],
  );
  return {
    drivers: read.map(({ driver, file }) => ({ driver, file })),
    simulators: read.flatMap(({ simulator }) => simulator ?? []),
    problems: found.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error').map(problem)),
    ...(failure !== undefined && { failure }),
  };
}

function problem({ source, line, column, path, detail }: LocatedFinding): DefinitionEntry['problems'][number] {
  return { source, line, column, path, detail };
}

function failed(failure: string): DefinitionEntry<SimulatorKind> {
  return { drivers: [], simulators: [], problems: [], failure };
}

/** A path beside or below the file that names it, or a model among the files that are known, or one that comes with Bellcrank. */
function resolver(texts: ReadonlyMap<string, FileText>, definitions: Definitions): Resolve {
  return (reference, from) => {
    if (reference.startsWith('./')) {
      const name = join(dirname(from), reference);
      if (!isDefinitionIn(dirname(from), name)) return undefined;
      const read = texts.get(name) ?? readDefinitionFile(name);
      return 'text' in read ? { name, text: read.text } : undefined;
    }
    for (const [name, read] of texts) {
      if ('text' in read && modelIn(read.text) === reference) return { name, text: read.text };
    }
    return definitions.shipped(reference);
  };
}

/** What somebody sends one to look at must not read whatever else there is. */
function isDefinitionIn(folder: string, file: string): boolean {
  return !relative(folder, file).startsWith('..') && /\.ya?ml$/i.test(file);
}

/** The model that a text defines, seen at a glance: it is read properly when it is used. */
function modelIn(text: string): string | undefined {
  return /^model:[ \t]*['"]?([a-z0-9-]+)/m.exec(text)?.[1];
}
