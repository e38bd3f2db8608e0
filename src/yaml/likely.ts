import type { ErrorCode, YAMLError } from 'yaml';

/** What is wrong with a text, in words for whoever wrote it; nothing of the text is in them, which may be a password. */
export interface Likely {
  readonly detail: string;
  /** Where that is, if not where the parser noticed it. */
  readonly offset?: number;
  /** Where something is wrong before it, it only follows. */
  readonly follows?: true;
}

/** So much of the text above says in which columns a line may begin. */
const maxAbove = 65_536;

type Explain = (around: Around) => Likely | string | undefined;

/** Where the parser noticed it. */
interface Around {
  readonly text: string;
  readonly offset: number;
  readonly line: string;
  /** Of the line, in the text. */
  readonly start: number;
  /** What is left of the line from there on. */
  readonly rest: string;
  readonly message: string;
}

const inQuotes = (what: string): string => `a text that begins with ${what} must stand in quotes`;
const tab = 'lines are indented with spaces, and here is a tab';
const noSpace = (what: string): string => `a space is missing behind ${what}`;

/** By what the value before it ends with, or a block's header. */
const afterTheEnd: ReadonlyMap<string, string> = new Map([
  ["'", "the text in quotes ends before this: a ' in it is written twice, or one further up is not closed"],
  ['"', 'the text in quotes ends before this: a " in it is written \\", or one further up is not closed'],
  ['}', inQuotes('{')],
  [']', inQuotes('[')],
  ['|', inQuotes('|')],
  ['>', inQuotes('>')],
]);

const byCode: Partial<Record<ErrorCode, Explain>> = {
  TAB_AS_INDENT: () => tab,
  MULTIPLE_DOCS: () => 'the file may hold only one document, and --- starts a second',
  NON_STRING_KEY: () => 'keys must be text',
  BAD_DQ_ESCAPE: () => 'this escape means nothing in double quotes; in single quotes a \\ is itself',
  BAD_SCALAR_START: ({ rest }) => inQuotes(rest.charAt(0)),
  BAD_INDENT: (around) => (around.message.startsWith('Flow') ? unclosed(around) : misplaced(around)),
  BLOCK_AS_IMPLICIT_KEY: (around) => {
    if (/:(\s|$)/.test(around.rest)) return 'a text with a colon and a space behind it must stand in quotes';
    return around.rest.startsWith('?') ? inQuotes('?') : misplacedBelow(around);
  },
  BLOCK_IN_FLOW: () =>
    'a comma is missing between this and the next key, or this is a text with a colon and a space behind it, which must stand in quotes',
  UNEXPECTED_TOKEN: ({ line, offset, start, rest, message, text }) => {
    // Bounds of ours have words of their own.
    if (!/^(Unexpected|Block scalar)/.test(message)) return undefined;
    const before = line.slice(0, offset - start);
    if (/^[}\]]/.test(rest)) return `a ${rest.charAt(0)} stands here, and nothing that it closes`;
    if (/^:\S/.test(rest) && /^\s*(?:- +)*["'][^"']*["']$/.test(before)) return noSpace('the colon');
    return before.trim() === '' ? misplaced({ text, start }) : afterTheEnd.get(before.trimEnd().slice(-1));
  },
  MULTILINE_IMPLICIT_KEY: withoutColon,
  MISSING_CHAR: (around) => {
    const { message } = around;
    if (message.startsWith('Missing ,'))
      return `a comma${message.includes(' or ') ? ' or a colon' : ''} is missing before this`;
    if (message.startsWith('Comments'))
      return 'a comment needs a space before its #; a text with a # in it must stand in quotes';
    if (message.startsWith('Implicit')) return withoutColon(around);
    return message.startsWith('Sequence item') ? misplaced(around) : unclosed(around);
  },
};

/** Undefined where the parser's own words must do. */
export function likely({ code, message, pos: [offset] }: YAMLError, text: string): Likely | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = lineAt(text, start);
  const said = byCode[code]?.({ text, offset, line, start, rest: line.slice(offset - start), message });
  return typeof said === 'string' ? { detail: said } : said;
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end);
}

function withoutColon({ line, start, offset, rest }: Around): Likely {
  if (rest.startsWith('- ')) {
    return { detail: 'here stands an item of a list, and what it stands beside is none: mind its indentation', offset };
  }
  const [, before = '', sign = ''] = /^(\s*(?:- +)*(?:[\w-]+(?=:)|(?=-)))([:-])\S/.exec(line) ?? [];
  if (sign === '') return { detail: 'a key needs a colon and a space behind it', offset };
  return { detail: noSpace(sign === ':' ? 'the colon' : 'the -'), offset: start + before.length + 1 };
}

function unclosed({ message, text, offset }: Around): Likely | undefined {
  const [sign] = /["'}\]]/.exec(message) ?? [];
  if (sign === undefined) return undefined;
  if (/[}\]]/.test(sign)) return { detail: `before this a ${sign} is missing, or it stands further left than it may` };
  return { detail: `the ${sign} that stands here is not closed`, offset: lastOpened(sign, text, offset) };
}

/** The last one there is, since none closes it, but for those that are only written in the text. */
function lastOpened(sign: string, text: string, offset: number): number {
  let at = text.lastIndexOf(sign, offset - 1);
  const isWritten = (): boolean =>
    sign === "'" ? text.charAt(at - 1) === sign : /(?:^|[^\\])(?:\\\\)*\\$/.test(text.slice(Math.max(0, at - 100), at));
  while (at > 0 && isWritten()) at = text.lastIndexOf(sign, at - (sign === "'" ? 2 : 1));
  return at;
}

/** A line that begins further left or right than what it belongs to. */
function misplaced({ text, start }: Pick<Around, 'text' | 'start'>): Likely {
  const from = contentFrom(text, start);
  const line = lineAt(text, from);
  const column = indentOf(line) + 1;
  if (line.charAt(column - 1) === '\t') return { detail: tab, offset: from + column - 1 };
  const columns = columnsAbove(text.slice(Math.max(0, from - maxAbove), from));
  const offset = from + column - 1;
  // A key could stand there if a key did.
  if (columns.includes(column)) {
    const detail = 'this line begins where the - of a list do, and has none: mind its indentation';
    return { detail, offset, follows: true };
  }
  const known =
    columns.length > 1 ? `${columns.slice(0, -1).join(', ')} or ${columns.at(-1)}` : String(columns[0] ?? 1);
  const detail = `this line begins in column ${column}, and what it may stand beside in column ${known}: mind its indentation`;
  return { detail, offset, follows: true };
}

/** The line below is further in than one that has a value already. */
function misplacedBelow({ text, line, start }: Around): Likely | undefined {
  const next = contentFrom(text, start + line.length + 1);
  return indentOf(lineAt(text, next)) > indentOf(line) ? misplaced({ text, start: next }) : undefined;
}

/** The first line from there on that says something. */
function contentFrom(text: string, start: number): number {
  const nothing = /(?:[ \t]*(?:#.*)?\r?\n)*/y;
  nothing.lastIndex = start;
  return start + (nothing.exec(text)?.[0].length ?? 0);
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

/** The columns in which a line below a text may begin: those of the keys and items that are not over yet. */
function columnsAbove(text: string): number[] {
  const open: number[] = [];
  for (const line of text.split('\n')) {
    const [, before = '', items = '', rest = ''] = /^( *)((?:- +)*)(.*)$/.exec(line) ?? [];
    if (items === '' && (rest === '' || rest.startsWith('#'))) continue;
    while ((open.at(-1) ?? 0) > before.length + 1) open.pop();
    const columns = [...items.matchAll(/-/g)].map(({ index }) => before.length + index + 1);
    if (rest !== '') columns.push(before.length + items.length + 1);
    open.push(...columns.filter((column) => column > (open.at(-1) ?? 0)));
  }
  return open;
}
