import { type Understood, understandAll } from './rounds.ts';
import { type LocatedFinding, readDocument, type Resolve, type SourceText } from './document.ts';
import type { Finding } from './definition.ts';
import { takenNames } from './names.ts';

/** One way of describing a device in YAML, with an engine of its own. */
export interface Dialect<T> {
  /** The key at the top level by which its files are known; absent: it takes what no other does. */
  readonly key?: string;
  understand(value: Readonly<Record<string, unknown>>): Understood<T>;
}

/** A definition that was read: `result` is there unless it is only a base for others, or there are errors. */
export interface Read<T> {
  readonly result?: T;
  /** As they stand in the files. */
  readonly findings: readonly LocatedFinding[];
}

/** Reads a definition with all that it extends, by whichever dialect it is written in. */
export function readDefinition<T>(source: SourceText, resolve: Resolve, dialects: readonly Dialect<T>[]): Read<T> {
  const document = readDocument(source, resolve);
  if (document.findings.length > 0) return { findings: document.findings };
  const taken = takenNames(document.value);
  if (taken.length > 0) return { findings: taken.map((finding) => document.locate(finding)) };
  const left = dialects.find(({ key }) => key !== undefined && document.empty.includes(key))?.key;
  if (left !== undefined) return { findings: [document.locate(emptyKey(left))] };
  const dialect =
    dialects.find(({ key }) => key !== undefined && Object.hasOwn(document.value, key)) ??
    dialects.find(({ key }) => key === undefined);
  if (dialect === undefined) return { findings: [unknownDialect(source, dialects)] };
  const { findings, result } = understandAll(document.value, (value) => dialect.understand(value));
  const located = findings.map((finding) => document.locate(finding)).toSorted(inOrder);
  const isUsable = result !== undefined && !located.some(({ severity }) => severity === 'error');
  return { findings: located, ...(isUsable && { result }) };
}

/** Nothing after the key means that it is taken away, and then the file would be of another dialect. */
function emptyKey(key: string): Finding {
  return { path: [key], detail: `is empty; write \`${key}: {}\``, severity: 'error', key: true };
}

function inOrder(a: LocatedFinding, b: LocatedFinding): number {
  return a.source === b.source ? a.line - b.line || a.column - b.column : 0;
}

function unknownDialect<T>({ name }: SourceText, dialects: readonly Dialect<T>[]): LocatedFinding {
  const keys = dialects.flatMap(({ key }) => key ?? []);
  const detail = `is in no dialect that is known here; there must be a key ${keys.join(' or ')}`;
  return { source: name, line: 1, column: 1, path: '', detail, severity: 'error' };
}

/** `file:line:column: error: path: what is wrong`, as compilers print it. */
export function findingText({ source, line, column, path, detail, severity }: LocatedFinding): string {
  return `${source}:${line}:${column}: ${severity}: ${path === '' ? '' : `${path}: `}${detail}`;
}
