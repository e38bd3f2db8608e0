import type { EventSpec, JsonSchema, Model } from '../../../../src/driver/index.ts';
import { suggestion } from '../../../../src/yaml/suggest.ts';
import type { Report } from '../../definition/definition.ts';
import { expandAll } from '../../definition/each.ts';
import { type Options, optionsSchemaOf } from '../../definition/options.ts';
import { checkSchemaOf, objectOf } from '../../definition/schemas.ts';
import { entriesOf, error, inWords } from '../../definition/scope.ts';
import { simulatorOf } from '../../definition/simulator.ts';
import type { RawTopicMap } from '../schema/definition.ts';
import type { Availability, TopicEvent, TopicMap } from '../topic-map.ts';
import { type CompiledCommand, commandOf, stopOf } from './commands.ts';
import { examplesOf } from './examples.ts';
import { listOf, rulesOf } from './exchanges.ts';
import { withTopicPatterns } from './levels.ts';
import { type CompiledProperty, propertyOf, pushedOf } from './properties.ts';
import { fieldsOf, pointerAt, readingOf } from './reading.ts';
import { type KnownProperty, noMeaning, sendableOf, type TopicScope } from './scope.ts';
import { topicTemplate } from './templates.ts';

const defaultReplyTimeoutMs = 2000;

/**
 * Compiles a map that its schema accepts, for an instance's options, defaults filled in. What is wrong with it is
 * reported; then the result means nothing. `strict` is for the largest instance: schemas and names are all checked.
 */
export function compile(raw: RawTopicMap, options: Options, report: Report, isStrict: boolean): TopicMap {
  const base = scopeOf(raw, options, report, isStrict);
  checkPaths(base);
  const sources = expandAll(base, 'properties', raw.properties);
  const pushed = new Map(sources.map((source) => [source.name, pushedOf(base, source)]));
  const known = sources.map(({ name, raw: { schema }, constants }): [string, KnownProperty] => {
    const own = pushed.get(name);
    return [name, { schema, constants, ...(own && { pushed: own }) }];
  });
  const scope: TopicScope = { ...base, properties: new Map(known) };
  const properties = sources.flatMap((source) => propertyOf(scope, source, pushed.get(source.name)) ?? []);
  const askable = new Set(properties.flatMap(({ name, property }) => (property.read ? [name] : [])));
  const commands = expandAll(scope, 'commands', raw.commands).flatMap(
    (source) => commandOf(scope, source, askable) ?? [],
  );
  return mapOf(scope, properties, commands);
}

function scopeOf(raw: RawTopicMap, options: Options, report: Report, isStrict: boolean): TopicScope {
  const scope: TopicScope = {
    raw,
    options,
    optionSchemas: raw.options ?? {},
    frame: {},
    report,
    isStrict,
    paths: new Set(raw.topics.paths),
    replyTimeoutMs: raw.topics.replyTimeoutMs ?? defaultReplyTimeoutMs,
    errors: [],
    properties: new Map(),
  };
  return { ...scope, errors: rulesOf(scope, raw.errors ?? [], ['errors'], noMeaning) };
}

function checkPaths({ raw, report }: TopicScope): void {
  for (const [index, name] of (raw.topics.paths ?? []).entries()) {
    if (raw.options?.[name]?.type === 'string') continue;
    const known = Object.keys(raw.options ?? {});
    report(error(['topics', 'paths', index], `names no option that is text${suggestion(name, known)}`));
  }
}

function mapOf(
  scope: TopicScope,
  properties: readonly CompiledProperty[],
  commands: readonly CompiledCommand[],
): TopicMap {
  const { raw } = scope;
  const events = eventsOf(scope);
  const stop = stopOf(scope);
  const model: Model = {
    name: raw.model ?? 'abstract',
    summary: raw.summary ?? raw.model ?? 'A base for others',
    commands: Object.fromEntries(commands.map(({ name, spec }) => [name, spec])),
    properties: Object.fromEntries(properties.map(({ name, spec }) => [name, spec])),
    events: Object.fromEntries(events.map(({ name, spec }) => [name, spec])),
    ...(stop && { stop: stop.spec }),
  };
  const availability = availabilityOf(scope);
  return {
    model,
    optionsSchema: withTopicPatterns(optionsSchemaOf(raw), raw),
    paths: scope.paths,
    ...(availability && { availability }),
    replyTimeoutMs: scope.replyTimeoutMs,
    properties: Object.fromEntries(properties.map(({ name, property }) => [name, property])),
    commands: Object.fromEntries(commands.map(({ name, action }) => [name, action])),
    events: Object.fromEntries(events.map(({ name, event }) => [name, event])),
    ...(stop && { stop: stop.action }),
    init: listOf(scope, raw.init ?? [], ['init'], noMeaning),
    resync: listOf(scope, raw.resync ?? [], ['resync'], noMeaning),
    examples: examplesOf(raw),
    simulator: simulatorOf(scope, raw.simulator, {
      properties: new Set(properties.map(({ name }) => name)),
      actions: actionsOf(model),
    }),
  };
}

function availabilityOf(scope: TopicScope): Availability | undefined {
  const raw = scope.raw.topics.availability;
  if (raw === undefined) return undefined;
  const path = ['topics', 'availability'];
  const { online = 'online', offline = 'offline', unannounced = 'away' } = raw;
  if (online === offline) scope.report(error([...path, 'offline'], 'is the word of a device that is there'));
  return {
    topic: topicTemplate(scope, raw.topic, [...path, 'topic'], scope.optionSchemas),
    ...(raw.json !== undefined && { pointer: pointerAt(scope, raw.json, [...path, 'json']) }),
    online,
    offline,
    unannounced,
  };
}

interface CompiledEvent {
  readonly name: string;
  readonly event: TopicEvent;
  readonly spec: EventSpec;
}

function eventsOf(scope: TopicScope): CompiledEvent[] {
  return entriesOf(scope.raw.events).map(([name, raw]) => {
    const path = ['events', name];
    const { summary = inWords(name), data = {}, topic, ...rest } = raw;
    if (!/^[A-Za-z0-9][\w-]{0,62}$/.test(name)) {
      scope.report(error(path, 'the name must be 1 to 63 letters, digits, hyphens and underscores', { key: true }));
    }
    for (const [field, schema] of entriesOf(data)) checkSchemaOf(scope, schema, [...path, 'data', field]);
    const reading = readingOf(scope, rest, path, { ...noMeaning, told: data });
    checkData(scope, data, fieldsOf(reading.reading), path);
    const known = sendableOf(scope, noMeaning);
    return {
      name,
      event: {
        hearing: { ...reading, topic: topicTemplate(scope, topic, [...path, 'topic'], known) },
        data: Object.keys(data),
      },
      spec: { summary, data: objectOf(data, true) },
    };
  });
}

function checkData(
  scope: TopicScope,
  data: Readonly<Record<string, JsonSchema>>,
  told: readonly string[],
  path: string[],
): void {
  for (const name of Object.keys(data)) {
    if (told.includes(name)) continue;
    scope.report(
      error([...path, 'data', name], `is told by no field of the message${suggestion(name, told)}`, { key: true }),
    );
  }
}

/** Parameters by command, and of `write:` and a property. */
function actionsOf({ commands, properties }: Model): ReadonlyMap<string, readonly string[]> {
  const actions = new Map<string, readonly string[]>();
  for (const [name, { params }] of Object.entries(commands)) actions.set(name, Object.keys(params['properties'] ?? {}));
  for (const [name, { access }] of Object.entries(properties)) {
    if (access !== 'read') actions.set(`write:${name}`, ['value']);
  }
  return actions;
}
