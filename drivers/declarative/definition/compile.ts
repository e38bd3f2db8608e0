import type { Model } from '../../../src/driver/index.ts';
import { commandOf, initializeOf, initOf, stopOf } from './commands.ts';
import type { Definition, ErrorQueue, Report } from './definition.ts';
import { expandAll } from './each.ts';
import { examplesOf } from './examples.ts';
import { exchangeOf, listOf, noMeaning, rulesOf } from './exchanges.ts';
import { helloOf } from './hello.ts';
import { identifyOf } from './identify.ts';
import { lineOf } from './line.ts';
import { type Options, optionsSchemaOf } from './options.ts';
import { meaningOf, propertyOf } from './properties.ts';
import { sharedExchanges, type SharedExchanges, withoutEach } from './shared.ts';
import type { RawDefinition } from './schema/definition.ts';
import { error, type Scope, warning } from './scope.ts';
import { simulatorOf } from './simulator.ts';
import { frame } from './templates.ts';
import { eventsOf, unsolicitedOf } from './unsolicited.ts';

/**
 * Compiles a definition that its schema accepts, for an instance's options, defaults filled in. What is wrong with it is
 * reported; then the result means nothing. `strict` is for the largest instance: schemas and names are all checked.
 */
export function compile(raw: RawDefinition, options: Options, report: Report, strict: boolean): Definition {
  const scope = scopeOf(raw, options, report, strict);
  const sources = expandAll(scope, 'properties', raw.properties);
  const shared = sharedExchanges(scope, expandAll(scope, 'exchanges', raw.exchanges), sources);
  checkUnshared(scope, shared);
  const properties = sources.flatMap((source) => propertyOf(scope, source, shared) ?? []);
  const readable = new Set(properties.flatMap(({ name, definition }) => (definition.read ? [name] : [])));
  const commands = [
    ...expandAll(scope, 'commands', raw.commands).flatMap((source) => commandOf(scope, source, readable) ?? []),
    ...[initializeOf(scope, readable) ?? []].flat(),
  ];
  const stop = stopOf(scope);
  const model: Model = {
    name: raw.model ?? 'abstract',
    summary: raw.summary ?? raw.model ?? 'A base for others',
    commands: Object.fromEntries(commands.map(({ name, spec }) => [name, spec])),
    properties: Object.fromEntries(properties.map(({ name, spec }) => [name, spec])),
    events: eventsOf(scope),
    ...(stop && { stop: stop.spec }),
  };
  const errorQueue = errorQueueOf(scope);
  const hello = helloOf(
    raw,
    scope.line,
    properties.map(({ definition }) => definition),
  );
  return {
    model,
    transports: raw.transport ?? ['serial', 'tcp'],
    optionsSchema: optionsSchemaOf(raw),
    options,
    line: scope.line,
    ...identifyOf(scope),
    ...(hello.length > 0 && { hello }),
    init: initOf(scope),
    ...(raw.resync !== undefined && { resync: listOf(scope, raw.resync, ['resync'], noMeaning) }),
    ...(stop && { stop: stop.action }),
    properties: Object.fromEntries(properties.map(({ name, definition }) => [name, definition])),
    commands: Object.fromEntries(commands.map(({ name, action }) => [name, action])),
    ...(errorQueue && { errorQueue }),
    unsolicited: unsolicitedOf(scope, sources),
    examples: examplesOf(raw),
    simulator: simulatorOf(scope, raw.simulator, {
      properties: new Set(properties.map(({ name }) => name)),
      actions: actionsOf(model),
    }),
  };
}

function scopeOf(raw: RawDefinition, options: Options, report: Report, isStrict: boolean): Scope {
  const send = frame(report, raw.frame?.send, ['frame', 'send']);
  const expect = frame(report, raw.frame?.expect, ['frame', 'expect']);
  const scope: Scope = {
    raw,
    options,
    optionSchemas: raw.options ?? {},
    line: lineOf(raw.line, report),
    frame: { ...(send && { send }), ...(expect && { expect }) },
    errors: [],
    report,
    isStrict,
  };
  return { ...scope, errors: rulesOf(scope, raw.errors ?? [], ['errors']) };
}

/** An exchange that nobody shares is never sent; what is wrong in it is told all the same. */
function checkUnshared(scope: Scope, shared: SharedExchanges): void {
  for (const { isUsed, source } of shared.values()) {
    if (isUsed) continue;
    exchangeOf(scope, withoutEach(source.raw), source.path, meaningOf(source.constants, {}));
    scope.report(warning(source.path, 'is never used', { key: true }));
  }
}

/** Parameters by command, and of `write:` and a property. */
function actionsOf({ commands, properties }: Model): ReadonlyMap<string, readonly string[]> {
  const actions = new Map<string, readonly string[]>();
  for (const [name, { params }] of Object.entries(commands)) actions.set(name, Object.keys(params['properties'] ?? {}));
  for (const [name, { access }] of Object.entries(properties))
    if (access !== 'read') actions.set(`write:${name}`, ['value']);
  return actions;
}

function errorQueueOf(scope: Scope): ErrorQueue | undefined {
  const { errorQueue: raw } = scope.raw;
  if (raw === undefined) return undefined;
  const { none = 0, maxEntries = 32, texts = {}, failed = [], ...rest } = raw;
  const path = ['errorQueue'];
  const exchange = exchangeOf(scope, rest, path, { schemaOf: () => undefined });
  const hasCode = exchange.expect.some(({ parts }) =>
    parts.some((part) => part.kind === 'field' && part.name === 'code'),
  );
  if (!hasCode) scope.report(error([...path, 'expect'], 'needs the field `code`, which tells an empty queue'));
  return {
    exchange,
    none,
    maxEntries,
    texts,
    failed: failed.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  };
}
