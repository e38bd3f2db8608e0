import { findingText } from '../../drivers/index.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { parseTree } from '../yaml/tree.ts';
import type { CliContext, ExitCode } from './context.ts';
import { readDefinitionFile } from '../definitions/files.ts';
import { type Defined, readOne } from '../definitions/reading.ts';

/** More than this is not read by anyone; the rest is counted. */
const maxShown = 100;

/** Keys that a definition has at its top level, and a configuration has not. */
const keys = ['model', 'abstract', 'extends'];

/** The text of a file that is a definition; undefined for anything else, a configuration above all. */
export function definitionIn(file: string): string | undefined {
  const read = readDefinitionFile(file);
  if ('failure' in read) return undefined;
  const { value, readable } = parseTree(read.text);
  const has = (key: string): boolean =>
    // What is no YAML is still meant to be one or the other.
    readable ? isRecord(value) && Object.hasOwn(value, key) : new RegExp(`^${key}[ \\t]*:`, 'm').test(read.text);
  return keys.some(has) ? read.text : undefined;
}

/** No definition, but with what only a configuration has. */
export function isConfiguration(text: string): boolean {
  const { value } = parseTree(text);
  if (!isRecord(value) || keys.some((key) => Object.hasOwn(value, key))) return false;
  return ['connections', 'devices', 'server'].some((key) => Object.hasOwn(value, key));
}

/** Prints what a definition defines, and all that is wrong or doubtful about it. */
export function checkDefinition(file: string, text: string, { definitions, out, err }: CliContext): ExitCode {
  const { findings, result } = readOne(file, text, definitions);
  const lines = findings.slice(0, maxShown).map(findingText);
  if (findings.length > maxShown) lines.push(`… and ${findings.length - maxShown} more`);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  if (findings.length > 0) err(`${[...lines, counts([errors, 'error'], [warnings, 'warning'])].join('\n')}\n`);
  if (errors > 0) return 1;
  out(`${file}: OK, ${result === undefined ? 'a base for other definitions' : summary(result)}\n`);
  return 0;
}

function summary({ driver: { model }, examples }: Defined): string {
  const counted = counts(
    [Object.keys(model.properties).length, 'property', 'properties'],
    [Object.keys(model.commands).length, 'command'],
    [Object.keys(model.events).length, 'event'],
    [examples, 'example'],
  );
  return `${model.name} (${model.summary}): ${counted === '' ? 'nothing yet' : counted}`;
}

/** `1 error, 2 warnings`; what there is none of is not mentioned. */
function counts(...all: readonly (readonly [count: number, one: string, many?: string])[]): string {
  return all
    .filter(([count]) => count > 0)
    .map(([count, one, many = `${one}s`]) => `${count} ${count === 1 ? one : many}`)
    .join(', ');
}
