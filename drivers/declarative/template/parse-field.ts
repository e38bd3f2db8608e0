import { checksumPart } from './checksums/part.ts';
import { createConversion, type ConversionSpec, type Flags } from './conversions/index.ts';
import type { Cursor } from './cursor.ts';
import { readByte } from './escapes.ts';
import { readConversion } from './parse-conversion.ts';
import { scalar } from './scalar.ts';
import { whiteSpace, type FieldPart, type FieldValue, type Part } from './template.ts';

const noFlags: Flags = {
  left: false,
  sign: false,
  space: false,
  zero: false,
  alternate: false,
  exact: false,
  drop: false,
};

/** What stands in braces: a field, a checksum, or the place of the message in a frame. */
export function readField(cursor: Cursor): Part {
  const at = cursor.at;
  cursor.expect('{');
  const name = cursor.take(/[\w-]*/y);
  if (name === 'message' && cursor.accept('}')) return { kind: 'message', at };
  const separator = name === '' ? undefined : readSeparator(cursor);
  const spec = name === '' || cursor.accept(':') ? readConversion(cursor) : plainText(cursor.at);
  const fallback = readFallback(cursor);
  cursor.expect('}');
  if (spec.letter === '<') return checksum(cursor, spec, at, name === '' && fallback === undefined);
  checkName(cursor, spec, at, name);
  if (separator !== undefined && fallback !== undefined) cursor.fail('an array has no default', at);
  const conversion = createConversion(spec);
  if (separator?.length === 0 && conversion.capacity?.bytes === undefined) {
    cursor.fail('members without a separator need a fixed size', at);
  }
  return field({ at, name: spec.flags.drop ? undefined : name, conversion, separator, fallback });
}

function plainText(at: number): ConversionSpec {
  return {
    text: '%s',
    at,
    letter: 's',
    flags: noFlags,
    width: undefined,
    precision: undefined,
    argument: '',
    argumentAt: at,
  };
}

function checksum(cursor: Cursor, spec: ConversionSpec, at: number, isBare: boolean): Part {
  if (!isBare) cursor.fail('a checksum has no name and no default: it is computed', at);
  return checksumPart(spec, at);
}

function checkName(cursor: Cursor, spec: ConversionSpec, at: number, name: string): void {
  if (spec.flags.drop && name !== '') cursor.fail(`${name} is read and dropped, so it has no name`, at);
  if (!spec.flags.drop && name === '') cursor.fail('a field needs a name; {%*…} reads and drops one', at);
}

type Parsed = Omit<FieldPart, 'kind' | 'separator' | 'fallback'> & {
  readonly separator: Uint8Array | undefined;
  readonly fallback: FieldValue | undefined;
};

function field({ separator, fallback, ...rest }: Parsed): FieldPart {
  return {
    kind: 'field',
    ...rest,
    ...(separator !== undefined && { separator }),
    ...(fallback !== undefined && { fallback }),
  };
}

/** `[,]`: what stands between the members of an array. */
function readSeparator(cursor: Cursor): Uint8Array | undefined {
  if (!cursor.accept('[')) return undefined;
  const at = cursor.at;
  if (cursor.accept('\\_]')) return whiteSpace;
  const bytes: number[] = [];
  while (!cursor.accept(']')) {
    const byte = readByte(cursor, ']');
    if (typeof byte === 'string') cursor.fail('a separator is bytes, or \\_ alone', at);
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** `?5`: taken where the value is not there. */
function readFallback(cursor: Cursor): FieldValue | undefined {
  if (!cursor.accept('?')) return undefined;
  let text = '';
  while (!cursor.done && cursor.peek !== '}') {
    cursor.accept('\\');
    text += cursor.next();
  }
  return scalar(text);
}
