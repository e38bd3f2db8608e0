import { expect, test } from 'vitest';
import { definitionOf, findingsOf } from './fixture.ts';

test('what goes past an exchange under way expects no reply', () => {
  const command = (keys: string): string => `commands: { hold: { effect: actuate, urgent: true, ${keys} } }`;
  expect(findingsOf(command('send: "!"'))).toEqual([]);
  expect(findingsOf(command('send: "!", expect: OK'))).toEqual([
    expect.stringContaining('goes past an exchange under way, so it must not `expect` a reply'),
  ]);
  expect(
    findingsOf(`line: { outTerminator: "\\n", inTerminator: "\\n", echo: true }\n${command('send: "!"')}`),
  ).toEqual([
    expect.stringContaining('commands.hold.urgent: goes past an exchange under way, so the line must not `echo`'),
  ]);
  const property = 'properties: { feed: { schema: { type: number }, write: { urgent: true, send: "F", expect: OK } } }';
  expect(findingsOf(property)).toHaveLength(1);
});

test('what goes past an exchange under way asks no error queue, and so is no more than sent', () => {
  const { model } = definitionOf(`
errorQueue: { send: ERR?, expect: '{code:%d}' }
commands:
  hold: { effect: actuate, urgent: true, send: '!' }
  go: { effect: actuate, send: 'G' }
properties:
  feed: { schema: { type: number }, write: { urgent: true, send: F } }
`);
  expect(model.commands['hold']?.confirmation).toBe('sent');
  expect(model.commands['go']?.confirmation).toBe('acknowledged');
  expect(model.properties['feed']).toMatchObject({ write: { confirmation: 'sent' } });
});
