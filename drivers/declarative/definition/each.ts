import { suggestion } from '../../../src/yaml/suggest.ts';
import type { Path } from './definition.ts';
import { isTaken } from './names.ts';
import { type BaseScope, entriesOf, error, own } from './scope.ts';

export type Constants = Readonly<Record<string, number | string>>;

/** One property or command after `each` has been expanded. */
export interface Expanded<T> {
  readonly name: string;
  readonly raw: T;
  readonly constants: Constants;
  readonly path: Path;
}

type Range = readonly [number | string, number | string] | { readonly of: readonly (number | string)[] };

/** Names stand in URLs; a colon would make a command look like `write:` and a property. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** One definition makes at most so many properties, and as many commands. */
const maxExpanded = 1000;

/** `{channel}` in names and other texts that are no templates. */
export function substituted(text: string, constants: Constants): string {
  return text.replaceAll(/\{([\w-]+)\}/g, (whole, name: string) => String(own(constants, name) ?? whole));
}

export function expandAll<T extends { readonly each?: Readonly<Record<string, Range>> }>(
  scope: BaseScope,
  section: string,
  map: Readonly<Record<string, T>> | undefined,
): Expanded<T>[] {
  const all: Expanded<T>[] = [];
  const taken = new Set<string>();
  for (const [key, raw] of entriesOf(map)) {
    const path = [section, key];
    for (const constants of combinations(scope, raw.each, path)) {
      const name = substituted(key, constants);
      if (all.length >= maxExpanded) return tooMany(scope, all, path);
      if (accepted(scope, name, taken, path)) all.push({ name, raw, constants, path });
      taken.add(name);
    }
  }
  return all;
}

function tooMany<T>(scope: BaseScope, all: T[], path: Path): T[] {
  scope.report(error(path, `makes more than ${maxExpanded} in all`, { key: true }));
  return all;
}

function accepted(scope: BaseScope, name: string, taken: ReadonlySet<string>, path: Path): boolean {
  const wrong = (detail: string): false => {
    scope.report(error(path, detail, { key: true }));
    return false;
  };
  if (taken.has(name)) return wrong(`makes ${name} a second time; put what \`each\` runs over into the name`);
  if (isTaken(name)) return wrong(`makes the name ${name}, which is taken`);
  if (namePattern.test(name)) return true;
  return wrong(`the name ${JSON.stringify(name)} must be 1 to 63 letters, digits, hyphens and underscores`);
}

/** Every combination of the values; one empty combination without `each`. */
function combinations(scope: BaseScope, each: Readonly<Record<string, Range>> | undefined, path: Path): Constants[] {
  return entriesOf(each).reduce<Constants[]>(
    (before, [name, range]) => {
      const values = valuesOf(scope, range, [...path, 'each', name]);
      return before
        .flatMap((constants) => values.map((value) => ({ ...constants, [name]: value })))
        .slice(0, maxExpanded + 1);
    },
    [{}],
  );
}

function valuesOf(scope: BaseScope, range: Range, path: Path): readonly (number | string)[] {
  if ('of' in range) return range.of;
  const [first, last] = [bound(scope, range[0], [...path, 0]), bound(scope, range[1], [...path, 1])];
  if (first === undefined || last === undefined || last < first) return [];
  return Array.from({ length: Math.min(last - first + 1, maxExpanded + 1) }, (_, index) => first + index);
}

function bound(scope: BaseScope, end: number | string, path: Path): number | undefined {
  if (typeof end === 'number') return end;
  const name = optionIn(end);
  const value = name === undefined ? undefined : own(scope.options, name);
  if (Number.isInteger(value)) return Number(value);
  const integers = entriesOf(scope.optionSchemas).filter(([, schema]) => schema['type'] === 'integer');
  const known = suggestion(
    name ?? end,
    integers.map(([option]) => option),
  );
  scope.report(error(path, `must be a number or an integer option in braces, like {channels}${known}`));
  return undefined;
}

/** The option that an end of a range names. */
export function optionIn(end: number | string): string | undefined {
  return typeof end === 'string' ? /^\{([\w-]+)\}$/.exec(end)?.[1] : undefined;
}
