import { expect, test } from 'vitest';
import { parseTemplate } from '../parse.ts';
import { printTemplate } from '../print.ts';
import { checksumAtEnd } from './find.ts';
import { checksums } from './table.ts';

const bodies = ['@01T?', '@02P=1013.25', '@01L1=5.00', '\\x02S,-12.5,OK', 'READ 7'];
const withOne = (text: string): Uint8Array[] => bodies.map((body) => printTemplate(parseTemplate(body + text), {}));

test.each(
  [...checksums.keys()].flatMap((name) => ['0', '', '#', '0#', '-', '+'].map((flags) => `{%${flags}<${name}>}`)),
)('%s is found, or one that is the same of all of these', (text) => {
  const messages = withOne(text);
  const found = checksumAtEnd(messages);
  expect(found === undefined ? [] : withOne(found.text)).toEqual(messages);
});

test('so is one of all but the first byte', () => {
  expect(checksumAtEnd(withOne('{%01<sum8>}'))?.text).toBe('{%01<sum>}');
});

test('what is no checksum, or of too few messages, is none', () => {
  expect(checksumAtEnd(bodies.map((body) => Buffer.from(body)))).toBeUndefined();
  expect(checksumAtEnd(withOne('{%0<xor8>}').slice(0, 2))).toBeUndefined();
  const [first, second] = withOne('{%0<xor8>}');
  expect(checksumAtEnd([first, second, first, second].filter((one) => one !== undefined))).toBeUndefined();
  expect(checksumAtEnd([...withOne('{%0<xor8>}'), Buffer.from('?')])).toBeUndefined();
});
