import { findingText, type Dialect, readDefinition, type Read } from './dialect.ts';
import type { Definition, DefinitionSource } from './definition.ts';
import { understand } from './read.ts';

/** Definitions in tests of this folder: what a text lacks of a whole one is filled in. */

export const dialects: readonly Dialect<DefinitionSource>[] = [{ understand }];

const rest = {
  model: 'model: example',
  transport: 'transport: [serial, tcp]',
  line: 'line: { outTerminator: "\\r\\n", inTerminator: "\\r\\n" }',
};

/** Missing keys are appended, so that lines and columns of the text stay. */
export function whole(text: string): string {
  const missing = Object.entries(rest).filter(([key]) => !new RegExp(`^${key}:`, 'm').test(text));
  return [text.trimEnd(), ...missing.map(([, line]) => line), ''].join('\n');
}

export function read(text: string, files: Readonly<Record<string, string>> = {}): Read<DefinitionSource> {
  return readDefinition({ name: 'a.yaml', text: whole(text) }, resolverOf(files), dialects);
}

function resolverOf(files: Readonly<Record<string, string>>) {
  return (reference: string) => {
    const name = reference.startsWith('./') ? reference.slice(2) : `${reference}.yaml`;
    const text = files[name];
    return text === undefined ? undefined : { name, text };
  };
}

/** What a user would read, without the file's name. */
export function findingsOf(text: string, files: Readonly<Record<string, string>> = {}): string[] {
  return read(text, files).findings.map((finding) => findingText(finding).replace(/^a\.yaml:/, ''));
}

/** Compiled for these options; fails with what is wrong. */
export function definitionOf(text: string, options: Readonly<Record<string, unknown>> = {}): Definition {
  const { result, findings } = read(text);
  if (result === undefined) throw new Error(findings.map(findingText).join('\n'));
  return result.compile(options);
}
