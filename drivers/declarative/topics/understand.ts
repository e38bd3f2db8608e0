import { BellcrankError, type JsonSchema, validate } from '../../../src/driver/index.ts';
import type { Finding, Report } from '../definition/definition.ts';
import type { Dialect } from '../definition/dialect.ts';
import type { Understood } from '../definition/rounds.ts';
import { optionIn } from '../definition/each.ts';
import {
  addressText,
  checkAddress,
  checkEnds,
  largestOptions,
  type Options,
  withOptionDefaults,
} from '../definition/options.ts';
import { checkSchema } from '../definition/schemas.ts';
import { entriesOf, error } from '../definition/scope.ts';
import { shapeFindings } from '../definition/shape.ts';
import { checkExamples } from './check/examples.ts';
import { lint } from './check/lint.ts';
import { compile } from './compile/compile.ts';
import { topicOptions } from './compile/levels.ts';
import { compactTopicSchema } from './json-schema.ts';
import { type RawTopicMap, topicMapSchema } from './schema/definition.ts';
import type { Instance, TopicMap, TopicMapSource } from './topic-map.ts';

/** Instances that differ in what `each` runs over have maps of their own; so many are kept. */
const maxMaps = 64;

/** A definition that is known to be sound, as those are that come with Bellcrank: compiled, and hardly checked. */
export function trustTopicMap(value: Readonly<Record<string, unknown>>): Understood<TopicMapSource> {
  // Tests have checked its shape.
  const raw = value as RawTopicMap;
  return raw.abstract === true ? { findings: [] } : { findings: [], result: sourceOf(raw, () => {}, false) };
}

/** The dialect of devices that speak MQTT: a merged document, checked, looked over, its examples run. */
export const topicMaps: Dialect<TopicMapSource> = {
  key: 'topics',
  understand(value) {
    const { findings, result } = understandTopicMap(value);
    if (result === undefined) return { findings };
    // What has a result is of this shape.
    const doubtful = lintOf(result, value as RawTopicMap);
    if (doubtful.some(({ severity }) => severity === 'error')) return { findings: [...findings, ...doubtful] };
    return { findings: [...findings, ...doubtful, ...checkExamples(result)], result };
  },
};

/** Its topics are made for that, which not every default is good for. */
function lintOf({ largest }: TopicMapSource, raw: RawTopicMap): Finding[] {
  try {
    return lint(largest, raw);
  } catch (thrown) {
    if (!(thrown instanceof BellcrankError)) throw thrown;
    return [error(['options'], `make no topic as they stand here: ${thrown.message}`)];
  }
}

/** Without what is only doubtful, and without its examples. */
export function understandTopicMap(value: Readonly<Record<string, unknown>>): Understood<TopicMapSource> {
  const findings: Finding[] = languageFindings(value);
  if (findings.length > 0) return { findings };
  const report: Report = (finding) => findings.push(finding);
  // Just found to be of this shape.
  const raw = value as RawTopicMap;
  if (raw.model === undefined && raw.abstract !== true) report(error(['model'], 'is required'));
  for (const [name, schema] of entriesOf(raw.options)) checkOption(name, schema, report);
  checkEnds(raw, report);
  checkAddress(raw, report);
  const source = sourceOf(raw, report, true);
  const distinct = withoutRepetition(findings);
  if (raw.abstract === true || distinct.some(({ severity }) => severity === 'error')) return { findings: distinct };
  return { findings: distinct, result: source };
}

let compact: JsonSchema | undefined;

function languageFindings(value: unknown): Finding[] {
  compact ??= compactTopicSchema();
  return shapeFindings(topicMapSchema, value, compact);
}

function checkOption(name: string, schema: Readonly<Record<string, unknown>>, report: Report): void {
  const path = ['options', name];
  if (!/^[A-Za-z][\w-]{0,62}$/.test(name) || ['value', 'message', 'id'].includes(name)) {
    const detail = 'the name must be letters, digits, hyphens and underscores, and not value, message or id';
    report(error(path, detail, { key: true }));
  }
  checkSchema(schema, path, report);
}

/** What `each` makes is compiled for each. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path, detail, offset }) => {
    const key = JSON.stringify([path, detail, offset]);
    return !seen.has(key) && seen.add(key);
  });
}

function sourceOf(raw: RawTopicMap, report: Report, isStrict: boolean): TopicMapSource {
  const options = sampleOptions(raw);
  const largest = { map: compile(raw, options, report, isStrict), options };
  const maps = new Maps(raw, largest);
  const inTopics = topicOptions(raw);
  return {
    name: largest.map.model.name,
    largest,
    address(given) {
      const all = withOptionDefaults(raw, given);
      return raw.address === undefined
        ? inTopics.map((name) => String(all[name])).join(' ')
        : addressText(raw.address, all);
    },
    compile: (given) => maps.of(withOptionDefaults(raw, given)),
  };
}

/** The largest instance, as one that could be: options that have no default are those of an example. */
function sampleOptions(raw: RawTopicMap): Options {
  const shown = Object.assign({}, ...(raw.examples ?? []).map(({ options }) => options).toReversed()) as Options;
  const entries = Object.entries(largestOptions(raw)).map(([name, sample]) => {
    const schema: JsonSchema = raw.options?.[name] ?? {};
    if ('default' in schema || validate(schema, sample).length + Number(sample === '') === 0)
      return [name, sample] as const;
    const [first] = Array.isArray(schema['examples']) ? (schema['examples'] as unknown[]) : [];
    const found = [first, shown[name], 'x'].find(
      (value) => value !== undefined && validate(schema, value).length === 0,
    );
    return [name, (found ?? sample) as Options[string]] as const;
  });
  return Object.fromEntries(entries);
}

/** Thousands of devices of one definition have one map, unless their options make other properties of it. */
class Maps {
  readonly #raw: RawTopicMap;
  readonly #ends: readonly string[];
  readonly #byEnds = new Map<string, TopicMap>();

  constructor(raw: RawTopicMap, largest: Instance) {
    this.#raw = raw;
    this.#ends = endsOf(raw);
    this.#byEnds.set(this.#key(largest.options), largest.map);
  }

  of(options: Options): Instance {
    const key = this.#key(options);
    const known = this.#byEnds.get(key);
    if (known !== undefined) return { map: known, options };
    const map = this.#compiled(options);
    if (this.#byEnds.size < maxMaps) this.#byEnds.set(key, map);
    return { map, options };
  }

  #compiled(options: Options): TopicMap {
    const findings: Finding[] = [];
    const map = compile(this.#raw, options, (finding) => findings.push(finding), false);
    const wrong = findings.find(({ severity }) => severity === 'error');
    if (wrong === undefined) return map;
    throw new BellcrankError('driver-fault', `${map.model.name}: ${wrong.path.join('.')} ${wrong.detail}`);
  }

  #key(options: Options): string {
    return JSON.stringify(this.#ends.map((name) => options[name]));
  }
}

/** Options that are an end of a range of `each`: only they make a difference to the map. */
function endsOf({ properties, commands }: RawTopicMap): string[] {
  const all = [...Object.values(properties ?? {}), ...Object.values(commands ?? {})];
  const ranges = all.flatMap(({ each }) => Object.values(each ?? {}));
  const names = ranges.flatMap((range) => ('of' in range ? [] : range.map((end) => optionIn(end))));
  return [...new Set(names.filter((name) => name !== undefined))];
}
