import type { JsonSchema } from '../../../../src/driver/index.ts';
import { suggestion } from '../../../../src/yaml/suggest.ts';
import type { Path } from '../../definition/definition.ts';
import { error } from '../../definition/scope.ts';
import { incoming } from '../../definition/templates.ts';
import { inputOnly, type Part, type Template, typeOf } from '../../template/index.ts';
import { toTemplateText } from '../message/text.ts';
import type { FieldMeaning } from '../topic-map.ts';
import { booleanText, numberText } from './scalars.ts';
import type { TopicScope } from './scope.ts';

export type SchemaOf = (name: string) => JsonSchema | undefined;

/** A template that is UTF-8; a bare `{name}` is written as JSON writes the value of that type. */
export function textTemplate(scope: TopicScope, text: string, path: Path, schemaOf: SchemaOf): Template {
  const encoded = toTemplateText(text);
  const characters = (offset: number): number =>
    Buffer.from(encoded.slice(0, offset), 'latin1').toString('utf8').length;
  const report: TopicScope['report'] = (finding) =>
    scope.report(finding.offset === undefined ? finding : { ...finding, offset: characters(finding.offset) });
  const template = incoming({ ...scope, report }, encoded, path, schemaOf);
  const placed = template.parts.map((part) => ({ ...plain(part, schemaOf), at: characters(part.at) }));
  return { ...template, text, parts: placed };
}

function plain(part: Part, schemaOf: SchemaOf): Part {
  if (part.kind !== 'field' || part.name === undefined || part.conversion.text !== '%s') return part;
  const type = typeOf(schemaOf(part.name) ?? {});
  if (type === 'boolean') return { ...part, conversion: booleanText };
  return type === 'number' || type === 'integer' ? { ...part, conversion: numberText } : part;
}

/** What is sent: all of its fields have values, and all of it can be printed. */
export function sentTemplate(
  scope: TopicScope,
  text: string,
  path: Path,
  known: Readonly<Record<string, JsonSchema>>,
): Template {
  const template = textTemplate(scope, text, path, (name) => (Object.hasOwn(known, name) ? known[name] : undefined));
  for (const { at, what } of inputOnly(template)) {
    scope.report(error(path, `${what} is only read, and cannot be sent`, { offset: at }));
  }
  checkKnown(scope, template, path, Object.keys(known));
  return template;
}

function checkKnown(scope: TopicScope, template: Template, path: Path, known: readonly string[]): void {
  for (const part of template.parts) {
    if (part.kind !== 'field' || part.name === undefined || known.includes(part.name)) continue;
    const detail = `names no option and no parameter ${JSON.stringify(part.name)}${suggestion(part.name, known)}`;
    scope.report(error(path, detail, { offset: part.at }));
  }
}

/** A topic: text that no wildcard and no broker's own name stands in. */
export function topicTemplate(
  scope: TopicScope,
  text: string,
  path: Path,
  known: Readonly<Record<string, JsonSchema>>,
): Template {
  const template = sentTemplate(scope, text, path, known);
  for (const part of template.parts) {
    const wrong = wrongInTopic(part);
    if (wrong !== undefined) scope.report(error(path, wrong, { offset: part.at }));
  }
  if (text.startsWith('$')) scope.report(error(path, 'begins with $: such topics are the broker’s own'));
  return template;
}

function wrongInTopic(part: Part): string | undefined {
  if (part.kind === 'literal') {
    const text = Buffer.from(part.bytes).toString('latin1');
    return /[+#\0]/.test(text) ? 'a topic has no +, # and NUL in it: it is one topic, and no filter' : undefined;
  }
  if (part.kind !== 'field') return 'a topic is text with fields';
  const { choices } = part.conversion.capacity ?? {};
  const bad = choices?.find(({ text }) => text === '' || /[/+#\0]/.test(text));
  return (
    bad && `${JSON.stringify(bad.text)} cannot be a part of a topic: it may not be empty nor have /, +, # or NUL in it`
  );
}

/** What stands in the message where clients see this schema. */
export function wireSchema(schema: JsonSchema | undefined, meaning: FieldMeaning | undefined): JsonSchema | undefined {
  if (meaning === undefined) return schema;
  if (meaning.values === undefined)
    return meaning.scale === 1 && meaning.offset === 0 ? schema : numeric(schema, meaning);
  const [type, ...others] = new Set(meaning.values.map(({ wire }) => typeof wire));
  return others.length === 0 && type !== undefined ? { type } : undefined;
}

/** A scaled integer need not be one on the wire, nor the other way round. */
function numeric(schema: JsonSchema | undefined, { decimals }: FieldMeaning): JsonSchema | undefined {
  const type = schema && typeOf(schema);
  return type === 'integer' || type === 'number' ? { type: decimals === 0 ? 'integer' : 'number' } : schema;
}
