import type { ASTNode } from '@marcbachmann/cel-js';
import { nodesIn } from './node.ts';
import { Refused } from './problem.ts';

/** A property that an expression reads; without `device` it is one of the device that the expression is about. */
export interface Read {
  readonly device: string | undefined;
  readonly property: string;
  /** Where in the text it stands, the first time: an index of UTF-16 units. */
  readonly offset: number;
}

/** A read, and where it ends. */
export interface Occurrence extends Read {
  readonly end: number;
}

const loops = ['all', 'exists', 'exists_one', 'filter', 'map'];
const methods = ['size', 'startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii', 'trim', ...loops];
const functions = ['size', 'has', 'double', 'int', 'string'];

const forms: Readonly<Record<string, string>> = {
  self: 'write self.property or self["property"]; what is read must be plain from the text',
  device: 'write device["id"].property or device["id"]["property"]; what is read must be plain from the text',
};

/**
 * Every property that an expression reads. Throws `Refused` where that cannot be told from the text, and for what could
 * cost more than a check of a command may: loops within loops, and functions whose cost depends on their argument.
 */
export function readsIn(node: ASTNode, looping = false): Occurrence[] {
  const read = readOf(node);
  if (read !== undefined) return [{ ...read, offset: node.range.start, end: node.range.end }];
  if (node.op === 'id') checkName(node.args, node.start);
  if (node.op === 'call') checkCall(node.args[0], functions, node.start);
  if (node.op !== 'rcall') return nodesIn(node.args).flatMap((child) => readsIn(child, looping));
  const [name, receiver, args] = node.args;
  checkCall(name, methods, node.start);
  const isLoop = loops.includes(name);
  if (isLoop && looping) throw new Refused(`${name}() must not stand within another loop`, node.start);
  return [...readsIn(receiver, looping), ...args.flatMap((child) => readsIn(child, looping || isLoop))];
}

function readOf(node: ASTNode): Omit<Read, 'offset'> | undefined {
  const property = memberOf(node);
  if (property === undefined) return undefined;
  if (isName(property.of, 'self')) return { device: undefined, property: property.name };
  const device = memberOf(property.of);
  if (device === undefined || !isName(device.of, 'device')) return undefined;
  return { device: device.name, property: property.name };
}

function memberOf(node: ASTNode): { readonly of: ASTNode; readonly name: string } | undefined {
  if (node.op === '.') return { of: node.args[0], name: node.args[1] };
  if (node.op !== '[]') return undefined;
  const [of, index] = node.args;
  return index.op === 'value' && typeof index.args === 'string' ? { of, name: index.args } : undefined;
}

function isName(node: ASTNode, name: string): boolean {
  return node.op === 'id' && node.args === name;
}

function checkName(name: string, offset: number): void {
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (form !== undefined) throw new Refused(form, offset);
  // Reads are replaced by such names before the expression is compiled.
  if (/^_\d+$/.test(name)) throw new Refused(`Unknown variable: ${name}`, offset);
}

function checkCall(name: string, known: readonly string[], offset: number): void {
  if (known.includes(name)) return;
  throw new Refused(`${name.slice(0, 50)}() cannot be used here; there are ${known.join(', ')}`, offset);
}
