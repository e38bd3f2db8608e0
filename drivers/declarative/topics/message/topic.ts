import { BellcrankError, isTopicLevel, topicPrefixPattern } from '../../../../src/driver/index.ts';
import type { FieldPart, Part, Template } from '../../template/index.ts';
import { printText, scanText } from './text.ts';
import type { Known } from './wire.ts';

const path = new RegExp(topicPrefixPattern, 'u');

/** MQTT 5.0 §1.5.4. */
const maxBytes = 65_535;

/**
 * The topic with its fields filled in. Each value is one level of it or a part of one, unless it is an option in `paths`.
 * Throws `invalid-request` for a value that would make another topic of it.
 */
export function printTopic(template: Template, known: Known, paths: ReadonlySet<string>): string {
  const topic = template.parts.map((part) => printed(template, part, known, paths)).join('');
  if (Buffer.byteLength(topic) <= maxBytes) return topic;
  throw new BellcrankError('invalid-request', `the topic would be longer than ${maxBytes} bytes`);
}

function printed(template: Template, part: Part, known: Known, paths: ReadonlySet<string>): string {
  const text = printText({ ...template, parts: [part] }, known, {});
  if (part.kind !== 'field') return text;
  const name = part.name ?? '';
  if (paths.has(name) ? path.test(text) : isTopicLevel(text)) return text;
  const what = paths.has(name) ? 'may not begin with $, nor have' : 'may not be empty nor have /,';
  throw new BellcrankError(
    'invalid-request',
    `${name} ${JSON.stringify(text.slice(0, 100))} cannot be a part of a topic: it ${what} +, # or NUL in it`,
  );
}

/** The fields whose values are not known: each stands for one level. */
export function openFields(template: Template, known: Known): FieldPart[] {
  return template.parts.filter(
    (part): part is FieldPart => part.kind === 'field' && known[part.name ?? ''] === undefined,
  );
}

/** The filter that all topics fit that the template can be: `+` for every level with something unknown in it. */
export function filterOf(template: Template, known: Known, paths: ReadonlySet<string>): string {
  const open = new Set<Part>(openFields(template, known));
  // NUL is in no topic.
  const text = template.parts.map((part) => (open.has(part) ? '\0' : printed(template, part, known, paths))).join('');
  return text
    .split('/')
    .map((level) => (level.includes('\0') ? '+' : level))
    .join('/');
}

/** What a topic tells of the fields that are not known; undefined if it is another topic. */
export function scanTopic(
  template: Template,
  topic: string,
  known: Known,
): Readonly<Record<string, unknown>> | undefined {
  const open = new Set<Part>(openFields(template, known));
  // Where an option of several levels ends, no template tells: what is known stands there as it is.
  const parts = template.parts.map((part) => (open.has(part) ? part : asItIs(template, part, known)));
  const told = scanText({ ...template, parts }, topic, {}, {});
  return Object.values(told ?? {}).some((value) => String(value).includes('/')) ? undefined : told;
}

function asItIs(template: Template, part: Part, known: Known): Part {
  return { kind: 'literal', at: part.at, bytes: Buffer.from(printText({ ...template, parts: [part] }, known, {})) };
}
