import type { AnyDriver } from '../driver/contract.ts';
import type { Model, PropertySpec } from '../driver/spec.ts';
import { kindOfSchema } from '../expression/kind.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';

/** A rule for none of the model's properties is a mistake; what a device that describes itself has, only it knows. */
export function checkHistory(path: readonly string[], history: unknown, driver: AnyDriver): Finding[] {
  return driver.selfDescribing === true ? [] : checkRules(path, history, driver.model);
}

/** The same of a device that has described itself, for a person. */
export function historyProblems(history: unknown, model: Model): readonly string[] {
  return checkRules([], history, model).map(({ path, detail }) => `${path.join('.')} ${detail}`);
}

function checkRules(path: readonly string[], history: unknown, model: Model): Finding[] {
  const names = Object.keys(model.properties);
  return Object.entries(isRecord(history) ? history : {}).flatMap(([name, rule]) => {
    const at = [...path, 'history', name];
    const spec = Object.hasOwn(model.properties, name) ? model.properties[name] : undefined;
    if (spec === undefined) return [{ path: at, detail: `names no property${suggestion(name, names)}`, key: true }];
    return isRecord(rule) ? checkRule(at, name, rule, spec) : [];
  });
}

/** A key that has no effect is a misunderstanding of what will be kept. */
function checkRule(
  path: readonly string[],
  name: string,
  rule: Readonly<Record<string, unknown>>,
  { schema }: PropertySpec,
): Finding[] {
  const { keep = 'change' } = rule;
  const has = (key: string): boolean => Object.hasOwn(rule, key);
  const useless = (key: string, why: string): Finding => ({ path: [...path, key], detail: `${why}; remove it` });
  const findings: Finding[] = [];
  if (has('everyMs') && keep === 'off') findings.push(useless('everyMs', 'has no effect with keep: off'));
  if (!has('deadband')) return findings;
  const kind = kindOfSchema(schema);
  if (keep === 'interval' || keep === 'off') {
    findings.push(useless('deadband', `has no effect with keep: ${keep}, only with change`));
  } else if (kind !== 'double' && kind !== 'dyn') {
    findings.push(useless('deadband', `is for numbers, and ${name} is none`));
  }
  return findings;
}
