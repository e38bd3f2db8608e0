import { type CommandSpec, type JsonSchema, type StopSpec, validate } from '../../../src/driver/index.ts';
import { suggestion } from '../../../src/yaml/suggest.ts';
import { checkUrgent, confirmationOf, strongestOf } from './confirmation.ts';
import type { Action, Path, Step } from './definition.ts';
import { type Constants, type Expanded, substituted } from './each.ts';
import { listOf, noMeaning, stepsOf } from './exchanges.ts';
import { meaningOf } from './properties.ts';
import type { RawCommand } from './schema/affordances.ts';
import { checkSchemaOf, objectOf } from './schemas.ts';
import { entriesOf, error, inWords, own, type Scope } from './scope.ts';

export interface CompiledCommand {
  readonly name: string;
  readonly action: Action;
  readonly spec: CommandSpec;
}

type Source = Expanded<RawCommand>;

/** Properties that can be read back, by name. */
export type Readable = ReadonlySet<string>;

export function commandOf(scope: Scope, source: Source, readable: Readable): CompiledCommand | undefined {
  const { name, raw, constants, path } = source;
  const { params = {}, result = {} } = raw;
  const isSound = [...soundness(scope, params, [...path, 'params']), ...soundness(scope, result, [...path, 'result'])];
  if (isSound.includes(false)) return undefined;
  checkNames(scope, raw, constants, path);
  const steps = stepsOf(scope, raw, path, meaningOf(constants, { ...result, ...params }));
  const defaults = entriesOf(params).flatMap(([param, schema]) =>
    'default' in schema ? [[param, schema['default']] as const] : [],
  );
  return {
    name,
    action: { steps, defaults: Object.fromEntries(defaults), constants, path },
    spec: specOf(scope, source, steps, readable),
  };
}

function soundness(scope: Scope, schemas: Readonly<Record<string, JsonSchema>>, path: Path): boolean[] {
  return entriesOf(schemas).map(([name, schema]) => checkSchemaOf(scope, schema, [...path, name]));
}

/** A parameter with an option's name would hide it. */
function checkNames(scope: Scope, { params }: RawCommand, constants: Constants, path: Path): void {
  for (const name of Object.keys(params ?? {})) {
    const what =
      own(scope.options, name) !== undefined ? 'an option' : own(constants, name) !== undefined ? '`each`' : '';
    if (what === '') continue;
    scope.report(error([...path, 'params', name], `has the name of ${what}; give it another`, { key: true }));
  }
}

function specOf(scope: Scope, source: Source, steps: readonly Step[], readable: Readable): CommandSpec {
  const { name, raw, constants, path } = source;
  const { effect, timeoutMs = 2000, onBusy, urgent, long, params = {}, result = {} } = raw;
  const verify = raw.verify && { ...raw.verify, property: substituted(raw.verify.property, constants) };
  if (verify !== undefined) checkVerify(scope, source, verify, readable);
  if (urgent === true) checkUrgent(scope, steps, path);
  const hasQueue = scope.raw.errorQueue !== undefined && effect !== 'read' && urgent !== true;
  const reach = { steps, hasVerify: verify !== undefined, hasQueue };
  const spec: CommandSpec = {
    summary: raw.summary === undefined ? inWords(name) : substituted(raw.summary, constants),
    effect,
    confirmation: confirmationOf(scope, raw.confirmation, reach, [...path, 'confirmation']),
    timeoutMs,
    params: objectOf(params),
    result: objectOf(result, true),
    ...(verify !== undefined && { verify }),
    ...(onBusy !== undefined && { onBusy }),
    ...(urgent && { urgent }),
    ...(long && { long }),
  };
  const examples = examplesOf(scope, source, spec.params);
  return examples.length > 0 ? { ...spec, examples } : spec;
}

function checkVerify(
  scope: Scope,
  { raw, path }: Source,
  verify: NonNullable<RawCommand['verify']>,
  readable: Readable,
): void {
  const at = [...path, 'verify'];
  if (!readable.has(verify.property)) {
    scope.report(
      error([...at, 'property'], `names no property that can be read${suggestion(verify.property, [...readable])}`),
    );
  }
  if (own(raw.params, verify.param) !== undefined) return;
  const known = suggestion(verify.param, Object.keys(raw.params ?? {}));
  scope.report(error([...at, 'param'], `names no parameter${known}`));
}

/** Its own examples; without them, what the manual's examples show. */
function examplesOf(
  scope: Scope,
  { name, raw, path }: Source,
  params: JsonSchema,
): { params: unknown; result?: unknown }[] {
  if (raw.examples !== undefined) {
    for (const [index, example] of scope.isStrict ? raw.examples.entries() : []) {
      const [wrong] = validate(params, example.params);
      if (wrong === undefined) continue;
      const at = [...path, 'examples', index, 'params'];
      scope.report(error(at, `is refused by the parameters’ schema: ${wrong.pointer || 'it'} ${wrong.detail}`));
    }
    return [...raw.examples];
  }
  const shown = (scope.raw.examples ?? []).flatMap((example) => {
    const given = example.error === undefined ? own(example.command, name) : undefined;
    if (given === undefined || (scope.isStrict && validate(params, given).length > 0)) return [];
    return [{ params: given, ...(example.result !== undefined && { result: example.result }) }];
  });
  return shown.slice(0, 3);
}

/** `init` that may disturb what the device does is never run by itself. */
export function initializeOf(scope: Scope, readable: Readable): CompiledCommand | undefined {
  const { init } = scope.raw;
  if (init === undefined || !('steps' in init) || init.disruptive !== true) return undefined;
  const path = ['init'];
  if (own(scope.raw.commands, 'initialize') !== undefined) {
    scope.report(error(path, 'is disruptive, so it becomes the command `initialize`, and there is one already'));
  }
  const raw: RawCommand = { summary: 'Set the device up', effect: 'actuate', steps: [...init.steps] };
  return commandOf(scope, { name: 'initialize', raw, constants: {}, path }, readable);
}

export function initOf(scope: Scope): Step[] {
  const { init } = scope.raw;
  if (init === undefined) return [];
  if (!('steps' in init)) return listOf(scope, init, ['init'], noMeaning);
  return init.disruptive === true ? [] : listOf(scope, init.steps, ['init', 'steps'], noMeaning);
}

export function stopOf(scope: Scope): { readonly action: Action; readonly spec: StopSpec } | undefined {
  const { stop } = scope.raw;
  if (stop === undefined) return undefined;
  const path = ['stop'];
  const steps = stepsOf(scope, stop, path, noMeaning);
  const confirmation = strongestOf({ steps, hasVerify: false, hasQueue: false });
  return {
    action: { steps, defaults: {}, constants: {}, path },
    spec: { summary: stop.summary ?? 'Stop', confirmation, timeoutMs: stop.timeoutMs ?? 1000 },
  };
}
