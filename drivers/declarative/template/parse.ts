import { Cursor } from './cursor.ts';
import { readByte, readPlainByte } from './escapes.ts';
import { readField } from './parse-field.ts';
import type { Part, Template } from './template.ts';

/** Longest text of a template; what a device is told in one message is shorter. */
const longest = 10_000;

/**
 * Parses a template (docs/definitions.md, "Templates"). Throws `TemplateError` with the offset of what is wrong.
 * `{message}` is left as a part of its own for `wrapTemplate`.
 */
export function parseTemplate(text: string): Template {
  const cursor = new Cursor(text);
  if (text.length > longest) cursor.fail(`it is longer than ${longest} characters`, longest);
  const parts: Part[] = [];
  while (!cursor.done) parts.push(readPart(cursor));
  return { text, parts: merged(parts) };
}

/** Bytes without fields, with the templates' escapes: a terminator, a prompt, an example. Throws `TemplateError`. */
export function parseBytes(text: string): Uint8Array {
  const cursor = new Cursor(text);
  const bytes: number[] = [];
  while (!cursor.done) {
    if ('{}'.includes(cursor.peek)) cursor.fail(`${cursor.peek} stands for no field here; write \\${cursor.peek}`);
    bytes.push(readPlainByte(cursor));
  }
  return Uint8Array.from(bytes);
}

/** Literals that follow one another are one, so that a field reads up to the whole of it. */
export function merged(parts: readonly Part[]): Part[] {
  const all: Part[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (part.kind !== 'literal' || last?.kind !== 'literal') all.push(part);
    else all.splice(-1, 1, { ...last, bytes: Uint8Array.from([...last.bytes, ...part.bytes]) });
  }
  return all;
}

function readPart(cursor: Cursor): Part {
  if (cursor.peek === '{') return readField(cursor);
  if (cursor.peek === '}') cursor.fail('} closes nothing; write \\} for the character');
  return readLiteral(cursor);
}

/** A run of bytes, or one wildcard. */
function readLiteral(cursor: Cursor): Part {
  const at = cursor.at;
  const bytes: number[] = [];
  while (!cursor.done && !'{}'.includes(cursor.peek)) {
    const before = cursor.at;
    const byte = readByte(cursor);
    if (typeof byte === 'number') bytes.push(byte);
    else if (bytes.length === 0) return { kind: byte, at };
    else {
      cursor.at = before;
      break;
    }
  }
  return { kind: 'literal', bytes: Uint8Array.from(bytes), at };
}
