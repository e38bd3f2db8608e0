import { latin1 } from '../../src/driver/index.ts';
import type { Exchange, Step } from '../../drivers/declarative/definition/definition.ts';
import type { Part, Template } from '../../drivers/declarative/template/template.ts';

/** What is sent with terminators in it is several messages to the device; the last of them is answered. */
export function separated(steps: readonly Step[], terminator: Uint8Array): readonly Step[] {
  if (terminator.length === 0) return steps;
  return steps.flatMap((step): readonly Step[] => {
    if (step.kind === 'wait') return [step];
    if (step.kind === 'exchange') return messagesOf(step, terminator);
    // Of a repetition the last message alone is what tells how far it is.
    const messages = messagesOf(step.exchange, terminator);
    return [...messages.slice(0, -1), { ...step, exchange: messages.at(-1) ?? step.exchange }];
  });
}

function messagesOf(exchange: Exchange, terminator: Uint8Array): readonly Exchange[] {
  const { send } = exchange;
  if (send === undefined) return [exchange];
  const templates = split(send, Buffer.from(terminator));
  return templates.map((template, index) => ({
    ...exchange,
    send: template,
    ...(index < templates.length - 1 && { expect: [], errors: [] }),
  }));
}

function split(template: Template, terminator: Buffer): readonly Template[] {
  // A checksum is of all that stands before it: such a message is one.
  const isWhole = template.parts.some(({ kind }) => kind === 'checksum');
  const parts = isWhole ? [template.parts] : partsOf(template.parts, terminator);
  if (parts.length < 2) return [template];
  return parts.map((own, index) => ({ text: textOf(own) ?? `${template.text} (${index + 1})`, parts: own }));
}

/** Of a template without fields, so that it is the same message wherever it is sent. */
function textOf(parts: readonly Part[]): string | undefined {
  const texts = parts.map((part) => (part.kind === 'literal' ? latin1(part.bytes) : undefined));
  return texts.every((text) => text !== undefined) ? texts.join('') : undefined;
}

function partsOf(parts: readonly Part[], terminator: Buffer): readonly (readonly Part[])[] {
  const messages: Part[][] = [[]];
  for (const part of parts) {
    if (part.kind !== 'literal') {
      messages.at(-1)?.push(part);
      continue;
    }
    for (const [index, bytes] of pieces(Buffer.from(part.bytes), terminator).entries()) {
      if (index > 0) messages.push([]);
      if (bytes.length > 0) messages.at(-1)?.push({ ...part, bytes });
    }
  }
  return messages.filter(({ length }) => length > 0);
}

function pieces(bytes: Buffer, terminator: Buffer): readonly Uint8Array[] {
  const at = bytes.indexOf(terminator);
  if (at < 0) return [bytes];
  return [bytes.subarray(0, at), ...pieces(bytes.subarray(at + terminator.length), terminator)];
}

/** The last of the messages that an example's bytes are: the one that is answered. */
export function lastMessage(send: Uint8Array, terminator: Uint8Array): Uint8Array {
  if (terminator.length === 0) return send;
  return pieces(Buffer.from(send), Buffer.from(terminator)).findLast(({ length }) => length > 0) ?? send;
}
