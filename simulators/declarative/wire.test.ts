import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeCall } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { definitionTexts } from '../../test/support/definition-texts.ts';
import { simulated } from '../../test/support/simulated-definition.ts';

const { bench, terse, queued, framed, chatty, channels } = definitionTexts;

/** A small definition around some lines of it. */
const small = (lines: string): string => `
model: small
line: { outTerminator: "\\n", inTerminator: "\\n" }
${lines}`;

test('what it says unasked has its own address in it', async () => {
  const { simulator, clock, heard } = simulated(
    small(`
options: { unit: { type: integer, default: 3 } }
address: '{unit}'
frame: { expect: '@{unit:%02d}{message}' }
unsolicited: [{ match: 'W{w:%.1f}', report: { wind: w } }]
properties: { wind: { schema: { type: number }, pushed: true } }
simulator: { initial: { wind: 2.5 }, pushes: [{ property: wind, everyMs: 100 }] }`),
    { units: [{ unit: 3 }, { unit: 12 }] },
  );
  await clock.advance(100);
  expect(heard()).toBe('@03W2.5\n@12W2.5\n');
  simulator.close();
});

describe('what it understands', () => {
  test('queries are answered from the state, settings change it', async () => {
    const { type, simulator } = simulated(bench);
    expect(await type('VSET 12.5\r\nVSET?\r\n')).toBe('OK\r\n12.50\r\n');
    expect(simulator.behaviour.read('voltage-setpoint')).toBe(12.5);
  });

  test('what it does not understand gets the definition’s first error, or silence', async () => {
    expect(await simulated(bench).type('WHAT\r\n')).toBe('ERR 5\r\n');
    expect(await simulated(terse).type('WHAT')).toBe('');
  });

  test('properties of one reply are told in it together, shared exchange or not', async () => {
    const bits = small(`
properties:
  a: { schema: { type: integer, minimum: 0, maximum: 9 }, read: { send: 'S?', expect: '{value:%d},{%*d}' } }
  b: { schema: { type: integer, minimum: 0, maximum: 9 }, read: { send: 'S?', expect: '{%*d},{value:%d}' } }`);
    const { type, simulator } = simulated(bits);
    simulator.behaviour.set('a', 3);
    simulator.behaviour.set('b', 7);
    expect(await type('S?\n')).toBe('3,7\n');
  });

  test('a field of bits is made of all properties that read some, shared exchange or not', async () => {
    const text = small(`
exchanges: { status: { send: 'S?', expect: '{flags:%02X}' } }
properties:
  on: { schema: { type: boolean }, read: { from: status, field: flags, bit: 6 }, write: { send: 'ON{value:%d}' } }
  level: { schema: { type: integer, minimum: 0, maximum: 7 }, read: { from: status, field: flags, bits: [0, 2] } }
  fan: { schema: { type: string, enum: [slow, fast] }, read: { send: 'S?', expect: '{value:%02X}', bit: 4, values: { 0: fast, 1: slow } } }
simulator: { initial: { flags: 0xe1, level: 5 } }`);
    const { type, simulator } = simulated(text);
    expect(['on', 'level', 'fan'].map((name) => simulator.behaviour.read(name))).toEqual([true, 5, 'slow']);
    expect(await type('S?\n')).toBe('F5\n');
    expect(await type('ON0\nS?\n')).toBe('B5\n');
    simulator.behaviour.set('fan', 'fast');
    simulator.behaviour.set('level', 0);
    expect(await type('S?\n')).toBe('A0\n');
    simulator.behaviour.set('flags', 0xff);
    expect(await type('S?\n')).toBe('A8\n');
    simulator.behaviour.set('level', 8);
    expect(await type('S?\n')).toBe('');
    expect(simulator.behaviour.untold).toEqual(['the bits of level cannot tell "8"']);
  });

  test('bits that nobody reads are 0, and the highest of a signed integer is its sign', async () => {
    const text = small(`
properties:
  a: { schema: { type: boolean }, read: { send: 'S?', expect: '{value:%+1r}', bit: 7 } }
  b: { schema: { type: integer, minimum: 0, maximum: 1 }, read: { send: 'S?', expect: '{value:%+1r}', bit: 0 } }
examples: [{ send: 'S?', reply: '\\x55', read: { b: 1 }, manual: §1 }]`);
    const { type, simulator } = simulated(text);
    expect(await type('S?\n')).toBe('\x00\n');
    simulator.behaviour.set('a', true);
    simulator.behaviour.set('b', 1);
    expect(await type('S?\n')).toBe('\x81\n');
  });

  test('all of a field is told together with its bits', async () => {
    const text = small(`
exchanges: { status: { send: 'S?', expect: '{flags:%d}' } }
properties:
  flags: { schema: { type: integer, minimum: 0, maximum: 255 }, read: { from: status, field: flags } }
  on: { schema: { type: boolean }, read: { from: status, field: flags, bit: 6 } }
simulator: { initial: { flags: 3 } }`);
    const { type, simulator } = simulated(text);
    expect(await type('S?\n')).toBe('3\n');
    simulator.behaviour.set('on', true);
    expect(await type('S?\n')).toBe('67\n');
    const session = await simulator.driver.attach(null, {}, makeContext().context);
    expect(await session.read?.['flags']?.(makeCall(null).call as never)).toBe(67);
  });

  test('a first value that the bits cannot tell is refused', () => {
    const lines = `
properties:
  n: { schema: { type: integer }, read: { send: 'S?', expect: '{value:%d}', bits: [0, 1] } }
simulator: { initial: { n: 4 } }`;
    expect(() => simulated(small(lines))).toThrow('n cannot be "4" at first');
  });

  test('the most specific reading has the last word, and the others still count', async () => {
    const text = small(`
properties:
  on: { schema: { type: boolean }, read: { send: 'O?', expect: '{value:%d}' }, write: { send: 'O{value:%d}' } }
  mode: { schema: { type: string, enum: [slow, fast] }, read: { send: 'M?', expect: '{value:%s}' } }
commands:
  boost: { effect: actuate, send: O1 }
simulator: { sets: { boost: { mode: { value: fast } } } }`);
    const { type, simulator } = simulated(text);
    await type('O1\n');
    expect([simulator.behaviour.read('on'), simulator.behaviour.read('mode')]).toEqual([true, 'fast']);
  });

  test('a selection is remembered for the messages after it', async () => {
    const { type, simulator } = simulated(channels);
    expect(await type('CH 2\nLIM 40.0\nCH 1\nLIM 10.0\nCH 2\nLIM?\n')).toBe('OK\nOK\nOK\nOK\nOK\n40.0\n');
    expect([simulator.behaviour.read('limit-1'), simulator.behaviour.read('limit-2')]).toEqual([10, 40]);
    expect(await type('CH 3\n')).toBe('E-113\n');
  });
});

describe('what it says', () => {
  test('frames have their length and their checksum', async () => {
    const { type } = simulated(framed);
    expect(await type('\x7e\x01\x01\x10\x49\x90')).toBe('\x7e\x04\x01\x10\x00\xc8\xfa\x6a');
    expect(await type('\x7e\x01\x01\x10\x49\x91')).toBe('');
  });

  test('it repeats what it hears and prompts, whatever it was', async () => {
    const { type } = simulated(chatty);
    expect(await type('pos 5\r')).toBe('pos 5\r>');
    expect(await type('pos\r')).toBe('pos\r5\r\n>');
    expect(await type('hello\r')).toBe('hello\r?Undefined header\r\n>');
  });

  test('several frames are one reply', async () => {
    expect(await simulated(channels).type('MM?\n')).toBe('MIN -1.50\nMAX 2.50\n');
  });

  test('it is busy for a while after what takes time', async () => {
    const { type, simulator } = simulated(chatty);
    simulator.behaviour.set('position', 9);
    expect(await type('busy\r', 0)).toBe('busy\r0 1\r\n>');
    expect(await type('home\rbusy\r', 0)).toBe('home\rstarted\r\n>busy\r1 1\r\n>');
    expect(await type('', 30)).toBe('');
    expect(await type('busy\r', 0)).toBe('busy\r0 1\r\n>');
    expect(simulator.behaviour.read('position')).toBe(0);
  });

  test('it takes its time, and never overtakes itself', async () => {
    const { type, simulator } = simulated(bench, { replyMs: 10 });
    simulator.behaviour.replies.delayNext(100);
    expect(await type('VSET?\r\nID?\r\n', 109)).toBe('');
    expect(await type('', 20)).toBe('0.00\r\nBENCH S-100 1.02\r\n');
  });

  test('mute it says nothing, and obeys', async () => {
    const { type, simulator } = simulated(bench);
    simulator.behaviour.replies.mute(1);
    expect(await type('VSET 1.00\r\nVSET 2.00\r\n', 5000)).toBe('OK\r\n');
    expect(simulator.behaviour.read('voltage-setpoint')).toBe(2);
    simulator.behaviour.replies.unmute();
    expect(await type('VSET?\r\n')).toBe('2.00\r\n');
  });

  test('it pushes at its interval, and not after its end', async () => {
    const { type, simulator, clock, heard } = simulated(bench);
    expect(await type('', 2500)).toBe('T=25.0\r\nT=25.0\r\n');
    simulator.close();
    await clock.advance(5000);
    expect(heard()).toBe('');
    expect(clock.pendingTimers).toBe(0);
  });

  test('it can be made to say anything', async () => {
    const { type, simulator } = simulated(bench);
    simulator.say(Buffer.from('ALARM 3'));
    simulator.babble(Uint8Array.of(0, 255));
    expect(await type('')).toBe('ALARM 3\r\n\x00\xff');
  });
});

describe('what it refuses', () => {
  test('is what the simulator’s clause, a schema or a test says; nothing changes', async () => {
    const { type, simulator } = simulated(bench);
    expect(await type('VSET 29.80\r\n')).toBe('ERR 5\r\n');
    expect(await type('VSET 31.00\r\n')).toBe('ERR 5\r\n');
    simulator.behaviour.refuseNext('7');
    expect(await type('VSET 3.00\r\n')).toBe('ERR 7\r\n');
    expect(simulator.behaviour.read('voltage-setpoint')).toBe(0);
    expect(await type('VSET 3.00\r\n')).toBe('OK\r\n');
  });

  test('may depend on the state, and has its own words', async () => {
    const text = small(`
properties:
  locked: { schema: { type: boolean }, read: { send: 'L?', expect: '{value:%d}' } }
commands:
  move: { effect: actuate, params: { to: { type: integer } }, send: 'M{to:%d}', expect: OK, errors: [ { match: 'NO{%*s}' } ] }
simulator: { refuse: [ { on: move, when: { locked: true }, reply: 'NO, LOCKED' }, { on: move, equals: 13, reply: 'NO!' } ] }`);
    const { type, simulator } = simulated(text);
    expect(await type('M1\nM13\n')).toBe('OK\nNO!\n');
    simulator.behaviour.set('locked', true);
    expect(await type('M1\n')).toBe('NO, LOCKED\n');
  });

  test('goes into the queue where there is one, which is bounded', async () => {
    const { type, simulator } = simulated(queued);
    const ask = 'SYST:ERR?\n';
    expect(await type(`FREQ 99999999\nNONSENSE\n${ask}${ask}${ask}`)).toBe(
      '-222,"Data out of range"\n-113,"Undefined header"\n0,"No error"\n',
    );
    expect(simulator.behaviour.read('frequency')).toBe(1);
    const entries = (await type(`${'X\n'.repeat(9)}${ask.repeat(6)}`)).trim().split('\n');
    expect(entries.slice(4)).toEqual(['-350,"Queue overflow"', '0,"No error"']);
  });
});

describe('several on one line', () => {
  const line = { units: [{ address: 1 }, { address: 5 }] };
  const temperature = (address: string): string => `\x7e\x01${address}\x12`;

  test('each answers to its own address and has its own state', async () => {
    const { type, simulator } = simulated(framed, line);
    await type('\x7e\x03\x01\x11\x00\xc8\x1e\x6a');
    simulator.behaviours[1]?.set('setpoint', 50);
    expect(await type('\x7e\x01\x01\x10\x49\x90')).toBe('\x7e\x04\x01\x10\x00\xc8\xfa\x6a');
    expect(simulator.behaviours.map((one) => one.read('setpoint'))).toEqual([20, 50]);
  });

  test('nobody answers for one that is not there', async () => {
    expect(await simulated(framed, { address: 2 }).type('\x7e\x01\x01\x10\x49\x90')).toBe('');
    expect(await simulated(framed, line).type(temperature('\x09'))).toBe('');
  });

  test('two with one address are refused', () => {
    expect(() => simulated(framed, { units: [{ address: 3 }, { address: 3 }] })).toThrow(/the same address/);
    expect(() => simulated(framed, { units: [{ address: 99 }] })).toThrow(/units\/0\/address/);
  });
});

describe('what cannot be simulated is told when it is made', () => {
  const property = (read: string, simulator = '{}'): string =>
    small(`properties: { p: { schema: { type: integer }, read: { send: 'P?', ${read} } } }\nsimulator: ${simulator}`);

  test.each([
    [
      'a first value that the template cannot tell',
      property("expect: '{value:%!2d}'", '{ initial: { p: 5000 } }'),
      /p cannot be "5000" at first/,
    ],
    [
      'a reply that is not as long as it should be',
      property("expect: 'P{value:%2r}', reply: { bytes: 4 }"),
      /properties\.p\.read cannot be simulated: it has 3 bytes, not 4/,
    ],
    [
      'a push that no rule reports',
      property("expect: '{value:%d}'", '{ pushes: [ { property: p, everyMs: 100 } ] }'),
      /no unsolicited rule reports p/,
    ],
  ])('%s', (_, text, why) => {
    expect(() => simulated(text)).toThrow(why);
  });

  test('a state that comes later and cannot be told is silence, with a note', async () => {
    const { type, simulator } = simulated(property("expect: '{value:%!2u}'"));
    simulator.behaviour.set('p', -1);
    expect(await type('P?\n')).toBe('');
    expect(simulator.behaviour.untold).toEqual([expect.stringContaining('"-1"')]);
  });
});

test('noise is the seed’s and the instant’s, and stays within the schema', async () => {
  const readings = async (seed: number): Promise<number[]> => {
    const { simulator, clock } = simulated(bench, {}, seed);
    const values: number[] = [];
    for (let count = 0; count < 50; count++) {
      const value = Number(simulator.behaviour.read('measured-voltage'));
      expect(simulator.behaviour.read('measured-voltage')).toBe(value);
      values.push(value);
      await clock.advance(10);
    }
    return values;
  };
  const first = await readings(1);
  expect(await readings(1)).toEqual(first);
  expect(await readings(2)).not.toEqual(first);
  expect(Math.min(...first)).toBe(0);
  expect(Math.max(...first)).toBeGreaterThan(0.001);
});

/** What a line brings: noise, and messages with something wrong in them. */
const noise = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.constantFrom(
      'VSET?',
      'VSET 12.00',
      'VSET 1e9',
      'OUT 1',
      'OUT 7',
      '*IDN?',
      'FREQ 1',
      'CH 1',
      'LIM?',
      'home',
      '\x7e\x01',
    ),
    fc.constantFrom('\r', '\n', '\r\n', ''),
  ),
  { maxLength: 8 },
);

/** A question to each that it always answers. */
const questions = [
  [bench, '\r\n', 'ID?\r\n', 'BENCH S-100 1.02\r\n'],
  [terse, '', '*IDN?', 'TERSEPS3005V2.0'],
  [queued, '\n', '*IDN?\n', 'ACME,QS-1,12345,1.0\n'],
  [framed, '', '\x7e\x01\x01\x10\x49\x90', '\x7e\x04\x01\x10'],
  [chatty, '\r', 'ver\r', 'Stage 0\r\n>'],
  [channels, '\n', 'CH 1\n', 'OK\n'],
] as const;

test.each(questions)('whatever comes, it goes on answering', async (text, terminator, question, answer) => {
  const { type } = simulated(text);
  await fc.assert(
    fc.asyncProperty(noise, async (all) => {
      for (const one of all) await type(one, 1);
      await type(terminator, 20);
      await type('', 120);
      expect(await type(question)).toContain(answer);
    }),
    { numRuns: 30 },
  );
});
