import type { JsonSchema, PropertySpec, WriteSpec } from '../../../../src/driver/index.ts';
import { type Expanded, substituted } from '../../definition/each.ts';
import { error, inWords } from '../../definition/scope.ts';
import { checkSchemaOf } from '../../definition/schemas.ts';
import type { RawProperty } from '../schema/definition.ts';
import type { Action, Pushed, TopicProperty } from '../topic-map.ts';
import { confirmationOf, type Reach, strongestOf } from './confirmation.ts';
import { exchangesOf } from './exchanges.ts';
import { valueMeaning } from './fields.ts';
import { fieldsOf, readingOf } from './reading.ts';
import { type Meaning, noMeaning, sendableOf, type TopicScope } from './scope.ts';
import { topicTemplate } from './templates.ts';

export interface CompiledProperty {
  readonly name: string;
  readonly property: TopicProperty;
  readonly spec: PropertySpec;
}

type Source = Expanded<RawProperty>;

/** Where the property is told unasked. */
export function pushedOf(scope: TopicScope, { raw, constants, path }: Source): Pushed | undefined {
  if (raw.pushed === undefined) return undefined;
  const at = [...path, 'pushed'];
  const { topic, retained = false, ...reading } = raw.pushed;
  const fields = valueMeaning(scope, raw, path);
  const meaning: Meaning = { ...noMeaning, constants, told: { value: raw.schema }, fields };
  const read = readingOf(scope, reading, at, meaning);
  if (!fieldsOf(read.reading).includes('value')) {
    scope.report(error(at, 'tells no `value`: it needs `payload` with the field `value`, or `json`'));
  }
  const known = sendableOf(scope, meaning);
  return { hearing: { ...read, topic: topicTemplate(scope, topic, [...at, 'topic'], known) }, retained };
}

export function propertyOf(
  scope: TopicScope,
  source: Source,
  pushed: Pushed | undefined,
): CompiledProperty | undefined {
  const { name, raw, constants, path } = source;
  const isSound = checkSchemaOf(scope, raw.schema, [...path, 'schema']);
  const read = raw.read === undefined ? undefined : readOf(scope, source);
  const write = raw.write === undefined ? undefined : writeOf(scope, source);
  const spec = specOf(scope, source, write);
  if (!isSound || spec === undefined) return undefined;
  const property = { constants, path, ...(pushed && { pushed }), ...(read && { read }), ...(write && { write }) };
  return { name, property, spec };
}

function readOf(scope: TopicScope, { name, raw, constants, path }: Source): Action {
  const at = [...path, 'read'];
  const fields = valueMeaning(scope, raw, path);
  const meaning: Meaning = { params: {}, told: { value: raw.schema }, constants, fields, self: name };
  const exchanges = exchangesOf(scope, raw.read ?? {}, at, meaning);
  const reply = exchanges.at(-1)?.reply;
  const tells =
    reply?.kind === 'state' || (reply?.kind === 'message' && fieldsOf(reply.hearing.reading).includes('value'));
  if (exchanges.length > 0 && !tells) scope.report(error(at, 'needs a `reply` that tells `value`, or `reply: state`'));
  return { exchanges, defaults: {}, constants, reaches: 'acknowledged', path: at };
}

function writeOf(scope: TopicScope, { name, raw, constants, path }: Source): Action {
  const { schema = raw.schema, optimistic = false, ...rest } = raw.write ?? {};
  const at = [...path, 'write'];
  if (raw.write?.schema !== undefined) checkSchemaOf(scope, schema, [...at, 'schema']);
  const fields = valueMeaning(scope, raw, path);
  const meaning: Meaning = { params: { value: schema }, told: {}, constants, fields, self: name };
  const exchanges = exchangesOf(scope, rest, at, meaning);
  const reaches = strongestOf({ ...noReach, exchanges, optimistic });
  return { exchanges, defaults: {}, constants, reaches, path: at };
}

const noReach: Omit<Reach, 'exchanges'> = { optimistic: false, hasVerify: false, params: ['value'] };

function specOf(
  scope: TopicScope,
  { name, raw, constants, path }: Source,
  write: Action | undefined,
): PropertySpec | undefined {
  const isReadable = raw.read !== undefined || raw.pushed !== undefined;
  if (!isReadable && raw.write === undefined) {
    scope.report(error(path, 'has no way to get a value: it needs `pushed`, `read` or `write`', { key: true }));
    return undefined;
  }
  if (raw.verify !== undefined && (raw.read === undefined || raw.write === undefined)) {
    scope.report(
      error([...path, 'verify'], 'asks for it after a write: it needs both `read` and `write`', { key: true }),
    );
  }
  if (raw.pollMs !== undefined && (raw.pushed !== undefined || raw.read === undefined)) {
    scope.report(error([...path, 'pollMs'], 'is for what is asked for and never pushed', { key: true }));
  }
  const summary = raw.summary === undefined ? inWords(name) : substituted(raw.summary, constants);
  const base = { summary, schema: raw.schema };
  const source = raw.pushed === undefined ? { pollMs: raw.pollMs ?? 10_000 } : ('pushed' as const);
  if (write === undefined) return { ...base, access: 'read', source };
  const spec = writeSpecOf(scope, raw, write, [...path, 'write', 'confirmation']);
  return isReadable
    ? { ...base, access: 'read-write', source, write: spec }
    : { ...base, access: 'write', write: spec };
}

function writeSpecOf(scope: TopicScope, raw: RawProperty, action: Action, path: Action['path']): WriteSpec {
  const { effect = 'idempotent', confirmation, timeoutMs = 5000, onBusy, schema } = raw.write ?? {};
  const { exchanges } = action;
  const optimistic = raw.write?.optimistic === true;
  const reach = { ...noReach, exchanges, optimistic, hasVerify: raw.verify !== undefined };
  return {
    effect,
    confirmation: confirmationOf(scope, confirmation, reach, path),
    timeoutMs,
    ...(onBusy !== undefined && { onBusy }),
    ...(raw.verify !== undefined && { verify: raw.verify }),
    ...(schema !== undefined && { schema: schema satisfies JsonSchema }),
  };
}
