import { expect, test } from 'vitest';
import { toText } from './bytes.ts';
import { parseTemplate } from './parse.ts';
import { printTemplate } from './print.ts';
import { scanTemplate } from './scan.ts';
import { wrapTemplate } from './wrap.ts';

const wrap = (frame: string, message: string) => wrapTemplate(parseTemplate(frame), parseTemplate(message));

test('a checksum covers the frame and its message', () => {
  const template = wrap('@{address:%02d}{message}{%<xor8>}', 'V{value}');
  const printed = printTemplate(template, { address: 1, value: 'x' });
  expect(toText(printed)).toBe('@01Vx\x6f');
  expect(scanTemplate(template, printed, { address: 1 })).toEqual({ ok: true, values: { address: 1, value: 'x' } });
  printed[5] = 0;
  expect(scanTemplate(template, printed, {})).toMatchObject({ ok: false, at: 5, checksum: true });
});

test('the frame of a Modbus request for one register', () => {
  const template = wrap(String.raw`{unit:%r}{message}{%#<crc16-modbus>}`, String.raw`\x03{register:%2r}\x00\x01`);
  const printed = printTemplate(template, { unit: 1, register: 0 });
  expect(Buffer.from(printed).toString('hex')).toBe('010300000001840a');
});

test('places are those of the whole text', () => {
  const template = wrap('<{a}{message}>{b}', 'x{c}y');
  expect(template.text).toBe('<{a}x{c}y>{b}');
  const places = template.parts.map(({ kind, at }) => `${kind} ${template.text.slice(at, at + 3)}`);
  expect(places).toEqual(['literal <{a', 'field {a}', 'literal x{c', 'field {c}', 'literal y>{', 'field {b}']);
});

test('literals of message and frame become one, so that a text before them ends at both', () => {
  const template = wrap('{message}*{%0<sum8>}', '{a},{b}#');
  const printed = printTemplate(template, { a: 'x', b: 'y*#z' });
  expect(scanTemplate(template, printed, {})).toMatchObject({ ok: true, values: { a: 'x', b: 'y*#z' } });
});

test('a frame holds one message, and a message is no frame', () => {
  expect(() => wrap('@{a}', 'x')).toThrow(expect.objectContaining({ at: 4 }));
  expect(() => wrap('{message}{message}', 'x')).toThrow(expect.objectContaining({ at: 9 }));
  expect(() => wrap('{message}', 'ab{message}')).toThrow(expect.objectContaining({ at: 2 }));
});

test('a frame without its message is neither printed nor read', () => {
  const frame = parseTemplate('@{message}');
  expect(() => printTemplate(frame, {})).toThrow(expect.objectContaining({ code: 'driver-fault' }));
  expect(() => scanTemplate(frame, Buffer.from('@'), {})).toThrow(expect.objectContaining({ code: 'driver-fault' }));
});
