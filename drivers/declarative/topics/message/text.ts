import { BellcrankError } from '../../../../src/driver/index.ts';
import { type FieldPart, type FieldValue, printTemplate, scanTemplate, type Template } from '../../template/index.ts';
import type { FieldMeanings } from '../topic-map.ts';
import { type Known, meaningOf, type Told, toldOf, wireOf } from './wire.ts';

/** MQTT is UTF-8, templates are bytes: a text's bytes, each as the character that a template knows it by. */
export function toTemplateText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function fromTemplateText(text: string): string | undefined {
  const bytes = Buffer.from(text, 'latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text with its fields filled in. Throws `invalid-request` for a value that it cannot tell. */
export function printText(template: Template, known: Known, fields: FieldMeanings): string {
  return Buffer.from(printTemplate(template, rawValues(template, known, fields))).toString('utf8');
}

/** What a text tells; undefined if it is another one, or if a field that is known has another value. */
export function scanText(
  template: Template,
  text: string,
  known: Known,
  fields: FieldMeanings,
): Readonly<Record<string, Told>> | undefined {
  const scanned = scanTemplate(template, Buffer.from(text, 'utf8'), rawValues(template, known, fields));
  if (!scanned.ok) return undefined;
  const told: Record<string, Told> = {};
  for (const [name, value] of Object.entries(scanned.values)) {
    const decoded = decodedValue(value);
    const meant = decoded === undefined ? undefined : toldOf(decoded, meaningOf(fields, name));
    if (meant === undefined) return undefined;
    told[name] = meant.value;
  }
  return told;
}

/** Of what is known, what the template's fields are on the wire. */
function rawValues(template: Template, known: Known, fields: FieldMeanings): Record<string, FieldValue> {
  const raw: Record<string, FieldValue> = {};
  for (const part of template.parts) {
    if (part.kind !== 'field' || part.name === undefined || !Object.hasOwn(known, part.name)) continue;
    const value = known[part.name];
    if (value !== undefined) raw[part.name] = encoded(wireOf(value, meaningOf(fields, part.name)), part);
  }
  return raw;
}

function encoded(value: unknown, part: FieldPart): FieldValue {
  if (Array.isArray(value)) return value.map((member) => encoded(member, part));
  if (typeof value === 'string') return toTemplateText(value);
  if (typeof value === 'number' || typeof value === 'boolean') {
    const isText = part.conversion.capacity?.of === 'text';
    return isText ? String(value) : value;
  }
  throw new BellcrankError('invalid-request', `${part.name ?? 'it'} is nothing that a text can tell`);
}

function decodedValue(value: FieldValue): Told {
  if (typeof value === 'string') return fromTemplateText(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
  if (typeof value !== 'object') return value;
  const members = value.map(decodedValue);
  return members.every((member) => member !== undefined) ? members : undefined;
}
