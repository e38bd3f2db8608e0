import { BellcrankError, quoted } from '../../../src/driver/index.ts';
import { indexOf, isWhiteSpace, toText } from './bytes.ts';
import { isList } from './same.ts';
import { whiteSpace, type FieldPart, type FieldValue, type Part, type Template, type Values } from './template.ts';

/**
 * The bytes of a message. Throws `invalid-request`, naming the field, for a value that its conversion cannot tell:
 * nothing is clipped. Throws `driver-fault` where the template itself cannot be printed, or a field has no value.
 */
export function printTemplate(template: Template, values: Values): Uint8Array {
  let message: Uint8Array = new Uint8Array();
  for (const [index, part] of template.parts.entries()) {
    const piece = part.kind === 'checksum' ? part.compute(message) : printPart(template, index, part, values);
    message = Buffer.concat([message, piece]);
  }
  return message;
}

function printPart({ parts, text }: Template, index: number, part: Part, values: Values): Uint8Array {
  if (part.kind === 'literal') return part.bytes;
  if (part.kind === 'white-space') return whiteSpace;
  if (part.kind !== 'field' || part.name === undefined) {
    throw new BellcrankError(
      'driver-fault',
      `${quoted(text)} is only for input: what stands at ${part.at} has no bytes`,
    );
  }
  const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined;
  if (value === undefined) throw new BellcrankError('driver-fault', `${quoted(text)} has no value for ${part.name}`);
  return naming(part.name, () => printField(part, value, endOf(parts, index)));
}

function printField(part: FieldPart, value: FieldValue, end: Uint8Array | undefined): Uint8Array {
  const { separator, conversion } = part;
  if (separator === undefined) {
    if (isList(value)) throw new BellcrankError('invalid-request', 'one value is wanted, not a list');
    return ended(part, conversion.print(value), end);
  }
  if (!isList(value) || value.length === 0) {
    throw new BellcrankError('invalid-request', 'a list of at least one value is wanted');
  }
  const members = value.map((member) => ended(part, conversion.print(member), separator));
  return Buffer.concat(members.flatMap((member, index) => (index === 0 ? [member] : [separator, member])));
}

/** What ends a text on the way back: the literal that follows, or white space between it and another field. */
function endOf(parts: readonly Part[], index: number): Uint8Array | undefined {
  const next = parts[index + 1];
  if (next?.kind === 'literal') return next.bytes;
  return next?.kind === 'white-space' && parts[index + 2]?.kind === 'field' ? whiteSpace : undefined;
}

/** A text that holds what ends it would be read as something else, perhaps as another command. */
function ended({ conversion }: FieldPart, printed: Uint8Array, end: Uint8Array | undefined): Uint8Array {
  const { of, bytes } = conversion.capacity ?? {};
  if (of !== 'text' || bytes !== undefined || end === undefined || end.length === 0) return printed;
  const holdsEnd = end === whiteSpace ? printed.some(isWhiteSpace) : indexOf(printed, end, 0) >= 0;
  if (!holdsEnd) return printed;
  const what = quoted(toText(end));
  throw new BellcrankError('invalid-request', `the text holds ${what}, which ends it (${conversion.text})`);
}

function naming(name: string, print: () => Uint8Array): Uint8Array {
  try {
    return print();
  } catch (error) {
    if (!(error instanceof BellcrankError)) throw error;
    throw new BellcrankError(error.code, `${name}: ${error.message}`, { cause: error });
  }
}
