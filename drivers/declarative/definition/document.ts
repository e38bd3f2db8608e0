import { isRecord } from '../../../src/yaml/schema-walk.ts';
import { pathText, placeOf } from '../../../src/yaml/place.ts';
import { parseTree, type Tree } from '../../../src/yaml/tree.ts';
import type { Finding, Path, Report } from './definition.ts';
import { merged } from './merge.ts';

/** A file's text, and the name by which messages speak of it. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/** Finds what a file `extends`: a model's name, or a path that begins with `./`, beside the file `from`. */
export type Resolve = (reference: string, from: string) => SourceText | undefined;

/** A finding where it stands. */
export interface LocatedFinding {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  /** `properties.voltage.read.send`; empty for the file as a whole. */
  readonly path: string;
  readonly detail: string;
  readonly severity: Finding['severity'];
}

/** One file of a chain: the definition itself first, then what it extends, and so on. */
interface Link {
  readonly name: string;
  readonly tree: Tree;
}

/** A definition merged with all that it extends; it knows which file each part came from. */
export interface Document {
  readonly name: string;
  /** Not yet checked against any schema. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Keys that the file itself leaves empty, and that are therefore none of the value's. */
  readonly empty: readonly string[];
  /** What is wrong with the texts themselves and with their chain. */
  readonly findings: readonly LocatedFinding[];
  locate(finding: Finding): LocatedFinding;
}

const maxBytes = 1024 * 1024;

/** A chain of more files than this is a mistake. */
const maxLevels = 8;

export function readDocument(source: SourceText, resolve: Resolve): Document {
  const findings: LocatedFinding[] = [];
  const chain = readChain(source, resolve, findings);
  // From the most basic to the most specific: the child's keys win.
  const value = chain.reduceRight<unknown>((base, { tree }) => merged(inherited(base), tree.value), undefined);
  const { extends: _, ...own } = isRecord(value) ? value : {};
  return {
    name: source.name,
    value: own,
    empty: emptyKeys(chain[0]?.tree.value),
    findings,
    locate: (finding) => locate(chain, source.name, finding),
  };
}

function emptyKeys(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value).filter((key) => value[key] === null) : [];
}

/** What a file is by itself is not handed down. */
function inherited(base: unknown): unknown {
  if (!isRecord(base)) return base;
  const { model: _, abstract: __, extends: ___, ...rest } = base;
  return rest;
}

function readChain(source: SourceText, resolve: Resolve, findings: LocatedFinding[]): Link[] {
  const chain: Link[] = [];
  let next: SourceText | undefined = source;
  while (next !== undefined) {
    const link = readLink(next, findings);
    if (link === undefined) break;
    const report: Report = (finding) => findings.push(locate([link], link.name, finding));
    chain.push(link);
    next = baseOf(link, chain, resolve, report);
  }
  return chain;
}

/** Undefined if the text is no map at all: what is wrong has been reported. */
function readLink({ name, text }: SourceText, findings: LocatedFinding[]): Link | undefined {
  const whole = (detail: string): undefined => {
    findings.push({ source: name, line: 1, column: 1, path: '', detail, severity: 'error' });
  };
  if (Buffer.byteLength(text) > maxBytes) return whole(`is larger than ${maxBytes} bytes`);
  const tree = parseTree(text);
  for (const { line, column, pointer, detail } of tree.problems) {
    const path = pathText(pointer.split('/').slice(1));
    findings.push({ source: name, line, column, path, detail, severity: 'error' });
  }
  if (!tree.readable) return undefined;
  if (tree.value === null || tree.value === undefined) return whole('the file is empty');
  return isRecord(tree.value) ? { name, tree } : whole('must be a map of keys and values');
}

function baseOf(link: Link, chain: readonly Link[], resolve: Resolve, report: Report): SourceText | undefined {
  const reference = isRecord(link.tree.value) ? link.tree.value['extends'] : undefined;
  if (reference === undefined) return undefined;
  const wrong = (detail: string): undefined => {
    report({ path: ['extends'], detail, severity: 'error' });
  };
  if (typeof reference !== 'string') return wrong('must be text: a model, or a path that begins with ./');
  const found = resolve(reference, link.name);
  if (found === undefined) return wrong(`names no definition ${JSON.stringify(reference.slice(0, 100))}`);
  if (chain.some(({ name }) => name === found.name)) return wrong('goes round in a circle: a file extends itself');
  if (chain.length >= maxLevels) return wrong(`is more than ${maxLevels} files deep`);
  return found;
}

function locate(chain: readonly Link[], whole: string, finding: Finding): LocatedFinding {
  const { detail, severity, offset } = finding;
  const path = finding.path.map(String);
  const { link, path: known } = ownerOf(chain, path);
  const more = { ...(finding.key && { key: true as const }), ...(offset !== undefined && { offset }) };
  const place = link === undefined ? { line: 1, column: 1 } : placeOf({ path: known, ...more }, link.tree);
  return { source: link?.name ?? whole, ...place, path: pathText(path), detail, severity };
}

/** The file that a path stands in, or, for what is missing, the file that what lacks it stands in. */
function ownerOf(chain: readonly Link[], path: readonly string[]): { link: Link | undefined; path: string[] } {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    const link = chain.find(({ tree }) => has(tree.value, part));
    // With the key that is missing, so that its parent's key is pointed at.
    if (link !== undefined) return { link, path: path.slice(0, length === path.length ? length : length + 1) };
  }
  return { link: chain[0], path: [...path] };
}

function has(value: unknown, path: Path): boolean {
  let current = value;
  for (const key of path) {
    if (Array.isArray(current)) current = current[Number(key)] as unknown;
    else if (isRecord(current) && Object.hasOwn(current, key)) current = current[key];
    else return false;
    if (current === undefined) return false;
  }
  return true;
}
