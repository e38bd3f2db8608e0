import { expect, test } from 'vitest';
import { simulated } from '../../test/support/simulated-definition.ts';

const halves = `
model: halves
line: { outTerminator: '', inTerminator: "\\r\\n" }
options: { serial: { type: string, maxLength: 20, default: '7' } }
identify:
  steps:
    - { send: 'VER\\r\\n', expect: '\\<ACK>' }
    - { send: '\\<ENQ>', expect: 'GAUGE {version:%[0-9.]} {serial:%s}' }
simulator: { initial: { version: '2.1' } }`;

test('an identity of several steps is told step by step', async () => {
  const { type } = simulated(halves);
  expect(await type('VER\r\n')).toBe('\x06\r\n');
  expect(await type('\x05')).toBe('GAUGE 2.1 7\r\n');
});

test('an echo ends as its definition says', async () => {
  const { type } = simulated(`
model: console
line: { outTerminator: "\\r", inTerminator: "\\n\\r", echo: { terminator: "\\n\\r" }, prompt: '>' }
properties: { p: { schema: { type: integer }, read: { send: P, expect: '{value:%d}' } } }
simulator: { initial: { p: 5 } }`);
  expect(await type('P\r')).toBe('P\n\r5\n\r>');
});
