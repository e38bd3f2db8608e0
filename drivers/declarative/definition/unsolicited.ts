import type { EventSpec, JsonSchema } from '../../../src/driver/index.ts';
import { suggestion } from '../../../src/yaml/suggest.ts';
import type { FieldScale, Path, UnsolicitedRule } from './definition.ts';
import type { Expanded } from './each.ts';
import { scalesOf } from './exchanges.ts';
import { scaleOf } from './field.ts';
import { meaningOf } from './properties.ts';
import type { RawProperty } from './schema/affordances.ts';
import type { RawUnsolicited } from './schema/definition.ts';
import { checkSchemaOf, objectOf } from './schemas.ts';
import { entriesOf, error, inWords, own, type Scope } from './scope.ts';
import { incoming } from './templates.ts';

/** The queue's entries that no command explains. */
const deviceError: EventSpec = {
  summary: 'An entry of the error queue that no command of ours explains',
  data: objectOf(
    {
      code: { type: ['integer', 'string'], title: 'Code', maxLength: 100 },
      text: { type: 'string', title: 'Text', maxLength: 255 },
    },
    true,
  ),
};

export function eventsOf(scope: Scope): Record<string, EventSpec> {
  const { events, errorQueue } = scope.raw;
  const own = entriesOf(events).map(([name, { summary, data = {} }]) => {
    const path = ['events', name];
    if (name.includes('{') || !/^[A-Za-z0-9][\w-]{0,62}$/.test(name)) {
      scope.report(error(path, 'the name must be 1 to 63 letters, digits, hyphens and underscores', { key: true }));
    }
    for (const [field, schema] of entriesOf(data)) checkSchemaOf(scope, schema, [...path, 'data', field]);
    return [name, { summary: summary ?? inWords(name), data: objectOf(data, true) }] as const;
  });
  return { ...(errorQueue !== undefined && { 'device-error': deviceError }), ...Object.fromEntries(own) };
}

export function unsolicitedOf(scope: Scope, properties: readonly Expanded<RawProperty>[]): UnsolicitedRule[] {
  return (scope.raw.unsolicited ?? []).map((raw, index) => ruleOf(scope, raw, ['unsolicited', index], properties));
}

function ruleOf(
  scope: Scope,
  raw: RawUnsolicited,
  path: Path,
  properties: readonly Expanded<RawProperty>[],
): UnsolicitedRule {
  const said = (['report', 'emit', 'ignore'] as const).filter((key) => raw[key] !== undefined);
  if (said.length !== 1) scope.report(error(path, 'must have exactly one of report, emit and ignore'));
  const report = typeof raw.report === 'string' ? { [raw.report]: 'value' } : (raw.report ?? {});
  const schemas: Record<string, JsonSchema> = { ...emitted(scope, raw, path) };
  const scales: Record<string, FieldScale> = {};
  for (const [name, field] of entriesOf(report)) {
    const property = properties.find((candidate) => candidate.name === name);
    if (property === undefined) unknownProperty(scope, name, raw, path, properties);
    else {
      schemas[field] = property.raw.schema;
      const scale = scaleOf(scope, property.raw, property.path);
      if (scale !== undefined) scales[field] = scale;
    }
  }
  return {
    match: incoming(scope, raw.match, [...path, 'match'], meaningOf({}, schemas).schemaOf),
    fields: { ...scales, ...scalesOf(scope, raw.fields, [...path, 'fields']) },
    report,
    ...(raw.emit !== undefined && { emit: raw.emit }),
    path,
  };
}

function emitted(scope: Scope, { emit }: RawUnsolicited, path: Path): Readonly<Record<string, JsonSchema>> {
  if (emit === undefined) return {};
  const event = own(scope.raw.events, emit);
  if (event === undefined) {
    const known = suggestion(emit, Object.keys(scope.raw.events ?? {}));
    scope.report(error([...path, 'emit'], `names no event${known}`));
  }
  return event?.data ?? {};
}

function unknownProperty(
  scope: Scope,
  name: string,
  { report }: RawUnsolicited,
  path: Path,
  properties: readonly Expanded<RawProperty>[],
): void {
  const at = typeof report === 'string' ? [...path, 'report'] : [...path, 'report', name];
  const known = properties.map((property) => property.name);
  scope.report(
    error(at, `names no property${suggestion(name, known)}`, typeof report === 'string' ? {} : { key: true }),
  );
}
