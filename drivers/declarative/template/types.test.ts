import { expect, test } from 'vitest';
import type { JsonSchema } from '../../../src/driver/index.ts';
import { fieldsOf, inputOnly, isFrame } from './fields.ts';
import { parseTemplate } from './parse.ts';
import { printTemplate } from './print.ts';
import { scanTemplate } from './scan.ts';
import { TemplateError, type FieldValue } from './template.ts';
import { withTypes } from './types.ts';

const typed = (field: string, schema: JsonSchema) =>
  withTypes(parseTemplate(field), (name) => (name === 'v' ? schema : undefined));

test.each<[string, JsonSchema, string, FieldValue]>([
  ['{v:%{off|on}}', { type: 'boolean' }, 'on', true],
  ['{v:%{off|on}}', { type: 'boolean' }, 'off', false],
  ['{v:%{off|on}}', { type: 'integer' }, 'on', 1],
  ['{v:%{off|on}}', { type: 'number' }, 'off', 0],
  ['{v:%{off|on}}', { type: 'string', enum: ['off', 'on'] }, 'on', 'on'],
  ['{v:%{off|on}}', { enum: ['off', 'on'] }, 'on', 'on'],
  ['{v:%{off|on}}', { enum: [0, 1] }, 'on', 1],
  ['{v:%{off|on}}', { const: true }, 'on', true],
  ['{v:%{off|on}}', {}, 'on', 'on'],
  ['{v:%{1=1|2=2}}', { type: 'string' }, '2', '2'],
  ['{v:%{ON=true|OFF=false|0=false}}', { type: 'boolean' }, 'OFF', false],
  ['{v:%{off|on|?=false}}', { type: 'boolean' }, 'on', true],
  ['{v:%{A=5|B=7}}', { type: 'integer' }, 'B', 7],
  ['{v[,]:%{off|on}}', { type: 'array', items: { type: 'boolean' } }, 'on,off', [true, false]],
  ['{v:%d}', { type: 'boolean' }, '1', true],
  ['{v:%u}', { type: 'boolean' }, '0', false],
  ['{v:%02d}', { type: 'boolean' }, '01', true],
  ['{v:%r}', { type: 'boolean' }, '\x01', true],
  ['{v:%.3f}', { type: 'integer' }, '5.000', 5],
  ['{v:%d?1}', { type: 'boolean' }, '1', true],
])('%s of %j reads and prints %j', (template, schema, text, value) => {
  const wanted = typed(template, schema);
  expect(scanTemplate(wanted, Buffer.from(text), {})).toEqual({ ok: true, values: { v: value } });
  expect(Buffer.from(printTemplate(wanted, { v: value })).toString()).toBe(text);
});

test.each<[string, JsonSchema, string]>([
  ['{v:%d}', { type: 'boolean' }, '2'],
  ['{v:%r}', { type: 'boolean' }, '\x02'],
  ['{v:%f}', { type: 'integer' }, '5.1'],
])('%s of %j does not read %j', (template, schema, text) => {
  expect(scanTemplate(typed(template, schema), Buffer.from(text), {}).ok).toBe(false);
});

test.each<[string, JsonSchema]>([
  ['{v:%{a|b|c}}', { type: 'boolean' }],
  ['{v:%{a}}', { type: 'boolean' }],
  ['{v:%{a=true|b}}', { type: 'boolean' }],
  ['{v:%{a=true|b=false|c}}', { type: 'boolean' }],
  ['{v:%{a=x|b}}', { type: 'boolean' }],
  ['{v:%{a=x|b=2}}', { type: 'integer' }],
  ['{v:%{a=1|?=x}}', { type: 'integer' }],
  ['{v:%d?5}', { type: 'boolean' }],
  ['{v:%d?x}', { type: 'integer' }],
])('%s does not go with %j', (template, schema) => {
  expect(() => typed(template, schema)).toThrow(TemplateError);
});

test('defaults have the type of their field', () => {
  const values = (template: string, schema: JsonSchema) => scanTemplate(typed(template, schema), Buffer.from(''), {});
  expect(values('{v:%d?1}', { type: 'boolean' })).toEqual({ ok: true, values: { v: true } });
  expect(values('{v:%s?5}', { type: 'string' })).toEqual({ ok: true, values: { v: '5' } });
});

test('what a conversion can hold', () => {
  const capacity = (conversion: string) => fieldsOf(parseTemplate(`{v:${conversion}}`))[0]?.conversion.capacity;
  expect(capacity('%3d')).toEqual({ of: 'integer', width: 3, minimum: -99, maximum: 999 });
  expect(capacity('%+3d')).toEqual({ of: 'integer', width: 3, minimum: -99, maximum: 99 });
  expect(capacity('%!3u')).toEqual({ of: 'integer', width: 3, bytes: 3, minimum: 0, maximum: 999 });
  expect(capacity('%2x')).toEqual({ of: 'integer', width: 2, minimum: 0, maximum: 255 });
  expect(capacity('%5.2f')).toEqual({ of: 'number', width: 5, decimals: 2, minimum: -9.99, maximum: 99.99 });
  expect(capacity('%.2f')).toEqual({ of: 'number', decimals: 2 });
  expect(capacity('%.3e')).toEqual({ of: 'number', digits: 4 });
  expect(capacity('%4m')).toMatchObject({ of: 'number', digits: 4 });
  expect(capacity('%+2r')).toEqual({ of: 'integer', bytes: 2, width: 2, minimum: -32768, maximum: 32767 });
  expect(capacity('%2D')).toEqual({ of: 'integer', bytes: 2, width: 2, minimum: 0, maximum: 9999 });
  expect(capacity('%4s')).toEqual({ of: 'text', width: 4 });
  expect(capacity('%{off|on}')).toEqual({
    of: 'choice',
    selfEnding: true,
    width: 3,
    choices: [
      { text: 'off', value: 'off' },
      { text: 'on', value: 'on' },
    ],
  });
  expect(capacity('%{A|B|?=0}')).toMatchObject({ width: 1, empty: true, otherwise: 0 });
  expect(capacity('%{A|B}')).toMatchObject({ bytes: 1 });
});

test('fields, and what is only for input', () => {
  const template = parseTemplate('A\\?{a:%d?5}{%*d},{b[,]}{c:%/x/}{%<sum>}');
  expect(fieldsOf(template).map(({ name, at, isArray, fallback }) => ({ name, at, isArray, fallback }))).toEqual([
    { name: 'a', at: 3, isArray: false, fallback: 5 },
    { name: undefined, at: 11, isArray: false, fallback: undefined },
    { name: 'b', at: 17, isArray: true, fallback: undefined },
    { name: 'c', at: 23, isArray: false, fallback: undefined },
  ]);
  expect(inputOnly(template)).toEqual([
    { at: 1, what: '\\?' },
    { at: 11, what: '%*d' },
    { at: 23, what: '%/x/' },
  ]);
  expect(isFrame(template)).toBe(false);
  expect(isFrame(parseTemplate('{message}'))).toBe(true);
});

test.each([
  ['{a}{b:%d}', 'all'],
  ['{a}{b:%2c}{c:%d}', 'all'],
  ['{a}{b}', 'all'],
  ['{a}{b:%2c},{c:%d}', undefined],
  ['{a}\\_{b}', undefined],
  ['{a}{%<sum>}', undefined],
  ['{a:%4s}{b:%d}', undefined],
  ['{a:%d}{b}', undefined],
  ['{a:%/x/}{b}', undefined],
  ['{a:%[A-Z]}{b:%f}', undefined],
  ['{a:%[A-Z -]}{b:%f}', 'some'],
  ['{a:%[A-Z -]}{b:%u}', undefined],
  ['{a:%[0-7]}{b:%d}', 'some'],
  ['{a:%[0-9-]}{b:%d}', 'all'],
  ['{a:%[^,]}{b:%f}', 'all'],
  ['{a:%[A-Z]}{b:%x}', 'some'],
  ['{a:%[A-Z]}{b:%{on|off}}{c}', undefined],
  ['{a:%[A-Z]}{b:%{on|OFF}}{c}', 'some'],
  ['{a:%[A-Z]}{b:%[A-F]}', 'all'],
  ['{a:%[A-Z]}{b:%[a-z]}', undefined],
  ['{a:%[A-Z]}{b}', 'some'],
  ['{a:%[A-Z]}{b:%/[0-9]+/}', undefined],
  ['{a:%[A-Za-z0-9]}{b:%/(?:abc)/}', 'all'],
  ['{a:%[A-Z]}\\?{b:%d}', 'some'],
])('%s takes of what follows: %j', (template, takesNext) => {
  expect(fieldsOf(parseTemplate(template))[0]?.takesNext).toBe(takesNext);
});
