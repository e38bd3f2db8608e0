import { suggestion } from '../../../yaml/suggest.ts';
import { build, type Given } from './build.ts';
import { convert } from './convert.ts';
import { placeIn } from './place.ts';
import type { ParamProblem } from './problem.ts';
import { propertiesOf } from './schema.ts';

export interface Params {
  readonly value: unknown;
  readonly problems: readonly ParamProblem[];
}

/** Everything that was given for one name, in its order. */
interface Assignment {
  readonly name: string;
  readonly texts: readonly string[];
  /** Written with `:=`, as JSON. */
  readonly json: boolean;
}

/**
 * The parameters that words like `volts=5`, `axis.speed=2` and `points:=[1,2]` mean under a schema; what they say goes into
 * `base` and before it. All that is wrong is told at once.
 */
export function paramsOf(schema: unknown, words: readonly string[], base: unknown = {}): Params {
  const problems: ParamProblem[] = [];
  const given: Given[] = [];
  for (const assignment of assignments(words, problems)) {
    const found = valueOf(schema, assignment);
    if ('detail' in found) problems.push({ name: assignment.name, detail: found.detail });
    else given.push(found);
  }
  return { value: build(base, given), problems: [...problems, ...clashes(given)] };
}

function assignments(words: readonly string[], problems: ParamProblem[]): readonly Assignment[] {
  const found = new Map<string, Assignment>();
  for (const word of words) {
    const [, name = '', colon, text = ''] = /^([^=]*?)(:?)=(.*)$/s.exec(word) ?? [];
    const before = found.get(name);
    if (name === '') problems.push({ name: word, detail: 'is no name=value' });
    else if (before === undefined) found.set(name, { name, texts: [text], json: colon === ':' });
    else found.set(name, { name, texts: [...before.texts, text], json: before.json || colon === ':' });
  }
  return [...found.values()];
}

function valueOf(schema: unknown, { name, texts, json }: Assignment): Given | { readonly detail: string } {
  const place = placeIn(schema, name);
  if (place === undefined) return { detail: unknownName(schema, name) };
  const { path } = place;
  if (!json) {
    const converted = convert(place.schema, texts);
    return 'problem' in converted ? { detail: converted.problem } : { path, value: converted.value };
  }
  if (texts.length > 1) return { detail: 'is given more than once; write the whole list as JSON' };
  try {
    return { path, value: JSON.parse(texts[0] ?? '') as unknown };
  } catch {
    return { detail: 'is not JSON, as := wants it; text stands in double quotes there' };
  }
}

function unknownName(schema: unknown, name: string): string {
  const known = [...propertiesOf(schema).keys()];
  return known.length === 0 ? 'is not known: there are no parameters' : `is not known${suggestion(name, known)}`;
}

/** `axis=…` and `axis.speed=…` at once. */
function clashes(given: readonly Given[]): readonly ParamProblem[] {
  const within = ({ path }: Given): Given | undefined =>
    given.find((other) => other.path.length < path.length && other.path.every((key, index) => key === path[index]));
  return given.flatMap((each) => {
    const outer = within(each);
    return outer === undefined
      ? []
      : [{ name: each.path.join('.'), detail: `is given within ${outer.path.join('.')} and on its own` }];
  });
}
