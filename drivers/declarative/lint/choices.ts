import { type JsonSchema, quoted, validate } from '../../../src/driver/index.ts';
import type { Finding, Path } from '../definition/definition.ts';
import { error, warning } from '../definition/scope.ts';
import { fieldsOf, type FieldUse, type FieldValue, membersOf, scanTemplate, type Template } from '../template/index.ts';
import { sampleBytes } from './sample.ts';
import { distinct, expectPath, offsetIn, type Subject } from './subject.ts';

/** Choices in replies: texts that are taken for one another, members that the schema refuses or that are missing. */
export function choices(subject: Subject): Finding[] {
  const frame = subject.raw.frame?.expect;
  return distinct(
    subject.uses.flatMap(({ exchange, wanted }) =>
      exchange.expect.flatMap((template, index) => {
        const path = expectPath(subject, exchange, index);
        return fieldsOf(template).flatMap((field) => {
          const place = offsetIn(template, field.at, frame);
          const scale = exchange.fields[field.name ?? ''];
          const of = scale === undefined ? wanted[field.name ?? ''] : undefined;
          const schema = field.isArray ? membersOf(of) : of;
          return [...ambiguous(template, field, path, place), ...members(field, schema, path, place)];
        });
      }),
    ),
  );
}

/**
 * The longest text wins, so that a shorter one is misread where what follows it completes the longer. What follows a
 * text is tried with every remainder that could.
 */
function ambiguous(template: Template, field: FieldUse, path: Path, place: object): Finding[] {
  const { choices: all = [] } = field.conversion.capacity ?? {};
  const { name } = field;
  if (name === undefined) return [];
  for (const short of all) {
    const longer = all.filter(({ text }) => text !== short.text && text.startsWith(short.text));
    for (const long of longer) {
      const message = misleading(template, name, short.value, long.text.slice(short.text.length));
      const scanned = message && scanTemplate(template, message, {});
      if (message === undefined || (scanned?.ok && scanned.values[name] === short.value)) continue;
      const example = quoted(Buffer.from(message).toString('latin1'));
      return [error(path, `${name}: ${short.text} is the beginning of ${long.text}, and ${example} is misread`, place)];
    }
  }
  return [];
}

/** A message with the shorter text, and after it, if that may be, what makes it look like the longer. */
function misleading(template: Template, name: string, value: FieldValue, remainder: string): Uint8Array | undefined {
  const fields = fieldsOf(template);
  const next = fields[fields.findIndex((field) => field.name === name) + 1];
  const given = { [name]: value };
  const guesses: readonly FieldValue[] = [`${remainder}1`, remainder, Number(remainder)];
  const possible = guesses.filter((guess) => next?.name !== undefined && next.name !== name && tells(next, guess));
  const [guess] = possible;
  return sampleBytes(
    template,
    guess === undefined || next?.name === undefined ? given : { ...given, [next.name]: guess },
  );
}

function tells({ conversion }: FieldUse, value: FieldValue): boolean {
  try {
    return (typeof value !== 'number' || Number.isFinite(value)) && conversion.print(value).length > 0;
  } catch {
    return false;
  }
}

function members({ name, conversion }: FieldUse, schema: JsonSchema | undefined, path: Path, place: object): Finding[] {
  const { choices: all, otherwise } = conversion.capacity ?? {};
  if (all === undefined || schema === undefined) return [];
  const values = [...all.map(({ value }) => value), ...(otherwise === undefined ? [] : [otherwise])];
  const refused = values.filter((value) => validate(schema, value).length > 0);
  const listed = Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : [];
  const missing = listed.filter((value) => !values.some((told) => told === value));
  return [
    ...refused
      .slice(0, 1)
      .map((value) => error(path, `${name}: reads ${JSON.stringify(value)}, which the schema refuses`, place)),
    ...missing
      .slice(0, 1)
      .map((value) => warning(path, `${name}: never reads ${JSON.stringify(value)}, which the schema has`, place)),
  ];
}
