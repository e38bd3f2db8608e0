import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTemplate } from '../../drivers/declarative/template/parse.ts';
import { scanTemplate } from '../../drivers/declarative/template/scan.ts';
import { VirtualClock } from '../../src/testing/index.ts';
import { MessageInput } from './input.ts';

function inputOf(terminator: string, texts: readonly string[]) {
  const clock = new VirtualClock();
  const templates = texts.map(parseTemplate);
  const heard: string[] = [];
  const input = new MessageInput({
    clock,
    terminator: Buffer.from(terminator, 'latin1'),
    templates,
    knows: (bytes) => templates.some((template) => scanTemplate(template, bytes, {}).ok),
    onMessage: (bytes) => void heard.push(Buffer.from(bytes).toString('latin1')),
  });
  const receive = (text: string): void => input.receive(Buffer.from(text, 'latin1'));
  return { clock, heard, receive, input };
}

const korad = ['VSET1?', 'VSET1:{v:%.2f}', 'OUT{on:%d}', '*IDN?'];

test('a terminator ends a message at once, known or not', () => {
  const { heard, receive } = inputOf('\r\n', ['A?', 'B {x:%d}']);
  receive('A?\r\nwhat\r');
  receive('\n\r\nB 1\r\nB');
  expect(heard).toEqual(['A?', 'what', 'B 1']);
});

test('a terminator within binary content ends nothing; what nobody knows ends when the line is silent', async () => {
  const { clock, heard, receive } = inputOf('\r', ['W{x:%2r}', 'R']);
  receive('W\r\r\rR\r');
  expect(heard).toEqual(['W\r\r', 'R']);
  receive('Q\r');
  expect(heard).toHaveLength(2);
  await clock.advance(20);
  expect(heard[2]).toBe('Q');
});

test('without a terminator what cannot go on ends at once', () => {
  const { heard, receive } = inputOf('', korad);
  receive('VSET1');
  expect(heard).toEqual([]);
  receive('?');
  expect(heard).toEqual(['VSET1?']);
});

test('without a terminator what could go on ends when the line is silent', async () => {
  const { clock, heard, receive } = inputOf('', korad);
  receive('VSET1:1');
  await clock.advance(5);
  receive('2.5');
  expect(heard).toEqual([]);
  await clock.advance(20);
  expect(heard).toEqual(['VSET1:12.5']);
});

test('a message that has begun is waited for a little longer, and then given up', async () => {
  const { clock, heard, receive } = inputOf('', korad);
  receive('VSET');
  await clock.advance(50);
  receive('1?');
  expect(heard).toEqual(['VSET1?']);
  receive('VSET');
  await clock.advance(20);
  expect(heard).toHaveLength(1);
  await clock.advance(100);
  expect(heard[1]).toBe('VSET');
});

test('several messages without pauses are told apart', async () => {
  const { clock, heard, receive } = inputOf('', korad);
  receive('OUT1VSET1:3OUT0*IDN?');
  await clock.advance(20);
  expect(heard).toEqual(['OUT1', 'VSET1:3', 'OUT0', '*IDN?']);
});

test('nothing is dropped: noise comes out as a message that nobody knows', async () => {
  const { clock, heard, receive } = inputOf('', korad);
  receive('\x00\x00');
  await clock.advance(20);
  expect(heard).toEqual(['\x00\x00']);
});

test('it holds no more than so much', () => {
  const { heard, receive } = inputOf('\n', ['A']);
  for (let chunk = 0; chunk < 5; chunk++) receive('x'.repeat(1000));
  expect(heard).toEqual(['x'.repeat(5000)]);
  receive('A\n');
  expect(heard[1]).toBe('A');
});

test('however chunks are cut, lines come out the same', () => {
  const line = fc.constantFrom('A?', 'B 12', 'nonsense');
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), fc.array(fc.integer({ min: 1, max: 5 })), (lines, cuts) => {
      const { heard, receive } = inputOf('\r\n', ['A?', 'B {x:%d}']);
      const all = lines.map((one) => `${one}\r\n`).join('');
      let at = 0;
      for (const cut of cuts) receive(all.slice(at, (at += cut)));
      receive(all.slice(at));
      expect(heard).toEqual(lines);
    }),
  );
});
