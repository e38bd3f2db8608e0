import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BellcrankError } from '../errors.ts';
import { parseRecording, printEvent, printRecording, type RecordedEvent, type Recording } from './index.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const inFile = (...lines: readonly string[]): string => ['bellcrank recording 1', ...lines, ''].join('\n');
const eventsOf = (...lines: readonly string[]): readonly RecordedEvent[] => parseRecording(inFile(...lines)).events;

describe('by hand', () => {
  test('a recording of bytes', () => {
    const text = inFile(
      '# What a person notes while it happens.',
      'device: psu-1',
      'transport: serial',
      'settings: baudRate=9600 parity=even rtscts=false',
      '',
      '0 ! opened "/dev/ttyUSB0"   # the cable was in',
      '12.5 > "*IDN?\\n" call=command name=identify id=4f1c',
      '+1.25 < "ACME,',
      '',
    ).replace('"ACME,\n', '"ACME,"\n   # its name is next\n   "PSU" 0D 0a0b\n');
    expect(parseRecording(text)).toEqual({
      header: {
        device: 'psu-1',
        transport: 'serial',
        settings: { baudRate: 9600, parity: 'even', rtscts: false },
      },
      events: [
        { at: 0, kind: 'wire', what: 'opened', detail: '/dev/ttyUSB0' },
        {
          at: 12.5,
          kind: 'sent',
          call: { kind: 'command', name: 'identify', id: '4f1c' },
          bytes: bytes('*IDN?\n'),
        },
        { at: 13.75, kind: 'heard', bytes: bytes('ACME,PSU\r\n\v') },
      ],
    });
  });

  test('a recording of messages', () => {
    expect(
      eventsOf(
        '0 > topic=cmnd/plug/POWER "ON" qos=1 messageExpirySeconds=3 device=plug',
        '3 < topic="stat/my plug" "\\x00" retained responseTopic=r correlationData=0aff contentType="a b" user.a=b user."c d"="="',
        '4 < topic=empty',
      ),
    ).toEqual([
      {
        at: 0,
        kind: 'sent',
        device: 'plug',
        message: {
          topic: 'cmnd/plug/POWER',
          payload: bytes('ON'),
          retained: false,
          qos: 1,
          messageExpirySeconds: 3,
        },
      },
      {
        at: 3,
        kind: 'heard',
        message: {
          topic: 'stat/my plug',
          payload: bytes('\0'),
          retained: true,
          responseTopic: 'r',
          correlationData: bytes('\n\xff'),
          contentType: 'a b',
          userProperties: { a: 'b', 'c d': '=' },
        },
      },
      { at: 4, kind: 'heard', message: { topic: 'empty', payload: bytes(''), retained: false } },
    ]);
  });

  test('an editor’s line ends and mark of UTF-8, and text beyond ASCII as its UTF-8', () => {
    const text = `\uFEFF${inFile('0 < "21 °C"').replaceAll('\n', '\r\n')}`;
    expect(parseRecording(text).events).toEqual([
      { at: 0, kind: 'heard', bytes: Uint8Array.from(Buffer.from('21 °C')) },
    ]);
  });
});

describe('what is wrong is told with its place and what to do', () => {
  test.each([
    ['', 'line 1, column 1', 'begins with the line: bellcrank recording 1'],
    ['bellcrank recording 2\n', 'line 1, column 1', 'read it with the version that wrote it'],
    [inFile('devise: x'), 'line 2, column 1', 'device:, driver:'],
    [inFile('device:'), 'line 2, column 8', 'no value'],
    [inFile('device: a', 'device: b'), 'line 3, column 1', 'twice'],
    [inFile('device: a b'), 'line 2, column 11', 'quotes'],
    [inFile('device: a=b'), 'line 2, column 9', 'quotes'],
    [inFile('transport: usb'), 'line 2, column 12', 'serial, tcp, mqtt'],
    [inFile('simulated: yes'), 'line 2, column 12', 'simulated: true'],
    [inFile('began: yesterday'), 'line 2, column 8', '2026-01-31T12:00:00.000Z'],
    [inFile('settings: 9600'), 'line 2, column 11', 'baudRate=9600'],
    [inFile('settings: a=1 a=2'), 'line 2, column 15', 'twice'],
    [inFile('0 > "a"', 'device: x'), 'line 3, column 1', 'before all events'],
    [inFile('  "a"'), 'line 2, column 1', 'no event that this line could continue'],
    [inFile('device: x', ' y'), 'line 3, column 1', 'no event that this line could continue'],
    [inFile('1.2345 > "a"'), 'line 2, column 1', 'a time is ms'],
    [inFile('5 > "a"', '4 > "b"'), 'line 3, column 1', 'earlier'],
    [inFile('999999999999 > "a"', '+1 > "b"'), 'line 3, column 1', 'another recording'],
    [inFile('5 "a"'), 'line 2, column 3', 'says > for what is sent'],
    [inFile('5'), 'line 2, column 1', 'says > for what is sent'],
    [inFile('5 ! burnt'), 'line 2, column 5', 'opened, closed, lost, missed'],
    [inFile('5 >'), 'line 2, column 1', 'say what passed'],
    [inFile('5 > "a'), 'line 2, column 5', 'closing quote'],
    [inFile('5 > "a\\'), 'line 2, column 7', 'no such escape'],
    [inFile('5 > "a\\q"'), 'line 2, column 7', 'no such escape'],
    [inFile('5 > "a\\x1"'), 'line 2, column 7', 'no such escape'],
    [inFile('5 > "a"b'), 'line 2, column 8', 'space'],
    [inFile('5 > 0'), 'line 2, column 5', 'two hex digits'],
    [inFile('5 > abc'), 'line 2, column 5', 'two hex digits'],
    [inFile('5 > \\'), 'line 2, column 5', 'quotes'],
    [inFile('5 > "a" qos=1'), 'line 2, column 13', 'topic='],
    [inFile('5 > topic=a qos=3'), 'line 2, column 17', '2 at most'],
    [inFile('5 > topic=a colour=red'), 'line 2, column 20', 'colour is nothing'],
    [inFile('5 > topic=a topic=b'), 'line 2, column 13', 'twice'],
    [inFile('5 > topic='), 'line 2, column 11', 'value is missing'],
    [inFile('5 > topic="\\xff"'), 'line 2, column 11', 'not UTF-8'],
    [inFile('5 > "a" id=3'), 'line 2, column 12', 'call=command'],
    [inFile('5 > "a" call=Poll'), 'line 2, column 14', 'small letters'],
    [inFile('5 > "abc" cutFrom=3'), 'line 2, column 19', 'more than is here'],
    [inFile('5 > "a"', '  "b" bad'), 'line 3, column 7', 'two hex digits'],
  ])('%j', (text, place, what) => {
    const problem = problemOf(text);
    expect(problem.code).toBe('invalid-request');
    expect(problem.message).toContain(`${place} of the recording: `);
    expect(problem.message).toContain(what);
  });

  test('whatever is read ends in a recording or in such an error', () => {
    const part = fc.constantFrom(
      '0 ',
      '> ',
      '< ',
      '! ',
      '"',
      '\\',
      '\\x',
      '=',
      '#',
      ' ',
      '\n',
      'ff',
      'a',
      'topic=',
      'user.',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            parseRecording(inFile(text));
          } catch (error) {
            expect(error).toBeInstanceOf(BellcrankError);
            expect(String(error)).toMatch(/line \d+, column \d+/);
          }
        },
      ),
    );
  });

  test('more than its bounds', { timeout: 30_000 }, () => {
    expect(problemOf(inFile(`0 > "${'a'.repeat(1024 * 1024)}"`)).message).toContain('fold it');
    expect(problemOf(inFile('0 > ""\n'.repeat(200_001))).message).toMatch(/line 200002, .*200000 events/);
    expect(problemOf('#'.repeat(64 * 1024 * 1024 + 1)).message).toContain('split it');
  });
});

function problemOf(text: string): BellcrankError {
  try {
    parseRecording(text);
  } catch (error) {
    if (error instanceof BellcrankError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('as it is printed', () => {
  test.each([
    ['"*IDN?\\r\\n"', bytes('*IDN?\r\n')],
    ['""', bytes('')],
    ['02 54 03', bytes('\x02T\x03')],
    ['"\\x02T=21.5\\x03"', bytes('\x02T=21.5\x03')],
    ['"say \\"a\\\\b\\"\\t"', bytes('say "a\\b"\t')],
  ])('%s', (printed, data) => {
    expect(printEvent({ at: 0.25, kind: 'sent', bytes: data })).toBe(`0.25 > ${printed}\n`);
  });

  test('long text a line per line of its own, and long binary in lines of 24 bytes', () => {
    const long = 'x'.repeat(76);
    expect(printEvent({ at: 1, kind: 'heard', bytes: bytes(`a\n${long}\n`), device: 'p' })).toBe(
      `1 < "a\\n"\n  "${long}\\n" device=p\n`,
    );
    const lines = printEvent({ at: 1, kind: 'heard', bytes: new Uint8Array(50) }).split('\n');
    expect(lines.map(({ length }) => length)).toEqual(['1 < '.length + 71, 2 + 71, 2 + 5, 0]);
  });
});

const name = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ maxLength: 20 }),
);
const data = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ maxLength: 300 }).map((text) => Uint8Array.from(Buffer.from(text))),
);
const optional = <T extends object>(of: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(of, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
const call = fc
  .tuple(fc.stringMatching(/^[a-z][a-z-]{0,20}$/), optional({ name, id: name }))
  .map(([kind, more]) => ({ kind, ...more }));
const notes = optional({ device: name, call });
const direction = fc.constantFrom('sent', 'heard');
const ofBytes = fc.tuple(direction, data, notes, fc.option(fc.nat())).map(([kind, sent, more, cut]) => ({
  kind,
  bytes: sent,
  ...more,
  ...(cut !== null && { cutFrom: sent.length + 1 + cut }),
}));
const message = fc
  .tuple(
    fc.record({ topic: name, payload: data, retained: fc.boolean() }),
    optional({
      qos: fc.constantFrom(0, 1, 2),
      messageExpirySeconds: fc.nat(),
      responseTopic: name,
      correlationData: data,
      contentType: name,
      userProperties: fc.dictionary(name, name, { minKeys: 1, maxKeys: 20 }),
    }),
  )
  .map(([required, more]) => ({ ...required, ...more }));
const ofMessage = fc
  .tuple(direction, message, notes)
  .map(([kind, passed, more]) => ({ kind, message: passed, ...more }));
const ofWire = fc
  .tuple(fc.constantFrom('opened', 'closed', 'lost', 'missed'), optional({ detail: name }), notes)
  .map(([what, detail, more]) => ({ kind: 'wire', what, ...detail, ...more }));
const header = optional({
  device: name,
  driver: name,
  connection: name,
  transport: fc.constantFrom('serial', 'tcp', 'mqtt', 'none', 'memory'),
  label: name,
  settings: fc.dictionary(
    fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/),
    fc.oneof(name, fc.boolean(), fc.integer(), fc.constantFrom('9600', 'true', '1e3', '', ' 1')),
    { maxKeys: 20 },
  ),
  began: fc
    .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  simulated: fc.constant(true),
});
const recording = fc.record({
  header,
  events: fc
    .array(fc.tuple(fc.nat(5_000_000), fc.oneof(ofBytes, ofMessage, ofWire)), { maxLength: 20 })
    .map((steps) => {
      let micros = 0;
      return steps.map(([after, event]) => ({ at: (micros += after) / 1000, ...event }));
    }),
}) as fc.Arbitrary<Recording>;

test('what is printed is read as what it was, and prints as it did', () => {
  fc.assert(
    fc.property(recording, (recorded) => {
      const text = printRecording(recorded);
      const read = parseRecording(text);
      expect(plain(read)).toEqual(plain(recorded));
      expect(printRecording(read)).toBe(text);
      // Whatever passed, a terminal shows it and does nothing else.
      expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    }),
    { numRuns: 500 },
  );
});

/** Without prototypes: what fast-check makes of a record may have none. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner: unknown) => (inner instanceof Uint8Array ? [...inner] : inner)));
}
