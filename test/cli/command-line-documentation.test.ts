import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, expect, test } from 'vitest';
import { parts } from '../../src/cli/parts.ts';
import { exitCodes } from '../../src/cli/context.ts';
import { wholeProgram } from '../../src/cli/program.ts';
import { systemClock } from '../../src/clock.ts';
import { root } from './run.ts';

const page = await readFile(join(root, 'docs/cli.md'), 'utf8');
const [prose = '', reference = ''] = page.split('\n## Reference\n');

let program: Command;
beforeAll(async () => {
  const nothing = () => {};
  const missing = (): never => {
    throw new Error('nothing runs here');
  };
  program = await wholeProgram({
    loadParts: () => Promise.resolve(parts),
    clock: systemClock,
    version: '9.9.9',
    env: {},
    out: nothing,
    err: nothing,
    createLog: missing,
    shutdown: new AbortController().signal,
  });
});

/** What can be called: sub-commands of sub-commands by both their names. */
function leaves(command: Command, title: string): readonly (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[title, command]];
  return command.commands.flatMap((inner) => leaves(inner, `${title} ${inner.name()}`.trim()));
}

/** The options in the rows of a table. */
const rowsOf = (text: string): string[] =>
  Array.from(text.matchAll(/^\| `(-[^`]+)`/gm), ([, flags = '']) => flags.replaceAll('\\|', '|'));

const [shared = '', ...sections] = reference.split(/^### /m);
const sectionOf = new Map(sections.map((text) => [/^.*/.exec(text)?.[0] ?? '', text]));

test('every command has a section, and every section a command', () => {
  expect([...sectionOf.keys()].sort()).toEqual(
    leaves(program, '')
      .map(([title]) => title)
      .sort(),
  );
});

test('every option stands in its command’s section or among the shared ones, and no other does', () => {
  const common = rowsOf(shared);
  expect(common.length).toBe(5);
  for (const [title, command] of leaves(program, '')) {
    const options = command.options.map(({ flags }) => flags);
    const rows = rowsOf(sectionOf.get(title) ?? '');
    const own = options.filter((flags) => !common.includes(flags) || rows.includes(flags));
    expect({ title, rows: rows.toSorted() }).toEqual({ title, rows: own.toSorted() });
  }
});

test('every exit code has a row', () => {
  const rows = Array.from(prose.matchAll(/^\| (\d+) +\|/gm), ([, code]) => Number(code));
  expect(rows).toEqual(Object.values(exitCodes));
});

test('what the usage of a command says stands in its section', () => {
  for (const [title, command] of leaves(program, '')) {
    const args = command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    });
    expect(sectionOf.get(title)).toContain(`\`${['bellcrank', title, ...args].join(' ')}\``);
  }
});
