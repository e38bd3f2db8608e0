import { isRecord } from '../../../src/yaml/schema-walk.ts';
import type { Finding } from './definition.ts';

/** What a dialect makes of a document: something to use, unless there are errors among the findings. */
export interface Understood<T> {
  readonly findings: readonly Finding[];
  readonly result?: T;
}

type Value = Readonly<Record<string, unknown>>;

/** Each costs as much as reading it once. */
const maxRounds = 4;

const maps = ['properties', 'commands', 'events', 'exchanges'];
const lists = ['examples', 'errors', 'unsolicited'];
/** What is left out as a whole. */
const others = ['simulator', 'stop', 'init', 'identify', 'resync', 'errorQueue'];

/** What is left of a document, and which items of its lists these were. */
interface Left {
  readonly value: Value;
  readonly indexes: Readonly<Record<string, readonly number[]>>;
}

/**
 * Everything that is wrong with a document: a dialect that finds something looks no further, so it reads the document again
 * without the parts that are wrong, and without those that speak of them.
 */
export function understandAll<T>(value: Value, understand: (value: Value) => Understood<T>): Understood<T> {
  const whole = understand(value);
  const findings = [...whole.findings];
  let left: Left | undefined = { value, indexes: {} };
  let errors = findings.filter(({ severity }) => severity === 'error');
  for (let round = 1; round < maxRounds && errors.length > 0; round++) {
    left = without(left, errors);
    if (left === undefined) break;
    errors = understand(left.value).findings.filter((finding) => finding.severity === 'error' && isOfPart(finding));
    const { indexes } = left;
    findings.push(...errors.map((finding) => asInTheWhole(finding, indexes)));
  }
  return { ...whole, findings };
}

/** What else is wrong may follow from what is left out. */
function isOfPart({ path: [section, part] }: Finding): boolean {
  const name = String(section);
  return others.includes(name) || (part !== undefined && [...maps, ...lists].includes(name));
}

function asInTheWhole(finding: Finding, indexes: Left['indexes']): Finding {
  const [section = '', index, ...rest] = finding.path;
  const original = indexes[section]?.[Number(index)];
  // What is known is only some of it.
  const detail = finding.detail.replace(/; known: [^]*$/, '');
  return { ...finding, detail, path: original === undefined ? finding.path : [section, original, ...rest] };
}

/** Undefined where what is wrong concerns everything. */
function without({ value, indexes }: Left, errors: readonly Finding[]): Left | undefined {
  if (!errors.every(isOfPart)) return undefined;
  const wrong = new Set(errors.map(({ path: [section, part] }) => `${section}/${part}`));
  const names = new Set(
    errors.flatMap(({ path: [section, part] }) => (maps.includes(String(section)) ? [String(part)] : [])),
  );
  const speaksOfThem = (part: unknown): boolean => {
    const text = JSON.stringify(part) ?? '';
    return [...names].some((name) => isNamedIn(text, name));
  };
  const sections = new Set(errors.map(({ path: [section] }) => String(section)));
  const left: Record<string, unknown> = { ...value };
  for (let before = -1; before < names.size;) {
    before = names.size;
    for (const section of maps) {
      const kept = Object.entries(partsOf(left[section])).filter(([name, part]) => {
        const goes = wrong.has(`${section}/${name}`) || speaksOfThem(part);
        if (goes) names.add(name);
        return !goes;
      });
      if (isRecord(left[section])) left[section] = Object.fromEntries(kept);
    }
  }
  for (const key of others) if (sections.has(key) || speaksOfThem(left[key])) delete left[key];
  // What an example shows may need any of these, and names of what `each` makes are not those in the file.
  const needed = ['errors', 'unsolicited', 'exchanges', 'identify', 'errorQueue'].some((section) =>
    sections.has(section),
  );
  if (needed || [...names].some((name) => name.includes('{'))) delete left['examples'];
  const places: Record<string, readonly number[]> = {};
  for (const section of lists) {
    const list = left[section];
    if (!Array.isArray(list)) continue;
    const goes = (index: number): boolean =>
      wrong.has(`${section}/${index}`) ||
      speaksOfThem(list[index]) ||
      (section === 'examples' && !saysOfWhat(list[index]));
    const kept = [...list.keys()].filter((index) => !goes(index));
    left[section] = kept.map((index) => list[index] as unknown);
    places[section] = kept.map((index) => indexes[section]?.[index] ?? index);
  }
  return { value: left, indexes: places };
}

/** By itself, or by a name of what `each` makes of it. */
function isNamedIn(text: string, name: string): boolean {
  if (!name.includes('{')) return text.includes(JSON.stringify(name));
  const fixed = name.split(/\{[^}]*\}/);
  return [...text.matchAll(/"([^"\\]*)"/g)].some(([, word = '']) => isMadeOf(word, fixed));
}

function isMadeOf(word: string, [first = '', ...rest]: readonly string[]): boolean {
  if (!word.startsWith(first) || !word.endsWith(rest.at(-1) ?? '')) return false;
  let from = first.length;
  return rest.every((piece) => {
    const at = word.indexOf(piece, from);
    from = at + piece.length;
    return at >= 0;
  });
}

/** Else what it shows may be of anything that is left out. */
function saysOfWhat(example: unknown): boolean {
  return (
    isRecord(example) && ['read', 'write', 'command', 'event', 'identify'].some((key) => Object.hasOwn(example, key))
  );
}

function partsOf(value: unknown): Value {
  return isRecord(value) ? value : {};
}
