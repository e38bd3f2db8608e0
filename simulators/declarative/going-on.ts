import { sizeOf } from '../../drivers/declarative/template/extent.ts';
import type { Part, Template } from '../../drivers/declarative/template/template.ts';

/** Whether a message that begins with these bytes could still become one of this template. Cautious: true if in doubt. */
export function mayGoOn(template: Template, bytes: Uint8Array): boolean {
  if (bytes.length >= longest(template)) return false;
  let at = 0;
  for (const part of template.parts) {
    if (part.kind === 'literal') {
      const there = bytes.subarray(at, at + part.bytes.length);
      if (!Buffer.from(part.bytes.subarray(0, there.length)).equals(there)) return false;
      at += part.bytes.length;
      continue;
    }
    const length = lengthOf(part);
    if (length === Infinity) return true;
    at += length;
  }
  return true;
}

/** Ends with text: nothing that comes after can belong to it. */
export function endsWithText({ parts }: Template): boolean {
  return parts.at(-1)?.kind === 'literal';
}

function longest({ parts }: Template): number {
  return parts.reduce((sum, part) => sum + lengthOf(part), 0);
}

function lengthOf(part: Part): number {
  return sizeOf(part) ?? Infinity;
}
