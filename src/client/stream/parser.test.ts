import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventParser, type ParsedEvent } from './parser.ts';

const parse = (text: string): ParsedEvent[] => new EventParser().push(text);

test.each([
  ['LF', '\n'],
  ['CR', '\r'],
  ['CRLF', '\r\n'],
])('lines end with %s', (_, end) => {
  const text = ['event: add', 'data: 1', 'data: 2', 'id: 7', '', 'data: 3', '', ''].join(end);
  expect(parse(text)).toEqual([
    { type: 'add', data: '1\n2', id: '7' },
    { type: 'message', data: '3', id: undefined },
  ]);
});

test('one blank after the colon belongs to it, and no more', () => {
  expect(parse('data:a\n\ndata:  b\n\n').map(({ data }) => data)).toEqual(['a', ' b']);
});

test('comments, unknown fields and fields without a colon', () => {
  expect(parse(': alive\nfoo: bar\ndata: x\ndata\n\n: alive\n\n')).toEqual([
    { type: 'message', data: 'x\n', id: undefined },
  ]);
});

test('what has no data is no event, and its type is not that of the next one', () => {
  expect(parse('event: a\n\ndata: x\n\ndata:\n\n')).toEqual([{ type: 'message', data: 'x', id: undefined }]);
});

test('an id stays until there is another, also without an event; one with NUL is ignored', () => {
  const parser = new EventParser();
  parser.push('id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n');
  expect(parser.lastEventId).toBe('1');
  parser.push('id: 3\n\n');
  expect(parser.lastEventId).toBe('3');
  parser.push('id\n\n');
  expect(parser.lastEventId).toBe('');
});

test('an id counts with the end of its event alone', () => {
  const parser = new EventParser();
  parser.push('id: 1\ndata: a\n\nid: 2\ndata: b\n');
  expect(parser.lastEventId).toBe('1');
  parser.reset();
  expect(parser.push('data: c\n\n')).toEqual([{ type: 'message', data: 'c', id: undefined }]);
  expect(parser.lastEventId).toBe('1');
});

test('retry is digits alone', () => {
  const parser = new EventParser();
  parser.push('retry: 2500\nretry: 1e3\nretry: -1\nretry:\n');
  expect(parser.retryMs).toBe(2500);
});

test('what is too long is refused, whether its line ends or not', () => {
  const limits = { line: 10, data: 15 };
  expect(() => new EventParser(limits).push('data: 12345')).toThrow('longer than 10');
  expect(() => new EventParser(limits).push('data: 12345\n')).toThrow('longer than 10');
  const parser = new EventParser(limits);
  expect(() => parser.push('data: 1234\n'.repeat(4))).toThrow('an event of the stream is longer than 15');
});

test('it does not matter how the text is cut', () => {
  const part = fc.constantFrom(
    'data: a',
    'data',
    'id: 4',
    'event: e',
    ': c',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    'é',
    'retry: 5',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(8)), (parts, cuts) => {
      const text = parts.join('');
      const parser = new EventParser();
      const found: ParsedEvent[] = [];
      let from = 0;
      for (const cut of cuts) {
        found.push(...parser.push(text.slice(from, from + cut)));
        from += cut;
      }
      found.push(...parser.push(text.slice(from)));
      const whole = new EventParser();
      expect(found).toEqual(whole.push(text));
      expect(parser.lastEventId).toBe(whole.lastEventId);
    }),
  );
});
