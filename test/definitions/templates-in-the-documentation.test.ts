import { expect, test } from 'vitest';
import { checksums } from '../../drivers/declarative/template/checksums/table.ts';
import { parseBytes, parseTemplate, printTemplate, scanTemplate } from '../../drivers/declarative/template/index.ts';
import { blocksOf } from './document.ts';

const blocks = blocksOf('definitions.md');

function rows(info: string): string[] {
  return blocks.filter((block) => block.info === info).flatMap(({ text }) => text.split('\n').filter(Boolean));
}

/** `conversion | value | bytes`; a conversion may hold the separator. */
const conversions = rows('conversions').map((row) => {
  const [, conversion = '', value = '', bytes = ''] = /^(.+?) \| ([^|]+?) \| (.*)$/.exec(row) ?? [];
  return { conversion, value: JSON.parse(value) as number | string, bytes };
});

test('the page has conversions and checksums to test', () => {
  expect(conversions.length).toBeGreaterThan(20);
  expect(rows('checksums').length).toBeGreaterThan(40);
});

test.each(conversions)('$conversion of $value is $bytes, and is read back', ({ conversion, value, bytes }) => {
  const template = parseTemplate(`{field:${conversion}}`);
  const printed = printTemplate(template, { field: value });
  expect(Buffer.from(printed).toString('latin1')).toBe(Buffer.from(parseBytes(bytes)).toString('latin1'));
  const scanned = scanTemplate(template, printed, {});
  if (!scanned.ok) throw new Error(`${scanned.expected} expected at ${scanned.at}`);
  if (typeof value === 'string') expect(scanned.values['field']).toBe(value);
  // What the precision left out is not read back.
  else expect(scanned.values['field']).toBeCloseTo(value, conversion.endsWith('e') ? 0 : 1);
});

test('every checksum is on the page with its check value, and no other', () => {
  const told = rows('checksums').map((row) => row.split(' | '));
  const digits = Buffer.from('123456789', 'latin1');
  const real = Array.from(checksums, ([name, { bytes, compute }]) => [
    name,
    compute(digits)
      .toString(16)
      .padStart(2 * bytes, '0'),
  ]);
  expect(new Set(told.map(String))).toEqual(new Set(real.map(String)));
});
