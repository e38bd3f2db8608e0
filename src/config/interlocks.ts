import { rawCommand } from '../driver/built-in.ts';
import type { Model } from '../driver/spec.ts';
import { checkCondition } from './interlock-condition.ts';
import { type Guarded, guardedAs, guardedBy, type Known, sameNames } from './scope.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';

interface Rule {
  readonly path: readonly string[];
  readonly rule: Readonly<Record<string, unknown>>;
  readonly guarded: readonly Guarded[];
}

/** What the devices have to say about the interlocks; their shape has been checked, and may be wrong all the same. */
export function checkInterlocks(list: unknown, known: Known): Finding[] {
  if (!Array.isArray(list)) return [];
  const rules: unknown[] = list;
  return [
    ...rules.flatMap((rule, index) => checkRule(['interlocks', String(index)], rule, known)),
    ...sameNames('interlocks', rules),
  ];
}

function checkRule(path: readonly string[], rule: unknown, known: Known): Finding[] {
  if (!isRecord(rule)) return [];
  const scope = guardedBy(path, rule, known);
  const checked: Rule = { path, rule, guarded: scope.guarded };
  const find = (id: string): Guarded | undefined =>
    Object.hasOwn(known.devices, id) ? guardedAs(id, known) : undefined;
  const ids = Object.keys(known.devices);
  return [
    ...scope.findings,
    ...checkForbidden(checked),
    ...checkStop(checked),
    ...checkCondition(path, rule, { guarded: scope.guarded, find, ids }),
  ];
}

/** A label may bring different devices together: one of them that has the command is enough. */
function checkForbidden({ path, rule, guarded }: Rule): Finding[] {
  const models = guarded.flatMap(({ model }) => model ?? []);
  const forbid: unknown = rule['forbid'];
  if (!Array.isArray(forbid) || models.length === 0 || models.length < guarded.length) return [];
  const known = new Set(models.flatMap(forbiddable));
  const offered = new Set(guarded.flatMap(offeredBy));
  return forbid.flatMap((name: unknown, index) => {
    if (typeof name !== 'string' || name === '*' || name === rawCommand || offered.has(name)) return [];
    const at = [...path, 'forbid', String(index)];
    if (known.has(name)) {
      return [{ path: at, detail: `is denied to ${guarded.map(({ id }) => id).join(', ')} altogether; remove it` }];
    }
    if (models.some(({ commands }) => Object.hasOwn(commands, name))) {
      return [{ path: at, detail: 'only reads, and reads are never forbidden; remove it' }];
    }
    return [{ path: at, detail: `names nothing that can be forbidden${suggestion(name, [...offered])}` }];
  });
}

function forbiddable({ commands, properties }: Model): string[] {
  return [
    ...Object.keys(commands).filter((name) => commands[name]?.effect !== 'read'),
    ...Object.keys(properties)
      .filter((name) => properties[name]?.access !== 'read')
      .map((name) => `write:${name}`),
  ];
}

function offeredBy({ model, denied }: Guarded): string[] {
  return model === undefined ? [] : forbiddable(model).filter((name) => !denied.includes(name));
}

function checkStop({ path, rule, guarded }: Rule): Finding[] {
  if (rule['onViolation'] !== 'stop') return [];
  const without = guarded.find(({ model }) => model !== undefined && model.stop === undefined);
  if (without === undefined) return [];
  const detail = `${without.id} cannot be stopped: ${without.model?.name ?? 'its model'} declares no stop`;
  return [{ path: [...path, 'onViolation'], detail }];
}
