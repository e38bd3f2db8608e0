import type { Model, PropertySpec } from '../driver/spec.ts';
import { kindOfSchema } from '../expression/kind.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';
import { checkBands } from './alarm-bands.ts';
import { conditions } from './alarm-schema.ts';
import { type Guarded, guardedBy, type Known, sameNames } from './scope.ts';

type Rule = Readonly<Record<string, unknown>>;

/** What the devices have to say about the alarms; their shape has been checked, and may be wrong all the same. */
export function checkAlarms(list: unknown, known: Known, discovers: boolean): Finding[] {
  if (!Array.isArray(list)) return [];
  const rules: unknown[] = list;
  const scopes = rules.map((rule, index) => scopeOf(['alarms', String(index)], rule, known, discovers));
  return [
    ...scopes.flatMap(({ findings }) => findings),
    ...rules.flatMap((rule, index) => {
      const path = ['alarms', String(index)];
      if (!isRecord(rule)) return [];
      return [...checkConditions(path, rule), ...checkDevices(path, rule, scopes[index]?.guarded ?? [])];
    }),
    ...sameNames('alarms', rules),
    ...checkBands(rules.map((rule, index) => ({ rule, ids: (scopes[index]?.guarded ?? []).map(({ id }) => id) }))),
  ];
}

/** What a device that describes itself has to say about its alarms, for a person. */
export function alarmProblems(
  rules: readonly { readonly device?: string }[],
  id: string,
  model: Model,
): readonly string[] {
  const own = rules.filter(({ device }) => device === id) as readonly Rule[];
  return own.flatMap((rule) => {
    const path = [String(rule['name'])];
    return checkProperties(path, rule, { id, model }).map(({ path: at, detail }) => `${at.join('.')} ${detail}`);
  });
}

function scopeOf(path: readonly string[], rule: unknown, known: Known, discovers: boolean) {
  if (!isRecord(rule)) return { guarded: [], findings: [] };
  const scope = guardedBy(path, rule, known);
  // Devices that are found later may have the label.
  const findings = scope.findings.filter((finding) => !discovers || finding.path.at(-1) !== 'label');
  return { guarded: scope.guarded, findings };
}

function checkConditions(path: readonly string[], rule: Rule): Finding[] {
  const has = conditions.filter((key) => Object.hasOwn(rule, key));
  if (has.length === 0) return [{ path, detail: `needs one of ${conditions.join(', ')}` }];
  const [first, second] = has;
  if (second !== undefined) {
    return [{ path: [...path, second], key: true, detail: `stands beside ${first}; write an alarm for each` }];
  }
  return first === 'stale' ? checkStale(path, rule) : checkHysteresis(path, rule);
}

function checkStale(path: readonly string[], rule: Rule): Finding[] {
  if (!Object.hasOwn(rule, 'hysteresis')) return [];
  return [{ path: [...path, 'hysteresis'], key: true, detail: 'has no effect with stale; remove it' }];
}

/** What would never be normal again. */
function checkHysteresis(path: readonly string[], { hysteresis, deviation }: Rule): Finding[] {
  const by = isRecord(deviation) ? deviation['by'] : undefined;
  if (typeof by !== 'number' || typeof hysteresis !== 'number' || hysteresis < by) return [];
  const detail = `must be less than deviation.by, which is ${by}: no value could come back that far`;
  return [{ path: [...path, 'hysteresis'], detail }];
}

/** With a label, devices that have the property are meant; one of them there must be. */
function checkDevices(path: readonly string[], rule: Rule, guarded: readonly Guarded[]): Finding[] {
  const { property, label } = rule;
  if (typeof property !== 'string') return [];
  const models = guarded.flatMap(({ id, model }) => (model === undefined ? [] : [{ id, model }]));
  const having = models.filter(({ model }) => Object.hasOwn(model.properties, property));
  const isMissing = having.length === 0 && models.length === guarded.length;
  const meant = label === undefined || isMissing ? models : having;
  return meant
    .slice(0, isMissing ? 1 : undefined)
    .flatMap((each) => checkProperties(path, rule, each))
    .slice(0, 1);
}

interface Meant {
  readonly id: string;
  readonly model: Model;
}

function checkProperties(path: readonly string[], rule: Rule, meant: Meant): Finding[] {
  const { property, deviation } = rule;
  const own = specOf([...path, 'property'], property, meant);
  if (own.spec === undefined) return own.findings;
  if (Object.hasOwn(rule, 'stale')) return checkAge(path, rule, own.spec);
  const wrong = numeric([...path, 'property'], String(property), own.spec);
  if (wrong.length > 0) return wrong;
  const from = isRecord(deviation) ? deviation['from'] : undefined;
  if (typeof from === 'string')
    return checkReference([...path, 'deviation', 'from'], from, String(property), own.spec, meant);
  return checkReach(path, rule, String(property), own.spec);
}

function specOf(
  path: readonly string[],
  name: unknown,
  { id, model: { properties } }: Meant,
): { readonly spec?: PropertySpec; readonly findings: Finding[] } {
  if (typeof name !== 'string') return { findings: [] };
  const spec = Object.hasOwn(properties, name) ? properties[name] : undefined;
  const readable = Object.keys(properties).filter((key) => properties[key]?.access !== 'write');
  if (spec === undefined) {
    return { findings: [{ path, detail: `is no property of ${id}${suggestion(name, readable)}` }] };
  }
  if (spec.access === 'write')
    return { findings: [{ path, detail: `of ${id} cannot be read${suggestion(name, readable)}` }] };
  return { spec, findings: [] };
}

function numeric(path: readonly string[], name: string, { schema }: PropertySpec): Finding[] {
  const kind = kindOfSchema(schema);
  if (kind === 'double' || kind === 'dyn') return [];
  return [{ path, detail: `must be a number to have limits, and ${name} is none; stale takes any property` }];
}

function checkReference(
  path: readonly string[],
  from: string,
  property: string,
  own: PropertySpec,
  meant: Meant,
): Finding[] {
  if (from === property) return [{ path, detail: 'is the property itself; name its setpoint, or a number' }];
  const { spec, findings } = specOf(path, from, meant);
  if (spec === undefined) return findings;
  const wrong = numeric(path, from, spec);
  if (wrong.length > 0) return wrong;
  const [unit, other] = [own.schema['unit'], spec.schema['unit']];
  if (typeof unit !== 'string' || typeof other !== 'string' || unit === other) return [];
  return [{ path, detail: `is in ${other}, and ${property} in ${unit}; they cannot be compared` }];
}

/** A limit that the property can never pass is a mistake: a value beyond its schema is not good. */
function checkReach(path: readonly string[], rule: Rule, property: string, { schema }: PropertySpec): Finding[] {
  const [high, low, hysteresis = 0] = [rule['high'], rule['low'], rule['hysteresis']].map(finite);
  const [minimum = -Infinity, maximum = Infinity] = [schema['minimum'], schema['maximum']].map(finite);
  const unit = typeof schema['unit'] === 'string' ? ` ${schema['unit']}` : '';
  const never = (key: string, bound: string): Finding[] => {
    return [{ path: [...path, key], detail: `can never be passed: ${property} is ${bound}` }];
  };
  if (high !== undefined && high >= maximum) return never('high', `${maximum}${unit} at most`);
  if (low !== undefined && low <= minimum) return never('low', `${minimum}${unit} at least`);
  const isStuck = (high ?? Infinity) - hysteresis < minimum || (low ?? -Infinity) + hysteresis > maximum;
  if (!isStuck) return [];
  return [{ path: [...path, 'hysteresis'], detail: `is too large: no value of ${property} could come back that far` }];
}

/** What is no number is told elsewhere. */
function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A value that is asked for less often than it may be old would be too old most of the time. */
function checkAge(path: readonly string[], { stale, property }: Rule, spec: PropertySpec): Finding[] {
  const maxAgeMs = isRecord(stale) ? stale['maxAgeMs'] : undefined;
  if (typeof maxAgeMs !== 'number' || spec.access === 'write' || spec.source === 'pushed') return [];
  const { pollMs } = spec.source;
  if (pollMs < maxAgeMs) return [];
  const why = `because ${String(property)} is asked for every ${pollMs} ms; ${2 * pollMs} is sensible`;
  return [{ path: [...path, 'stale', 'maxAgeMs'], detail: `must be more than ${pollMs}, ${why}` }];
}
