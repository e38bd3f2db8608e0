import type { JsonSchema, PropertySpec } from '../../../src/driver/index.ts';
import { suggestion } from '../../../src/yaml/suggest.ts';
import { bitsOf } from './bits.ts';
import { checkUrgent, confirmationOf } from './confirmation.ts';
import type { Action, FieldScale, Path, PropertyDefinition, Step } from './definition.ts';
import { type Constants, type Expanded, substituted } from './each.ts';
import { exchangeOf, type Meaning, stepsOf } from './exchanges.ts';
import { fieldOf, fieldSchema, scaleOf } from './field.ts';
import type { RawProperty } from './schema/affordances.ts';
import { checkSchemaOf } from './schemas.ts';
import { type SharedExchange, type SharedExchanges, withoutEach } from './shared.ts';
import { entriesOf, error, inWords, own, type Scope } from './scope.ts';

export interface CompiledProperty {
  readonly name: string;
  readonly definition: PropertyDefinition;
  readonly spec: PropertySpec;
}

type Source = Expanded<RawProperty>;

export function propertyOf(scope: Scope, source: Source, shared: SharedExchanges): CompiledProperty | undefined {
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

const besideFrom: readonly string[] = ['from', 'field', 'bit', 'bits', 'values'];

function readOf(scope: Scope, source: Source, shared: SharedExchanges): PropertyDefinition['read'] {
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
  const one = shared.get(from);
  if (one === undefined) {
    scope.report(error([...at, 'from'], `names no exchange${suggestion(from, [...shared.keys()])}`));
    return { steps: [], ...action, from };
  }
  // Its messages tell what `each` fixed for the exchange, whoever reads from it.
  return { steps: sharedSteps(scope, one), ...action, constants: one.source.constants, from };
}

function sharedSteps(scope: Scope, { source, schemas, scales }: SharedExchange): readonly Step[] {
  const meaning = meaningOf(source.constants, Object.fromEntries(schemas), Object.fromEntries(scales));
  return [exchangeOf(scope, withoutEach(source.raw), source.path, meaning)];
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
