import type { FieldPart, Part } from '../../drivers/declarative/template/template.ts';

/** Where a frame's own length stands in it, and what it does not count. */
export interface LengthField {
  readonly offset: number;
  readonly adds: number;
}

/** The bytes of a field. The length is told only for the field that stands where the frame's length does. */
export type FieldBytes = (part: FieldPart, length?: number) => Uint8Array;

/** A message from its parts: what stands for itself, what `fieldBytes` tells, and the checksum of what comes before it. */
export function printParts(parts: readonly Part[], fieldBytes: FieldBytes, lengthField?: LengthField): Uint8Array {
  const first = printed(parts, (part) => fieldBytes(part));
  if (lengthField === undefined) return first.bytes;
  const index = first.starts.indexOf(lengthField.offset);
  const length = first.bytes.length - lengthField.adds;
  return printed(parts, (part, at) => (at === index ? fieldBytes(part, length) : fieldBytes(part))).bytes;
}

interface Printed {
  readonly bytes: Uint8Array;
  /** Where each part begins. */
  readonly starts: readonly number[];
}

function printed(parts: readonly Part[], fieldBytes: (part: FieldPart, index: number) => Uint8Array): Printed {
  let bytes: Buffer = Buffer.alloc(0);
  const starts: number[] = [];
  for (const [index, part] of parts.entries()) {
    starts.push(bytes.length);
    bytes = Buffer.concat([bytes, partBytes(part, bytes, (field) => fieldBytes(field, index))]);
  }
  return { bytes, starts };
}

function partBytes(part: Part, before: Uint8Array, fieldBytes: (part: FieldPart) => Uint8Array): Uint8Array {
  if (part.kind === 'literal') return part.bytes;
  if (part.kind === 'white-space') return Buffer.from(' ');
  // The reader takes any byte; a question mark is one that people see.
  if (part.kind === 'any-byte') return Buffer.from('?');
  if (part.kind === 'checksum') return part.compute(before);
  if (part.kind === 'field') return fieldBytes(part);
  throw new Error('a frame is wrapped around its message before it is printed');
}
