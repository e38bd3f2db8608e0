/** One node of a header's path, as the standard writes it: `VOLTage` is VOLTAGE or VOLT, in brackets it may be left out. */
interface Node {
  readonly long: string;
  readonly short: string;
  readonly isOptional: boolean;
}

export type HeaderPattern = readonly Node[];

/** Compiles `[:SOURce]:VOLTage[:LEVel]`; common commands (`*IDN`) are a single node. */
export function headerPattern(text: string): HeaderPattern {
  return Array.from(text.matchAll(/(\[)?:?(\*?[A-Za-z]+)\]?/g), ([, bracket, name = '']) => ({
    long: name.toUpperCase(),
    // SCPI-1999 vol. 1 §6.2.1: the capitals are the short form, and nothing in between is accepted.
    short: name.replaceAll(/[a-z]/g, ''),
    isOptional: bracket !== undefined,
  }));
}

/** Whether the words of a header, in capitals and without numeric suffixes, are this command. */
export function matchesHeader(pattern: HeaderPattern, words: readonly string[]): boolean {
  const [node, ...nodes] = pattern;
  const [word, ...rest] = words;
  if (node === undefined) return word === undefined;
  const isHere = word !== undefined && (word === node.long || word === node.short) && matchesHeader(nodes, rest);
  return isHere || (node.isOptional && matchesHeader(nodes, words));
}

/** One unit of a program message, taken apart (IEEE 488.2 §7.3). */
export interface ProgramUnit {
  /** In capitals, numeric suffixes removed. */
  readonly words: readonly string[];
  readonly isQuery: boolean;
  /** False for a suffix other than the 1 that every node of a single-output supply has. */
  readonly isSuffixValid: boolean;
  readonly parameters: readonly string[];
}

const unit = /^(\*[A-Za-z]+|:?[A-Za-z]\w*(?::[A-Za-z]\w*)*)(\?)?(?:\s+(.*))?$/;

/**
 * Takes a unit apart. Returns undefined if it has a character that no header has. `path` is where the unit before left
 * off in the tree; a leading colon goes back to the root, and common commands leave it alone (vol. 1 §6.2.4).
 */
export function parseUnit(text: string, path: readonly string[]): ProgramUnit | undefined {
  const [, header, mark, data] = unit.exec(text) ?? [];
  if (header === undefined) return undefined;
  const isAbsolute = header.startsWith(':') || header.startsWith('*');
  const own = header.replace(/^:/, '').toUpperCase().split(':');
  const words = isAbsolute ? own : [...path, ...own];
  return {
    words: words.map((word) => word.replace(/\d+$/, '')),
    isQuery: mark !== undefined,
    isSuffixValid: words.every((word) => /^\D+1?$/.test(word)),
    parameters: data === undefined ? [] : data.split(',').map((parameter) => parameter.trim()),
  };
}
