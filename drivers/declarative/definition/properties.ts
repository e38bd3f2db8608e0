import type { JsonSchema, PropertySpec } from '../../../src/driver/index.ts';
import { suggestion } from '../../../src/yaml/suggest.ts';
import { bitsOf, isOfBits } from './bits.ts';
import { checkUrgent, confirmationOf } from './confirmation.ts';
import type { Action, FieldScale, Path, PropertyDefinition, Step } from './definition.ts';
import { type Constants, type Expanded, substituted } from './each.ts';
import { exchangeOf, type Meaning, stepsOf } from './exchanges.ts';
import type { RawProperty } from './schema/affordances.ts';
import { checkSchemaOf } from './schemas.ts';
import { entriesOf, error, inWords, own, type Scope } from './scope.ts';

export interface CompiledProperty {
  readonly name: string;
  readonly definition: PropertyDefinition;
  readonly spec: PropertySpec;
}

type Source = Expanded<RawProperty>;

/** What the fields of a shared exchange mean: all properties that are read from it say so together. */
export type SharedMeanings = ReadonlyMap<string, { schemas: Map<string, JsonSchema>; scales: Map<string, FieldScale> }>;

export function sharedMeanings(scope: Scope, properties: readonly Source[]): SharedMeanings {
  const all: Map<string, { schemas: Map<string, JsonSchema>; scales: Map<string, FieldScale> }> = new Map();
  for (const { raw, constants, path } of properties) {
    const { from } = raw.read ?? {};
    if (from === undefined) continue;
    const name = substituted(from, constants);
    const field = fieldOf(raw, constants);
    const meaning = all.get(name) ?? { schemas: new Map(), scales: new Map() };
    all.set(name, meaning);
    if (isOfBits(raw) || !meaning.schemas.has(field)) meaning.schemas.set(field, fieldSchema(raw));
    const scale = scaleOf(scope, raw, path);
    const other = meaning.scales.get(field);
    const same = other === undefined || (other.scale === scale?.scale && other.offset === scale?.offset);
    if (!same)
      scope.report(error([...path, 'read', 'from'], `reads the field ${field} with another scale than before`));
    if (scale !== undefined) meaning.scales.set(field, scale);
  }
  return all;
}

export function propertyOf(scope: Scope, source: Source, shared: SharedMeanings): CompiledProperty | undefined {
  const { name, raw, constants, path } = source;
  const isSound = checkSchemaOf(scope, raw.schema, [...path, 'schema']);
  const read = raw.read === undefined ? undefined : readOf(scope, source, shared);
  const write = raw.write === undefined ? undefined : writeOf(scope, source);
  if (raw.read === undefined && raw.write === undefined && raw.pushed !== true) {
    scope.report(error(path, 'has no way to get a value: it needs `read`, `write` or `pushed: true`', { key: true }));
  }
  const spec = specOf(scope, source, write?.steps);
  if (!isSound || spec === undefined) return undefined;
  return {
    name,
    definition: { ...(read && { read }), ...(write && { write }), path },
    spec: { ...spec, summary: summaryOf(name, raw, constants) },
  };
}

function summaryOf(name: string, raw: RawProperty, constants: Constants): string {
  return raw.summary === undefined ? inWords(name) : substituted(raw.summary, constants);
}

/** What the field holds that the property is read from. */
function fieldSchema(raw: RawProperty): JsonSchema {
  return isOfBits(raw) ? { type: 'integer' } : raw.schema;
}

export function fieldOf({ read }: RawProperty, constants: Constants): string {
  return substituted(read?.field ?? 'value', constants);
}

/** The property's own scale, which is that of the field that holds its value. */
export function scaleOf(scope: Scope, { scale, offset }: RawProperty, path: Path): FieldScale | undefined {
  if (scale === undefined && offset === undefined) return undefined;
  if (scale === 0) scope.report(error([...path, 'scale'], 'must not be 0'));
  return { scale: scale || 1, offset: offset ?? 0 };
}

const besideFrom: readonly string[] = ['from', 'field', 'bit', 'bits', 'values'];

function readOf(scope: Scope, source: Source, shared: SharedMeanings): PropertyDefinition['read'] {
  const { raw, constants, path } = source;
  const read = raw.read ?? {};
  const at = [...path, 'read'];
  const field = fieldOf(raw, constants);
  const bits = bitsOf(scope, raw, path);
  const action = { defaults: {}, constants, path: at, field, ...(bits !== undefined && { bits }) };
  if (read.from === undefined) {
    const scale = scaleOf(scope, raw, path);
    const steps = stepsOf(
      scope,
      read,
      at,
      meaningOf(constants, { [field]: fieldSchema(raw) }, scale && { [field]: scale }),
    );
    return { steps, ...action };
  }
  const beside = Object.keys(read).find((key) => !besideFrom.includes(key));
  if (beside !== undefined) scope.report(error([...at, beside], 'stands beside `from`; put it there', { key: true }));
  const from = substituted(read.from, constants);
  return { steps: sharedSteps(scope, from, [...at, 'from'], shared), ...action, from };
}

function sharedSteps(scope: Scope, name: string, path: Path, shared: SharedMeanings): readonly Step[] {
  const raw = own(scope.raw.exchanges, name);
  if (raw === undefined) {
    const known = Object.keys(scope.raw.exchanges ?? {});
    scope.report(error(path, `names no exchange${suggestion(name, known)}`));
    return [];
  }
  const meaning = shared.get(name);
  const schemas = Object.fromEntries(meaning?.schemas ?? []);
  const scales = Object.fromEntries(meaning?.scales ?? []);
  return [exchangeOf(scope, raw, ['exchanges', name], meaningOf({}, schemas, scales))];
}

function writeOf(scope: Scope, { raw, constants, path }: Source): Action {
  const {
    effect: _,
    confirmation: __,
    timeoutMs: ___,
    onBusy: ____,
    urgent: _____,
    schema,
    ...exchange
  } = raw.write ?? {
    effect: 'idempotent',
  };
  const at = [...path, 'write'];
  const scale = scaleOf(scope, raw, path);
  if (schema !== undefined) checkSchemaOf(scope, schema, [...at, 'schema']);
  const meaning = meaningOf(constants, { value: schema ?? raw.schema }, scale && { value: scale });
  return { steps: stepsOf(scope, exchange, at, meaning), defaults: {}, constants, path: at };
}

/** Fields that have schemas, and those that `each` gave their values. */
export function meaningOf(
  constants: Constants,
  schemas: Readonly<Record<string, JsonSchema>>,
  scales?: Readonly<Record<string, FieldScale>>,
): Meaning {
  const fixed = entriesOf(constants).map(([name, value]) => [
    name,
    { type: typeof value === 'number' ? 'integer' : 'string' },
  ]);
  const all = { ...(Object.fromEntries(fixed) as Record<string, JsonSchema>), ...schemas };
  return { schemaOf: (name) => own(all, name), ...(scales !== undefined && { scales }) };
}

function specOf(
  scope: Scope,
  { name, raw, path }: Source,
  writeSteps: readonly Step[] | undefined,
): PropertySpec | undefined {
  const base = { summary: inWords(name), schema: raw.schema };
  const source = raw.pushed === true ? ('pushed' as const) : { pollMs: raw.pollMs ?? 1000 };
  const isReadable = raw.read !== undefined || raw.pushed === true;
  if (raw.write === undefined) {
    if (raw.verify !== undefined)
      scope.report(error([...path, 'verify'], 'is for writes, and there is none', { key: true }));
    return isReadable ? { ...base, access: 'read', source } : undefined;
  }
  const write = writeSpecOf(scope, raw, path, writeSteps ?? []);
  return isReadable ? { ...base, access: 'read-write', source, write } : { ...base, access: 'write', write };
}

function writeSpecOf(scope: Scope, raw: RawProperty, path: Path, steps: readonly Step[]) {
  const { effect = 'idempotent', confirmation, timeoutMs = 2000, onBusy, urgent, schema } = raw.write ?? {};
  if (raw.verify !== undefined && raw.read === undefined) {
    scope.report(error([...path, 'verify'], 'reads the property back, and it has no `read`', { key: true }));
  }
  if (urgent === true) checkUrgent(scope, steps, [...path, 'write']);
  const hasQueue = scope.raw.errorQueue !== undefined && urgent !== true;
  const reach = { steps, hasVerify: raw.verify !== undefined, hasQueue };
  return {
    effect,
    confirmation: confirmationOf(scope, confirmation, reach, [...path, 'write', 'confirmation']),
    timeoutMs,
    ...(urgent && { urgent }),
    ...(onBusy !== undefined && { onBusy }),
    ...(raw.verify !== undefined && { verify: raw.verify }),
    ...(schema !== undefined && { schema }),
  };
}
