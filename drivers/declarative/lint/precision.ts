import type { JsonSchema } from '../../../src/driver/index.ts';
import type { Exchange, FieldScale, Finding } from '../definition/definition.ts';
import { warning } from '../definition/scope.ts';
import { fieldsOf, type FieldUse, membersOf } from '../template/index.ts';
import { distinct, offsetIn, type Subject, type Use } from './subject.ts';

/** Digits that are lost in printing, unless the schema's step or the tolerance of `verify` says that none matter. */
export function precision(subject: Subject): Finding[] {
  return distinct(subject.uses.flatMap((use) => checkUse(subject, use)));
}

function checkUse(subject: Subject, use: Use): Finding[] {
  const { exchange, params } = use;
  const { send } = exchange;
  if (send === undefined) return [];
  return fieldsOf(send).flatMap((field) => {
    const name = field.name ?? '';
    const schema = field.isArray ? membersOf(params[name]) : params[name];
    if (schema === undefined) return [];
    const step = printedStep(field, exchange.fields[name]);
    const detail =
      step === undefined
        ? lostDigits(name, schema, field)
        : (lostStep(name, schema, step) ?? lostTolerance(subject, use, name, schema, step));
    if (detail === undefined) return [];
    return [warning(sendPath(exchange), detail, offsetIn(send, field.at, subject.raw.frame?.send))];
  });
}

const sendPath = ({ path }: Exchange) => [...path, 'send'];

/** The least difference that is printed, in the value's unit. */
function printedStep({ conversion }: FieldUse, scale: FieldScale | undefined): number | undefined {
  const { of, decimals } = conversion.capacity ?? {};
  const factor = Math.abs(scale?.scale ?? 1);
  if (of === 'integer') return factor;
  return decimals === undefined ? undefined : 10 ** -decimals * factor;
}

const slack = 1e-9;

/** A schema may have other steps for larger values. */
function rangesOf(schema: JsonSchema): readonly JsonSchema[] {
  const { anyOf } = schema;
  return Array.isArray(anyOf) ? anyOf.map((range: JsonSchema) => ({ ...schema, ...range })) : [schema];
}

function lostStep(name: string, schema: JsonSchema, step: number): string | undefined {
  for (const { multipleOf: wanted } of rangesOf(schema)) {
    if (typeof wanted !== 'number') continue;
    const ratio = wanted / step;
    if (ratio > 1 - slack && Math.abs(ratio - Math.round(ratio)) < slack * ratio) continue;
    return `${name}: the schema has steps of ${wanted}, and what is sent has steps of ${round(step)}`;
  }
  return undefined;
}

/** Of what is printed with so many digits, wherever its point stands. */
function lostDigits(name: string, schema: JsonSchema, { conversion }: FieldUse): string | undefined {
  const { digits } = conversion.capacity ?? {};
  if (digits === undefined) return undefined;
  for (const { multipleOf: wanted, minimum = 0, maximum } of rangesOf(schema)) {
    if (typeof wanted !== 'number' || typeof minimum !== 'number' || typeof maximum !== 'number') continue;
    const largest = Math.max(Math.abs(minimum), Math.abs(maximum));
    const needed = String(Math.floor((largest / wanted) * (1 + slack))).length;
    if (needed <= digits) continue;
    return `${name}: the schema has steps of ${wanted} up to ${largest}, which take ${needed} digits, and what is sent has ${digits}`;
  }
  return undefined;
}

function lostTolerance(
  { definition }: Subject,
  use: Use,
  name: string,
  schema: JsonSchema,
  step: number,
): string | undefined {
  const isStepped =
    rangesOf(schema).every(({ multipleOf }) => typeof multipleOf === 'number') ||
    schema['type'] === 'integer' ||
    Array.isArray(schema['enum']);
  if (isStepped) return undefined;
  const tolerance = toleranceOf(definition, use, name);
  if (tolerance !== undefined && tolerance >= (step / 2) * (1 - slack)) return undefined;
  const rounded = `${name}: what is sent is rounded by up to ${round(step / 2)}`;
  const whose = use.role === 'write' ? 'the schema, or one of `write`,' : 'the schema';
  const cure = `give ${whose} \`multipleOf: ${round(step)}\``;
  if (tolerance === undefined) return `${rounded}, and nobody is told; ${cure}`;
  return `${rounded}, and \`verify\` tolerates ${tolerance}; ${cure}, or \`verify\` that tolerance`;
}

function toleranceOf(
  { model }: Subject['definition'],
  { role, owner, constants }: Use,
  name: string,
): number | undefined {
  const nameOf = (key: string): string => key.replaceAll(/\{([\w-]+)\}/g, (_, each: string) => String(constants[each]));
  const key = nameOf(String(owner[1] ?? ''));
  if (role === 'write') {
    const spec = model.properties[key];
    const verify = spec === undefined || spec.access === 'read' ? undefined : spec.write.verify;
    return verify && (verify.tolerance ?? 0);
  }
  const verify = role === 'command' ? model.commands[key]?.verify : undefined;
  return verify?.param === name ? (verify.tolerance ?? 0) : undefined;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
