import { describe, expect, test } from 'vitest';
import { bytewise, merged, ragged } from '../../../test/support/chunking.ts';
import { definedDevice } from '../../../test/support/defined-device.ts';
import type { DefinitionInput, ExchangeInput } from '../../../test/support/definition.ts';

const number = { type: 'number' };

function reading(read: ExchangeInput, line: DefinitionInput['line'] = {}): DefinitionInput {
  return {
    line,
    errors: [{ match: 'E{code:%d}' }],
    properties: { value: { schema: number, read } },
    commands: { set: { send: 'SET', spec: { confirmation: 'sent' } } },
    unsolicited: [{ match: '!{value:%d}', report: { value: 'value' } }],
  };
}

const ways = { whole: <T>(near: T) => near, bytewise, merged, ragged };

describe.each(Object.entries(ways))('replies that come %s', (_, rechunk) => {
  const check = async (input: DefinitionInput, answer: string, value: unknown): Promise<void> => {
    const bench = definedDevice(input, { 'V?': answer }, { rechunk });
    const { read } = await bench.attached();
    await expect(bench.settled(read('value', bench.call().call))).resolves.toBe(value);
    await expect(bench.settled(read('value', bench.call().call))).resolves.toBe(value);
    expect(bench.told.unmatched).toEqual([]);
  };

  test('end with a terminator of several bytes', () =>
    check(reading({ send: 'V?', expect: 'V={value:%d}' }, { inTerminator: '\\r\\n' }), 'V=5\r\n', 5));

  test('end with silence', () =>
    check(reading({ send: 'V?', expect: 'V={value:%d}' }, { inTerminator: '' }), 'V=5', 5));

  test('have a fixed length', () =>
    check(
      reading({ send: 'V?', expect: '\\x02{value:%2r}\\x03', reply: { by: 'length', bytes: 4 } }),
      '\x02\x01\x02\x03',
      258,
    ));

  test('say how long they are', () => {
    const reply = { by: 'length-field', offset: 1, size: 1, littleEndian: false, adds: 2, maxBytes: 64 } as const;
    return check(reading({ send: 'V?', expect: 'L{n:%1r}{value:%2r}', reply }), 'L\x02\x00\x0a', 10);
  });

  test('stand between delimiters', () => {
    const reply = { by: 'delimiters', start: Buffer.from('\x02'), end: Buffer.from('\x03'), maxBytes: 64 } as const;
    return check(reading({ send: 'V?', expect: '{value:%d}', reply }), '\x0277\x03', 77);
  });

  test('have several frames', () =>
    check(reading({ send: 'V?', expect: ['A', 'B={value:%d}', 'END'] }), 'A\nB=4\nEND\n', 4));

  test('are rewritten first', () => {
    const rewrite = [
      { pattern: '\\s+$', with: '' },
      { pattern: '^(\\w+) (\\d+)', with: '$2 $1' },
    ];
    return check(reading({ send: 'V?', expect: '{value:%d} V', rewrite }), 'V 12  \n', 12);
  });

  test('that rules would write out without end are nonsense', async () => {
    const rewrite = Array.from({ length: 20 }, () => ({ pattern: '(.+)', with: '$1$1' }));
    const bench = definedDevice(reading({ send: 'V?', expect: '{value:%d}', rewrite }), { 'V?': '11111\n' });
    const { read } = await bench.attached();
    await expect(bench.settled(read('value', bench.call().call))).rejects.toMatchObject({ code: 'device-protocol' });
  });

  test('follow an echo', () => check(reading({ send: 'V?', expect: '{value:%d}' }, { echo: true }), 'V?\n6\n', 6));

  test('are followed by a prompt', () =>
    check(reading({ send: 'V?', expect: '{value:%d}' }, { prompt: '> ' }), '6\n> ', 6));

  test('stand between an echo and a prompt', () =>
    check(reading({ send: 'V?', expect: '{value:%d}' }, { echo: true, prompt: '\\r\\n>' }), 'V?\n6\n\r\n>', 6));

  test('end with the prompt alone', () =>
    check(reading({ send: 'V?', expect: '{value:%d}\\r\\n' }, { inTerminator: '', prompt: '>' }), '6\r\n>', 6));

  test('come with what the device says unasked', async () => {
    const input = reading({ send: 'V?', expect: '{value:%d}' }, { echo: true, prompt: '>' });
    const bench = definedDevice(input, { 'V?': '!1\n>V?\n!2\n6\n!3\n>' }, { rechunk });
    const { read } = await bench.attached();
    await expect(bench.settled(read('value', bench.call().call))).resolves.toBe(6);
    expect(bench.told.reports.map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(bench.told.unmatched).toEqual([]);
  });
});

describe('an echo', () => {
  const input = reading({ send: 'V?', expect: '{value:%d}' }, { echo: true });

  test('that is not what was sent is told, with both', async () => {
    const bench = definedDevice(input, { 'V?': 'V!\n6\n' });
    const { read } = await bench.attached();
    await expect(bench.settled(read('value', bench.call().call))).rejects.toMatchObject({
      code: 'device-protocol',
      message: 'the device repeated "V!" instead of "V?\\n"',
    });
  });

  test('is awaited where there is no reply', async () => {
    const bench = definedDevice(input, { SET: 'SET\n', 'V?': 'V?\n6\n' });
    const { command, read } = await bench.attached();
    const recorded = bench.call();
    await expect(command('set', {}, recorded.call)).resolves.toEqual({});
    expect(recorded.confirmed).toEqual([]);
    await expect(read('value', bench.call().call)).resolves.toBe(6);
    expect(bench.told.unmatched).toEqual([]);
  });

  test('may end otherwise than what was sent', async () => {
    const console: DefinitionInput = {
      ...input,
      line: { echo: true, echoTerminator: '\\n\\r', inTerminator: '\\n\\r', prompt: '>' },
    };
    const bench = definedDevice(console, { SET: 'SET\n\r>', 'V?': 'V?\n\r6\n\r>' });
    const { command, read } = await bench.attached();
    await expect(command('set', {}, bench.call().call)).resolves.toEqual({});
    await expect(read('value', bench.call().call)).resolves.toBe(6);
    expect(bench.told.unmatched).toEqual([]);
    bench.device.answer('V?', 'V?\r6\n\r>');
    await expect(bench.settled(read('value', bench.call().call))).rejects.toMatchObject({
      code: 'device-protocol',
      message: 'the device repeated "V?\\r6" instead of "V?\\n\\r"',
    });
  });

  test('that does not come is a timeout', async () => {
    const bench = definedDevice(input);
    const { command } = await bench.attached();
    await expect(bench.settled(command('set', {}, bench.call().call))).rejects.toMatchObject({
      code: 'device-timeout',
    });
  });

  test('like something that is sent unasked is still the echo', async () => {
    const properties = { value: { schema: number, read: { send: '!5', expect: 'V{value:%d}' } } };
    const unsolicited = [{ match: '!{value:%d}\\n', report: { value: 'value' } }];
    const bench = definedDevice({ ...input, properties, unsolicited }, { '!5': '!5\nV1\n' });
    const { read } = await bench.attached();
    await expect(read('value', bench.call().call)).resolves.toBe(1);
    expect(bench.told.reports).toEqual([]);
  });
});

describe('a prompt', () => {
  const input = reading({ send: 'V?', expect: ['{value:%d}', 'END'] }, { prompt: '>' });

  test('that comes before the reply belongs to something older', async () => {
    const bench = definedDevice(input, { 'V?': '>6\nEND\n>' });
    const { read } = await bench.attached();
    await bench.device.say('>');
    await expect(bench.settled(read('value', bench.call().call))).resolves.toBe(6);
    expect(bench.told.unmatched).toEqual([]);
  });

  test('is awaited before the next message, whatever the reply was', async () => {
    const bench = definedDevice(input, { 'V?': 'E7\n' });
    const { read } = await bench.attached();
    const reply = read('value', bench.call().call);
    let ended = false;
    const rejected = expect(reply.finally(() => (ended = true))).rejects.toMatchObject({
      code: 'device-refused',
      device: { code: '7' },
    });
    await bench.clock.advance(100);
    expect(ended).toBe(false);
    await bench.device.say('>');
    await rejected;
  });

  test('is all that answers a message without a reply', async () => {
    const bench = definedDevice(input, { SET: ['>', 'E9\n>', '', 'what\n>'] });
    const { command } = await bench.attached();
    await expect(command('set', {}, bench.call().call)).resolves.toEqual({});
    await expect(command('set', {}, bench.call().call)).rejects.toMatchObject({ device: { code: '9' } });
    await expect(bench.settled(command('set', {}, bench.call().call))).rejects.toMatchObject({
      code: 'device-timeout',
    });
    await expect(bench.settled(command('set', {}, bench.call().call))).rejects.toMatchObject({
      code: 'device-protocol',
    });
  });

  test('in place of a reply is nonsense', async () => {
    const ended = reading({ send: 'V?', expect: '{value:%d}' }, { prompt: '>', inTerminator: '' });
    const bench = definedDevice(ended, { SET: ['>', 'E4>', 'what>'], 'V?': 'what>' });
    const { command, read } = await bench.attached();
    await expect(command('set', {}, bench.call().call)).resolves.toEqual({});
    await expect(command('set', {}, bench.call().call)).rejects.toMatchObject({ device: { code: '4' } });
    await expect(bench.settled(command('set', {}, bench.call().call))).rejects.toMatchObject({
      code: 'device-protocol',
    });
    await expect(bench.settled(read('value', bench.call().call))).rejects.toMatchObject({ code: 'device-protocol' });
  });
});

describe('a frame around every message', () => {
  const framed: DefinitionInput = {
    ...reading({ send: 'V?', expect: '{value:%d}' }),
    options: { address: { type: 'integer', default: 3 } },
    frame: { send: '@{address:%02d}{message}{%<xor8>}', expect: '@{address:%02d}{message}{%0<sum8>}' },
  };
  /** XOR of "@03V?" and the sum of "@036", by hand: 0x40^0x30^0x33^0x56^0x3f, 0x40+0x30+0x33+0x36. */
  const asked = '@03V?\x2a';
  const answered = '@036D9\n';

  test('is sent, checked and taken off', async () => {
    const bench = definedDevice(framed, { [asked]: answered });
    const { read } = await bench.attached();
    await expect(read('value', bench.call().call)).resolves.toBe(6);
  });

  test('with a wrong checksum is told with the right one', async () => {
    const bench = definedDevice(framed, { [asked]: '@036DA\n' });
    const { read } = await bench.attached();
    await expect(read('value', bench.call().call)).rejects.toMatchObject({
      code: 'device-protocol',
      message: expect.stringMatching(
        /"@036DA" with a wrong checksum .*: expected the checksum %0<sum8>, "D9", and not "DA"$/,
      ),
    });
  });

  test('of another address answers nothing', async () => {
    const bench = definedDevice(framed, { [asked]: '@046DA\n' });
    const { read } = await bench.attached();
    await expect(read('value', bench.call().call)).rejects.toMatchObject({ code: 'device-protocol' });
  });
});

describe('the times of a line', () => {
  test('an exchange may have its own', async () => {
    const bench = definedDevice(reading({ send: 'V?', expect: '{value:%d}', replyTimeoutMs: 1000 }));
    const { read } = await bench.attached();
    const reply = read('value', bench.call().call);
    await bench.clock.advance(900);
    await bench.device.say('6\n');
    await expect(reply).resolves.toBe(6);
  });

  test('silence that an exchange asks for is kept before the next message', async () => {
    const bench = definedDevice(reading({ send: 'V?', expect: '{value:%d}', gapMs: 300 }), { 'V?': '6\n' });
    const { read } = await bench.attached();
    await read('value', bench.call().call);
    const next = read('value', bench.call().call);
    await bench.clock.advance(299);
    expect(bench.heard).toEqual(['V?']);
    await bench.clock.advance(1);
    await expect(next).resolves.toBe(6);
  });

  test('a reply that trickles on for too long is given up', async () => {
    const bench = definedDevice(reading({ send: 'V?', expect: '{value:%d}' }, { totalTimeoutMs: 250 }));
    const { read } = await bench.attached();
    const rejected = expect(read('value', bench.call().call)).rejects.toMatchObject({ code: 'device-timeout' });
    for (let at = 0; at < 300; at += 20) {
      await bench.clock.advance(20);
      await bench.device.say('1');
    }
    await rejected;
  });
});

test('more than was expected is nonsense', async () => {
  const bench = definedDevice(reading({ send: 'V?', expect: '{value:%d}' }, { inTerminator: '', prompt: '>' }), {
    'V?': '6\n7>',
  });
  const { read } = await bench.attached();
  await expect(read('value', bench.call().call)).rejects.toMatchObject({ code: 'device-protocol' });
});
