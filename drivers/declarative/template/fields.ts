import { beginningsOf } from './begins.ts';
import { sizeOf } from './extent.ts';
import type { Conversion, FieldPart, FieldValue, Part, Template } from './template.ts';

/** A field as it stands in a template, for whoever checks or describes it. */
export interface FieldUse {
  /** Undefined for one that is read and dropped. */
  readonly name: string | undefined;
  /** Where it begins in the template's text. */
  readonly at: number;
  readonly conversion: Conversion;
  readonly isArray: boolean;
  readonly fallback: FieldValue | undefined;
  /**
   * It has no size and a part of unknown size follows directly: on input it takes all of that, or the beginning of it
   * where that is one that it can hold.
   */
  readonly takesNext: 'all' | 'some' | undefined;
}

/** The fields in their order; a name may stand there more than once. */
export function fieldsOf(template: Template): FieldUse[] {
  return template.parts.flatMap((part, index) => (part.kind === 'field' ? [use(part, template.parts, index)] : []));
}

function use(part: FieldPart, parts: readonly Part[], index: number): FieldUse {
  return {
    name: part.name,
    at: part.at,
    conversion: part.conversion,
    isArray: part.separator !== undefined,
    fallback: part.fallback,
    takesNext: isOpen(part) && meetsField(parts, index + 1) ? taken(part, parts[index + 1]) : undefined,
  };
}

/** Text without an end of its own; a number ends with its last digit. */
function isOpen({ conversion: { capacity } }: FieldPart): boolean {
  return capacity?.of === 'text' && capacity.width === undefined && capacity.selfEnding !== true;
}

/** A set ends with the first byte that it does not hold. */
function taken({ conversion: { capacity } }: FieldPart, next: Part | undefined): FieldUse['takesNext'] {
  const members = capacity?.members;
  if (members === undefined || next === undefined) return 'all';
  const beginnings = [...beginningsOf(next)];
  if (beginnings.every((byte) => members.has(byte))) return 'all';
  return beginnings.some((byte) => members.has(byte)) ? 'some' : undefined;
}

/** Behind parts of a fixed size a field of an unknown one comes before any literal. */
function meetsField(parts: readonly Part[], from: number): boolean {
  const next = parts.slice(from).find((part) => part.kind === 'literal' || sizeOf(part) === undefined);
  return next?.kind === 'field';
}

/** What cannot be printed: `\?`, fields that are dropped, conversions for input only. */
export function inputOnly(template: Template): { readonly at: number; readonly what: string }[] {
  return template.parts.flatMap((part) => {
    if (part.kind === 'any-byte') return [{ at: part.at, what: '\\?' }];
    if (part.kind !== 'field') return [];
    const isInput = part.name === undefined || part.conversion.capacity?.inputOnly === true;
    return isInput ? [{ at: part.at, what: part.conversion.text }] : [];
  });
}

/** `{message}` stands in it, so that it is a frame and no message. */
export function isFrame(template: Template): boolean {
  return template.parts.some(({ kind }) => kind === 'message');
}
