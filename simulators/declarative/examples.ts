import type { Definition, Example, Exchange } from '../../drivers/declarative/definition/definition.ts';
import { parseBytes } from '../../drivers/declarative/template/parse.ts';
import { scanTemplate } from '../../drivers/declarative/template/scan.ts';
import type { Values } from '../../drivers/declarative/template/template.ts';
import { meant } from './fields.ts';
import { type Hearing, hearingsOf } from './hearings.ts';
import { lastMessage } from './separated.ts';

/** Fields of the manual's replies that are no property's: a version, a serial number. The first reply that tells one counts. */
export function exampleFields(definition: Definition): Readonly<Record<string, unknown>> {
  const found = new Map<string, unknown>();
  const hearings = hearingsOf(definition);
  for (const example of definition.examples) {
    for (const { exchange, known } of hearings.filter((hearing) => isExampleOf(definition, example, hearing))) {
      for (const [name, value] of fieldsIn(example, exchange, known)) if (!found.has(name)) found.set(name, value);
    }
  }
  return Object.fromEntries(found);
}

/** The manual's own reply to a message, for one that tells what no template can print. */
export function exampleReply(definition: Definition, hearing: Hearing): readonly Uint8Array[] | undefined {
  for (const example of definition.examples) {
    const { reply, error } = example;
    if (reply === undefined || error !== undefined || !isExampleOf(definition, example, hearing)) continue;
    const frames = reply.map(parseBytes);
    const { expect, rewrite } = hearing.exchange;
    const fits = expect.every((template, index) => {
      const frame = frames[index];
      return frame !== undefined && (rewrite.length > 0 || scanTemplate(template, frame, hearing.known).ok);
    });
    if (fits) return frames;
  }
  return undefined;
}

/** The manual's own words for a refusal of this message; of this code, if it has them. */
export function exampleRefusal(definition: Definition, hearing: Hearing, code: string): Uint8Array | undefined {
  const all = definition.examples.filter(
    (example) => example.error !== undefined && isExampleOf(definition, example, hearing),
  );
  const one = all.find(({ error }) => error === code) ?? all[0];
  const [first] = one?.reply ?? [];
  return first === undefined ? undefined : parseBytes(first);
}

function isExampleOf({ line }: Definition, { send }: Example, { template, known }: Hearing): boolean {
  if (send === undefined) return false;
  const bytes = parseBytes(send);
  if (scanTemplate(template, bytes, known).ok) return true;
  return scanTemplate(template, lastMessage(bytes, line.outTerminator), known).ok;
}

function fieldsIn({ reply = [] }: Example, exchange: Exchange, known: Values): readonly [string, unknown][] {
  return exchange.expect.flatMap((template, index) => {
    const text = reply[index];
    const scanned = text === undefined ? undefined : scanTemplate(template, parseBytes(text), known);
    if (scanned?.ok !== true) return [];
    return Object.entries(scanned.values).map(([name, value]): [string, unknown] => [
      name,
      meant(value, exchange.fields[name]),
    ]);
  });
}
