import { expect, test } from 'vitest';
import { definedDevice } from '../../../test/support/defined-device.ts';
import { parseTemplate } from '../template/index.ts';
import { checkWhole } from './whole.ts';

const text = { type: 'string' };

test('a text with the terminator never becomes two messages: nothing is sent', async () => {
  const bench = definedDevice({
    line: { outTerminator: '\\r', inTerminator: '\\r' },
    properties: { label: { schema: text, write: { send: 'LABEL {value:%s}', expect: 'OK' } } },
    commands: { say: { params: { words: text }, send: 'SAY {words:%[^x]}', expect: 'OK' } },
  });
  const { command, write } = await bench.attached();
  for (const words of ['a\rOUT 1', '\r', 'a\r']) {
    const { call, sent } = bench.call();
    await expect(bench.settled(command('say', { words }, call))).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(bench.settled(write('label', words, call))).rejects.toMatchObject({ code: 'invalid-request' });
    expect(sent).toEqual([]);
  }
  expect(bench.heard).toEqual([]);
});

const crlf = Buffer.from('\r\n');

function check(template: string, values: Record<string, string>, printed: string, end: Uint8Array = crlf): () => void {
  return () => checkWhole(parseTemplate(template), values, Buffer.from(printed, 'latin1'), end);
}

test('a terminator may also come about where a text and the template meet', () => {
  expect(check('{a:%s}\\nX', { a: 'b\r' }, 'b\r\nX')).toThrow('not one message');
  expect(check('{a:%s}', { a: 'b\n' }, 'b\n', Buffer.from('\n\n'))).toThrow('not one message');
  expect(check('{a:%s}', { a: 'b\r' }, 'b\r')).not.toThrow();
});

test('the template’s own terminators are meant, and raw bytes are none', () => {
  expect(check('A\\r\\n{a:%s}', { a: 'b' }, 'A\r\nb')).not.toThrow();
  expect(check('A\\r\\n{a:%s}', { a: 'b\r\n' }, 'A\r\nb\r\n')).toThrow('not one message');
  expect(check('{a:%2r}', {}, '\r\n')).not.toThrow();
  expect(check('{a:%s}', { a: '\r\n' }, '\r\n', new Uint8Array())).not.toThrow();
});
