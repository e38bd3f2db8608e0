import { isDeepStrictEqual } from 'node:util';
import { latin1, quoted } from '../../../src/driver/index.ts';
import type { Finding } from '../definition/definition.ts';
import { warning } from '../definition/scope.ts';
import { fieldsOf, type FieldUse, parseTemplate, scanTemplate, type Template } from '../template/index.ts';
import { sampleBytes } from './sample.ts';
import { distinct, expectPath, offsetIn, type Subject } from './subject.ts';

/**
 * Numbers with a width that may be shorter, whose end is counted from a literal that stands in what is between as well:
 * then a number of full width is cut. An exact width is not counted.
 */
export function padded(subject: Subject): Finding[] {
  const frame = subject.raw.frame?.expect;
  return distinct(
    subject.uses.flatMap(({ exchange }) =>
      exchange.expect.flatMap((template, index) =>
        fieldsOf(template).flatMap((field, place, all) => {
          const message = isPadded(field) ? misread(template, field, all[place + 1]) : undefined;
          if (message === undefined) return [];
          const what = `${field.name ?? field.conversion.text}: ${quoted(latin1(message))} is misread, as its digits are`;
          const detail = `${what} counted from what stands after them; ${exact(field.conversion.text)} always takes so many`;
          return [warning(expectPath(subject, exchange, index), detail, offsetIn(template, field.at, frame))];
        }),
      ),
    ),
  );
}

function isPadded({ conversion: { capacity }, isArray }: FieldUse): boolean {
  const isNumber = capacity?.of === 'integer' || capacity?.of === 'number';
  return isNumber && !isArray && capacity.width !== undefined && capacity.bytes === undefined;
}

/** A message that is read otherwise where the width is exact. */
function misread(template: Template, field: FieldUse, next: FieldUse | undefined): Uint8Array | undefined {
  const [plain, cured] = [parseTemplate(template.text), withExactWidth(template, field)];
  const own = field.name === undefined ? {} : { [field.name]: 0 };
  const choices = next?.name === undefined ? [] : (next.conversion.capacity?.choices ?? []);
  const given = [own, ...choices.map(({ value }) => ({ ...own, [next?.name ?? '']: value }))];
  const messages = given.map((values) => sampleBytes(template, values)).filter((message) => message !== undefined);
  return messages.find((message) => {
    const read = scanTemplate(cured, message, {});
    return read.ok && !isDeepStrictEqual(scanTemplate(plain, message, {}), read);
  });
}

function withExactWidth({ text }: Template, { at }: FieldUse): Template {
  const sign = text.indexOf('%', at);
  return parseTemplate(text.slice(0, sign) + exact(text.slice(sign)));
}

function exact(conversion: string): string {
  return conversion.replace('%', '%!');
}
