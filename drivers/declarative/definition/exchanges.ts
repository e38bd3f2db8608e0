import type { ErrorRule, Exchange, FieldScale, Path, Step } from './definition.ts';
import { framingOf } from './line.ts';
import type { RawErrorRule, RawExchange, RawStep } from './schema/definition.ts';
import { compilePattern } from '../template/pattern.ts';
import { entriesOf, error, own, type SchemaOf, type Scope } from './scope.ts';
import { incoming, outgoing } from './templates.ts';

/** What the fields of an exchange mean to whoever uses it. */
export interface Meaning {
  readonly schemaOf: SchemaOf;
  /** Scales of fields that are told outside of the exchange: a property's own. */
  readonly scales?: Readonly<Record<string, FieldScale>>;
}

export const noMeaning: Meaning = { schemaOf: () => undefined };

type ExchangeKeys = { readonly steps?: readonly RawStep[] } & RawExchange;

const exchangeKeys = ['send', 'expect', 'reply', 'rewrite', 'fields', 'errors'] as const;
const timingKeys = ['replyTimeoutMs', 'interByteTimeoutMs', 'totalTimeoutMs', 'gapMs'] as const;

/** The steps of whatever holds an exchange's keys or `steps`. */
export function stepsOf(scope: Scope, raw: ExchangeKeys, path: Path, meaning: Meaning): Step[] {
  if (raw.steps === undefined) return [exchangeOf(scope, raw, path, meaning)];
  const beside = [...exchangeKeys, ...timingKeys].find((key) => raw[key] !== undefined);
  if (beside !== undefined) {
    scope.report(error([...path, beside], 'stands beside `steps`; put it into one of them', { key: true }));
  }
  return listOf(scope, raw.steps, [...path, 'steps'], meaning);
}

export function listOf(scope: Scope, raw: readonly RawStep[], path: Path, meaning: Meaning): Step[] {
  return raw.map((step, index) => stepOf(scope, step, [...path, index], meaning));
}

function stepOf(scope: Scope, raw: RawStep, path: Path, meaning: Meaning): Step {
  const { waitMs, repeat, ...exchange } = raw;
  if (waitMs !== undefined || repeat !== undefined) {
    const beside = Object.keys(raw).find((key) => key !== (waitMs === undefined ? 'repeat' : 'waitMs'));
    if (beside !== undefined) {
      const detail = `stands beside ${waitMs === undefined ? 'repeat' : 'waitMs'}; make it a step of its own`;
      scope.report(error([...path, beside], detail, { key: true }));
    }
  }
  if (waitMs !== undefined) return { kind: 'wait', ms: waitMs, path };
  if (repeat !== undefined) return repeatOf(scope, repeat, [...path, 'repeat'], meaning);
  return exchangeOf(scope, exchange, path, meaning);
}

type RawRepeat = NonNullable<RawStep['repeat']>;

function repeatOf(scope: Scope, raw: RawRepeat, path: Path, meaning: Meaning): Step {
  const { until = {}, while: notYet, everyMs = 100, withinMs, ...rest } = raw;
  const told: SchemaOf = (name) => meaning.schemaOf(name) ?? typeOf(own(until, name));
  const exchange = exchangeOf(scope, rest, path, { ...meaning, schemaOf: told });
  if (exchange.expect.length === 0) scope.report(error(path, 'needs `expect`: the reply that ends it'));
  return {
    kind: 'repeat',
    exchange,
    until,
    ...(notYet !== undefined && { while: incoming(scope, notYet, [...path, 'while'], told) }),
    everyMs,
    withinMs,
    path,
  };
}

function typeOf(value: unknown): { readonly type: string } | undefined {
  return value === undefined ? undefined : { type: typeof value };
}

export function exchangeOf(scope: Scope, raw: RawExchange, path: Path, meaning: Meaning): Exchange {
  const { send, expect, reply, rewrite = [], fields, errors = [] } = raw;
  if (send === undefined && expect === undefined) scope.report(error(path, 'needs `send`, `expect` or both'));
  checkRewrite(scope, rewrite, [...path, 'rewrite']);
  if (send === undefined && reply !== undefined) {
    scope.report(
      error([...path, 'reply'], 'is for what answers a message; this only listens, by the framing of the line'),
    );
  }
  const expected = typeof expect === 'string' ? [expect] : (expect ?? []);
  const at = (index: number): Path => (typeof expect === 'string' ? [...path, 'expect'] : [...path, 'expect', index]);
  const maxBytes = scope.raw.line?.maxReplyBytes ?? 4096;
  return {
    kind: 'exchange',
    ...(send !== undefined && { send: outgoing(scope, send, [...path, 'send'], meaning.schemaOf) }),
    expect: expected.map((text, index) => incoming(scope, text, at(index), meaning.schemaOf)),
    ...(reply !== undefined && { reply: framingOf(reply, maxBytes, [...path, 'reply'], scope.report) }),
    rewrite,
    fields: { ...meaning.scales, ...scalesOf(scope, fields, [...path, 'fields']) },
    errors: [...rulesOf(scope, errors, [...path, 'errors']), ...scope.errors],
    ...timingOf(raw),
    path,
  };
}

function checkRewrite({ report }: Scope, rules: Exchange['rewrite'], path: Path): void {
  for (const [index, { pattern }] of rules.entries()) {
    const compiled = compilePattern(pattern);
    if (typeof compiled === 'string') report(error([...path, index, 'pattern'], compiled));
  }
}

function timingOf(raw: RawExchange): Pick<Exchange, (typeof timingKeys)[number]> {
  return Object.fromEntries(timingKeys.flatMap((key) => (raw[key] === undefined ? [] : [[key, raw[key]]])));
}

export function scalesOf(scope: Scope, raw: RawExchange['fields'], path: Path): Readonly<Record<string, FieldScale>> {
  const scales = entriesOf(raw).map(([name, { scale = 1, offset = 0 }]) => {
    if (scale === 0) scope.report(error([...path, name, 'scale'], 'must not be 0'));
    return [name, { scale: scale || 1, offset }] as const;
  });
  return Object.fromEntries(scales);
}

export function rulesOf(scope: Scope, raw: readonly RawErrorRule[], path: Path): ErrorRule[] {
  return raw.map((rule, index) => ruleOf(scope, rule, [...path, index]));
}

function ruleOf(scope: Scope, raw: RawErrorRule, path: Path): ErrorRule {
  const match = incoming(scope, raw.match, [...path, 'match'], () => undefined);
  const hasCode = match.parts.some((part) => part.kind === 'field' && part.name === 'code');
  const fixed = raw.code === undefined ? undefined : { text: String(raw.code) };
  const code = fixed ?? (hasCode ? { field: 'code' } : undefined);
  return {
    match,
    ...(code !== undefined && { code }),
    texts: raw.texts ?? {},
    ...(raw.text !== undefined && { text: raw.text }),
    outcome: raw.outcome ?? 'refused',
    path,
  };
}
