import { rawCommand } from './built-in.ts';
import { narrowSchema, withoutInvalidDefaults } from './narrow.ts';
import { validate } from './schema.ts';
import type { CommandSpec, JsonSchema, Model, PropertySpec } from './spec.ts';

/** Keywords of JSON Schema that narrow one value. */
export interface Limit {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** By command and parameter, or by `write:` and the name of a property. */
export type Limits = Readonly<Record<string, Limit | Readonly<Record<string, Limit>>>>;

/** What is wrong with `deny` or `limits`; the path starts with one of these words. */
export interface EffectiveProblem {
  readonly path: string[];
  readonly detail: string;
}

export interface Effective {
  readonly model: Model;
  readonly problems: EffectiveProblem[];
}

const writePrefix = 'write:';

/** The model while it is being narrowed: copies of the maps, never of what the caller holds. */
interface Draft {
  readonly model: Model;
  readonly commands: Record<string, CommandSpec>;
  readonly properties: Record<string, PropertySpec>;
  readonly problems: EffectiveProblem[];
}

/**
 * The model as one device offers it: `deny` removes commands and makes properties read-only, `limits` narrow what
 * parameters and property writes accept. What may be read is never narrowed: a narrowed write has a `schema` of its
 * own. Whatever is unknown or would widen is a problem and is not applied.
 */
export function effectiveModel(
  model: Model,
  restrictions: { readonly deny?: readonly string[]; readonly limits?: Limits },
): Effective {
  if (Object.keys(restrictions.limits ?? {}).length === 0 && (restrictions.deny ?? []).length === 0) {
    return { model, problems: [] };
  }
  const draft: Draft = {
    model,
    commands: { ...model.commands },
    properties: { ...model.properties },
    problems: [],
  };
  const denied = restrictions.deny ?? [];
  for (const [index, name] of denied.entries()) deny(draft, name, ['deny', String(index)]);
  for (const [name, limits] of Object.entries(restrictions.limits ?? {})) {
    const path = ['limits', name];
    if (denied.includes(name)) draft.problems.push({ path, detail: 'is denied too, so its limits have no effect' });
    else if (name.startsWith(writePrefix)) limitWrite(draft, name.slice(writePrefix.length), limits, path);
    else limitCommand(draft, name, limits, path);
  }
  const { commands, properties, problems } = draft;
  return { model: { ...model, commands, properties }, problems };
}

function deny(draft: Draft, name: string, path: string[]): void {
  if (name.startsWith(writePrefix)) {
    denyWrite(draft, name.slice(writePrefix.length), path);
  } else if (Object.hasOwn(draft.model.commands, name)) {
    delete draft.commands[name];
  } else if (name !== rawCommand) {
    draft.problems.push({ path, detail: unknownCommand(draft.model, name) });
  }
}

function denyWrite(draft: Draft, name: string, path: string[]): void {
  const spec = writable(draft, name, path);
  if (spec === undefined) return;
  if (spec.access === 'write') {
    delete draft.properties[name];
  } else {
    const { write: _, ...readable } = spec;
    draft.properties[name] = { ...readable, access: 'read' };
  }
}

function limitWrite(draft: Draft, name: string, limit: Limit | Readonly<Record<string, Limit>>, path: string[]): void {
  const spec = writable(draft, name, path);
  if (spec === undefined) return;
  if (!isRecord(limit)) {
    draft.problems.push({ path, detail: 'must be an object of limits, such as {"maximum": 5}' });
    return;
  }
  const { schema, problems } = narrowSchema(spec.write.schema ?? spec.schema, limit);
  draft.problems.push(...problems.map(({ keyword, detail }) => ({ path: [...path, ...keyword], detail })));
  if (problems.length > 0) return;
  draft.properties[name] = { ...spec, write: { ...spec.write, schema } };
}

/** The property as the model has it, if it can be written. */
function writable(draft: Draft, name: string, path: string[]): Exclude<PropertySpec, { access: 'read' }> | undefined {
  const spec = Object.hasOwn(draft.model.properties, name) ? draft.model.properties[name] : undefined;
  if (spec !== undefined && spec.access !== 'read') return spec;
  const names = Object.entries(draft.model.properties).filter(([, { access }]) => access !== 'read');
  const which = `${draft.model.name} can be written: ${listed(names.map(([key]) => key))}`;
  const detail = spec === undefined ? `names no property; of ${which}` : `is read-only already; of ${which}`;
  draft.problems.push({ path, detail });
  return undefined;
}

function limitCommand(
  draft: Draft,
  name: string,
  limits: Limit | Readonly<Record<string, Limit>>,
  path: string[],
): void {
  const spec = Object.hasOwn(draft.model.commands, name) ? draft.model.commands[name] : undefined;
  if (spec === undefined) {
    draft.problems.push({ path, detail: unknownCommand(draft.model, name) });
    return;
  }
  if (!isRecord(limits)) {
    draft.problems.push({ path, detail: 'must be an object: its keys are parameters' });
    return;
  }
  const params = narrowParams(draft, name, spec, limits, path);
  draft.commands[name] = { ...spec, params, ...stillValid(spec, params) };
}

function narrowParams(
  draft: Draft,
  name: string,
  spec: CommandSpec,
  limits: Limit | Readonly<Record<string, Limit>>,
  path: string[],
): JsonSchema {
  const own = isRecord(spec.params['properties']) ? spec.params['properties'] : {};
  const properties: Record<string, unknown> = { ...own };
  for (const [param, limit] of Object.entries(limits)) {
    const schema = Object.hasOwn(own, param) ? own[param] : undefined;
    if (!isRecord(schema)) {
      const detail = `is no parameter of ${name}; it takes: ${listed(Object.keys(own))}`;
      draft.problems.push({ path: [...path, param], detail });
      continue;
    }
    if (!isRecord(limit)) {
      draft.problems.push({ path: [...path, param], detail: 'must be an object of limits, such as {"maximum": 5}' });
      continue;
    }
    const narrowed = narrowSchema(schema, limit);
    for (const { keyword, detail } of narrowed.problems) {
      draft.problems.push({ path: [...path, param, ...keyword], detail });
    }
    if (narrowed.problems.length === 0) properties[param] = narrowed.schema;
  }
  return withoutInvalidDefaults({ ...spec.params, properties });
}

/** Examples that the narrower parameters still accept; forms and documentation show them as they are. */
function stillValid(spec: CommandSpec, params: JsonSchema): Pick<CommandSpec, 'examples'> {
  if (spec.examples === undefined) return {};
  return { examples: spec.examples.filter((example) => validate(params, example.params).length === 0) };
}

function unknownCommand(model: Model, name: string): string {
  if (Object.hasOwn(model.properties, name)) return `names no command; for the property say ${writePrefix}${name}`;
  return `names no command; ${model.name} has: ${listed(Object.keys(model.commands))}`;
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
