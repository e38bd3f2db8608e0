import { type CommandSpec, type JsonSchema, type StopSpec, validate } from '../../../../src/driver/index.ts';
import { suggestion } from '../../../../src/yaml/suggest.ts';
import { type Expanded, substituted } from '../../definition/each.ts';
import { checkSchemaOf, objectOf } from '../../definition/schemas.ts';
import { entriesOf, error, inWords, own } from '../../definition/scope.ts';
import type { RawCommand } from '../schema/definition.ts';
import type { Action } from '../topic-map.ts';
import { confirmationOf, type Reach, strongestOf } from './confirmation.ts';
import { exchangesOf, toldBy } from './exchanges.ts';
import { checkPartial, partialParams } from './partial.ts';
import { type Meaning, noMeaning, type Path, type TopicScope } from './scope.ts';

export interface CompiledCommand {
  readonly name: string;
  readonly action: Action;
  readonly spec: CommandSpec;
}

type Source = Expanded<RawCommand>;

/** `askable`: properties that can be asked for. */
export function commandOf(
  scope: TopicScope,
  source: Source,
  askable: ReadonlySet<string>,
): CompiledCommand | undefined {
  const { name, raw, constants, path } = source;
  const { params = {}, result = {} } = raw;
  const isSound = [...soundness(scope, params, [...path, 'params']), ...soundness(scope, result, [...path, 'result'])];
  if (isSound.includes(false)) return undefined;
  checkNames(scope, source);
  const meaning: Meaning = { ...noMeaning, constants, params, told: result };
  const exchanges = exchangesOf(scope, raw, path, meaning);
  const defaults = entriesOf(params).flatMap(([param, schema]) =>
    'default' in schema ? [[param, schema['default']] as const] : [],
  );
  const reach = { exchanges, optimistic: raw.optimistic === true, hasVerify: false, params: Object.keys(params) };
  const reaches = strongestOf(reach);
  const action = { exchanges, defaults: Object.fromEntries(defaults), constants, reaches, path };
  if (raw.partial === true) checkPartial(scope, action, params);
  checkResult(scope, result, action);
  return { name, action, spec: specOf(scope, source, reach, askable) };
}

function soundness(scope: TopicScope, schemas: Readonly<Record<string, JsonSchema>>, path: Path): boolean[] {
  return entriesOf(schemas).map(([name, schema]) => checkSchemaOf(scope, schema, [...path, name]));
}

/** A parameter with an option's name would hide it. */
function checkNames(scope: TopicScope, { raw, constants, path }: Source): void {
  for (const name of Object.keys(raw.params ?? {})) {
    const isOption = own(scope.optionSchemas, name) !== undefined;
    if (!isOption && own(constants, name) === undefined) continue;
    const what = isOption ? 'an option' : '`each`';
    scope.report(error([...path, 'params', name], `has the name of ${what}; give it another`, { key: true }));
  }
}

function checkResult(
  scope: TopicScope,
  result: Readonly<Record<string, JsonSchema>>,
  { exchanges, path }: Action,
): void {
  const told = [...toldBy(exchanges)];
  for (const name of Object.keys(result)) {
    if (told.includes(name)) continue;
    scope.report(error([...path, 'result', name], `is told by no \`reply\`${suggestion(name, told)}`, { key: true }));
  }
}

function specOf(scope: TopicScope, source: Source, own: Reach, askable: ReadonlySet<string>): CommandSpec {
  const { name, raw, constants, path } = source;
  const { effect, timeoutMs = 5000, onBusy, params = {}, result = {} } = raw;
  const verify = raw.verify && { ...raw.verify, property: substituted(raw.verify.property, constants) };
  if (verify !== undefined) checkVerify(scope, source, verify, askable);
  const reach = { ...own, hasVerify: verify !== undefined };
  const spec: CommandSpec = {
    summary: raw.summary === undefined ? inWords(name) : substituted(raw.summary, constants),
    effect,
    confirmation: confirmationOf(scope, raw.confirmation, reach, [...path, 'confirmation']),
    timeoutMs,
    params: raw.partial === true ? partialParams(params) : objectOf(params),
    result: objectOf(result, true),
    ...(verify !== undefined && { verify }),
    ...(onBusy !== undefined && { onBusy }),
  };
  const examples = examplesOf(scope, source, spec.params);
  return examples.length > 0 ? { ...spec, examples } : spec;
}

function checkVerify(
  scope: TopicScope,
  { raw, path }: Source,
  { property, param }: NonNullable<RawCommand['verify']>,
  askable: ReadonlySet<string>,
): void {
  const at = [...path, 'verify'];
  if (!askable.has(property)) {
    const detail = `names no property that can be asked for (\`read\`)${suggestion(property, [...askable])}`;
    scope.report(error([...at, 'property'], detail));
  }
  if (own(raw.params, param) !== undefined) return;
  scope.report(error([...at, 'param'], `names no parameter${suggestion(param, Object.keys(raw.params ?? {}))}`));
}

/** Its own examples; without them, what the manual's examples show. */
function examplesOf(scope: TopicScope, { name, raw, path }: Source, params: JsonSchema) {
  const isValid = (given: unknown): boolean => !scope.isStrict || validate(params, given).length === 0;
  if (raw.examples !== undefined) {
    for (const [index, example] of raw.examples.entries()) {
      if (!isValid(example.params)) {
        scope.report(error([...path, 'examples', index, 'params'], 'is refused by the parameters’ schema'));
      }
    }
    return [...raw.examples];
  }
  const shown = (scope.raw.examples ?? []).flatMap((example) => {
    const given = example.error === undefined ? own(example.command, name) : undefined;
    if (given === undefined || !isValid(given)) return [];
    return [{ params: given, ...(example.result !== undefined && { result: example.result }) }];
  });
  return shown.slice(0, 3);
}

export function stopOf(scope: TopicScope): { readonly action: Action; readonly spec: StopSpec } | undefined {
  const { stop } = scope.raw;
  if (stop === undefined) return undefined;
  const path = ['stop'];
  const { summary = 'Stop', timeoutMs = 2000, optimistic = false, ...rest } = stop;
  const exchanges = exchangesOf(scope, rest, path, noMeaning);
  const reaches = strongestOf({ exchanges, optimistic, hasVerify: false, params: [] });
  const action = { exchanges, defaults: {}, constants: {}, reaches, path };
  return { action, spec: { summary, confirmation: reaches, timeoutMs } };
}
