import { BellcrankError, type JsonSchema, quoted, validate } from '../../../src/driver/index.ts';
import type { Exchange, Finding } from '../definition/definition.ts';
import { error, warning } from '../definition/scope.ts';
import { fieldsOf, type FieldUse, type FieldValue, typeOf } from '../template/index.ts';
import { meaning, rawValues } from '../session/values.ts';
import { distinct, offsetIn, type Subject, type Use } from './subject.ts';

/** Values that a schema allows and its template cannot tell: too wide, negative, no member, or with the terminator. */
export function printable(subject: Subject): Finding[] {
  return distinct(subject.uses.flatMap((use) => (use.exchange.send === undefined ? [] : checkSend(subject, use))));
}

function checkSend(subject: Subject, use: Use): Finding[] {
  const { exchange, params } = use;
  const { send } = exchange;
  if (send === undefined) return [];
  return fieldsOf(send).flatMap((field) => {
    const schema = params[field.name ?? ''];
    if (schema === undefined || field.isArray) return [];
    const place = offsetIn(send, field.at, subject.raw.frame?.send);
    const at = (found: readonly string[], make: typeof error): Finding[] =>
      found.slice(0, 1).map((detail) => make([...exchange.path, 'send'], detail, place));
    const untellable = candidates(schema).flatMap((value) => refusal(exchange, field, value));
    return [
      ...at(untellable, error),
      ...at(untellable.length > 0 ? [] : unbounded(exchange, field, schema), warning),
      ...at(terminated(subject, field, schema), error),
    ];
  });
}

/** The ends of what a schema allows; all of what it lists. */
function candidates(schema: JsonSchema): FieldValue[] {
  if (Array.isArray(schema['enum'])) return schema['enum'] as FieldValue[];
  if (typeOf(schema) === 'boolean') return [false, true];
  const { minimum, maximum, multipleOf: step, exclusiveMinimum, exclusiveMaximum, maxLength, minLength } = schema;
  const numbers = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].filter((value) => typeof value === 'number');
  const stepped = typeof step === 'number' ? [(typeof minimum === 'number' ? minimum : 0) + step] : [];
  const lengths = [minLength, maxLength].filter((value) => typeof value === 'number' && value > 0);
  const texts = typeOf(schema) === 'string' ? lengths.map((length) => 'A'.repeat(Number(length))) : [];
  return [...numbers, ...stepped, ...texts].filter((value) => validate(schema, value).length === 0);
}

function refusal(exchange: Exchange, { name = '', conversion }: FieldUse, value: FieldValue): string[] {
  const { send } = exchange;
  if (send === undefined) return [];
  try {
    const raw = rawValues(send, { [name]: value }, exchange.fields)[name] ?? value;
    conversion.print(raw);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof BellcrankError)) throw thrown;
    return [`${name}: the schema allows ${JSON.stringify(value)}, which cannot be sent: ${thrown.message}`];
  }
}

/** A schema without an end, and a conversion that has one. */
function unbounded({ fields }: Exchange, { name = '', conversion }: FieldUse, schema: JsonSchema): string[] {
  const { minimum, maximum, of } = conversion.capacity ?? {};
  if (Array.isArray(schema['enum']) || (of !== 'integer' && of !== 'number')) return [];
  const isOpen = (one: string, other: string): boolean => schema[one] === undefined && schema[other] === undefined;
  const told = (bound: number | bigint): string => String(meaning({ [name]: bound }, fields)[name]);
  if (maximum !== undefined && isOpen('maximum', 'exclusiveMaximum')) {
    return [`${name}: the schema has no maximum, and ${conversion.text} tells no more than ${told(maximum)}`];
  }
  if (minimum !== undefined && isOpen('minimum', 'exclusiveMinimum')) {
    return [`${name}: the schema has no minimum, and ${conversion.text} tells no less than ${told(minimum)}`];
  }
  return [];
}

/** A text with the terminator in it would be two messages, the second of them anything. */
function terminated({ definition }: Subject, { name = '', conversion }: FieldUse, schema: JsonSchema): string[] {
  const end = Buffer.from(definition.line.outTerminator).toString('latin1');
  if (typeOf(schema) !== 'string' || end === '') return [];
  const texts = [
    end,
    `A${end}`,
    `A${end}A`,
    `${end}${'A'.repeat(Math.max(0, Number(schema['minLength'] ?? 0) - end.length))}`,
  ];
  const admitted = texts.find((text) => validate(schema, text).length === 0 && isPrinted(conversion, text));
  if (admitted === undefined) return [];
  return [`${name}: the schema allows ${quoted(admitted)}, which ends the message; give it a \`pattern\` without it`];
}

function isPrinted(conversion: FieldUse['conversion'], text: string): boolean {
  try {
    return conversion.print(text).length > 0;
  } catch {
    return false;
  }
}
