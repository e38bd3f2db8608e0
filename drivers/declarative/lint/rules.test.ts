import { describe, expect, test } from 'vitest';
import { linted } from './fixture.ts';

/** A property that reads, and a command, on one line each: lines and columns are easily counted. */
const property = (rest: string): string => `properties:\n  p: { schema: { type: number }, ${rest} }\n`;
const command = (rest: string): string => `commands:\n  c: { effect: idempotent, ${rest} }\n`;
const read = property("read: { send: R, expect: 'V={value:%f}' }");

/** One whose value is bits of the field `flags`. */
const bitsOf = (type: string, expect: string, bits: string): string =>
  `exchanges: { e: { send: R, expect: ${expect} } }\nproperties:\n  p: { schema: { type: ${type} }, read: { from: e, field: flags, ${bits} } }\n`;

/** A device with an address in the frame of all that it says. */
const addressed =
  "options: { unit: { type: integer, default: 1 } }\naddress: '{unit}'\nframe: { expect: '!{unit:%02d},{message}' }\n";

/** A property that is one of two, and two commands. */
const modes = `properties:
  m: { schema: { type: string, enum: [run, 'off'] }, read: { send: M, expect: '{value:%{run|off}}' } }
commands: { go: { effect: actuate, params: { n: { type: integer, minimum: 0, maximum: 5 } }, send: 'G{n:%d}', expect: OK },
  halt: { effect: actuate, send: H, expect: OK } }
`;

type Cases = readonly (readonly [what: string, text: string, expected: readonly string[]])[];

const rules: Readonly<Record<string, Cases>> = {
  identity: [
    [
      'what another reply tells too',
      'identify: { send: ID, expect: OK }\n' + command('send: GO, expect: OK'),
      [
        '1:31: warning: identify.expect: is also what commands.c.expect may read: after a timeout only silence brings the line into step',
      ],
    ],
    ['a name', 'identify: { send: ID, expect: PUMP }\n' + command('send: GO, expect: OK'), []],
  ],
  telling: [
    [
      'a reply that may come late, and nothing to ask that shows that it has come',
      command('send: GO, expect: OK'),
      [
        '2:46: warning: commands.c.expect: no other question has a reply that is not like this one: after a timeout only silence tells that nothing late is under way; give `identify` or `resync`',
      ],
    ],
    [
      'only a question that may be answered the same',
      "properties:\n  p: { schema: { type: string }, read: { send: R, expect: '{value:%s}' } }\n" +
        command('send: GO, expect: OK'),
      [
        '4:46: warning: commands.c.expect: no other question has a reply that is not like this one: after a timeout only silence tells that nothing late is under way; give `identify` or `resync`',
      ],
    ],
    ['a property that is unlike it', read + command('send: GO, expect: OK'), []],
    ['an identity', 'identify: { send: ID, expect: PUMP }\n' + command('send: GO, expect: OK'), []],
    ['no reply', command('send: GO'), []],
  ],
  sharedStop: [
    [
      'a reply of whoever is on the line',
      "options: { unit: { type: integer } }\naddress: '{unit}'\nstop: { summary: Off, send: '{unit:%d}X', expect: OK }",
      [
        '3:51: warning: stop.expect: does not say which device answers: another one on the line may answer late, and acknowledge the stop',
      ],
    ],
    [
      'a reply with its address',
      "options: { unit: { type: integer } }\naddress: '{unit}'\nstop: { summary: Off, send: '{unit:%d}X', expect: '{unit:%d}OK' }",
      [],
    ],
  ],
  missing: [
    [
      'a field that nothing gives a value',
      command("params: { volts: { type: number } }, send: 'V{vots:%f}', expect: OK"),
      [
        '2:73: error: commands.c.send: vots: is no parameter, option or variable of `each`; did you mean "volts"?',
        '2:38: warning: commands.c.params.volts: is never sent',
      ],
    ],
    [
      'a result that no reply has',
      command("effct: 1, send: R, expect: '{v:%d}', result: { volts: { type: integer } }").replace('effct: 1, ', ''),
      [
        '2:46: warning: commands.c.expect: v: is read and never used; {%*d} reads and drops it',
        '2:65: error: commands.c.result.volts: is no field of a reply; known: v',
      ],
    ],
    [
      'a property whose field is called something else',
      property("read: { send: R, expect: '{volts:%f}' }"),
      [
        '2:34: error: properties.p.read: has no field value in a reply; known: volts',
        '2:60: warning: properties.p.read.expect: volts: is read and never used; {%*f} reads and drops it',
      ],
    ],
    [
      'until what is never read',
      "init:\n  - repeat: { send: B, expect: '{busy:%d}', until: { bsy: 0 }, withinMs: 100 }",
      [
        '2:33: warning: init[0].repeat.expect: busy: is read and never used; {%*d} reads and drops it',
        '2:54: error: init[0].repeat.until.bsy: is no field of `expect`; did you mean "busy"?',
      ],
    ],
    [
      'a scale of nothing',
      property("read: { send: R, expect: '{value:%f}', fields: { valeu: { scale: 2 } } }"),
      ['2:83: error: properties.p.read.fields.valeu: is no field here; did you mean "value"?'],
    ],
    [
      'a pushed property that nothing pushes',
      property('pushed: true'),
      ['2:34: error: properties.p.pushed: but no rule of `unsolicited` reports it'],
    ],
    [
      'an event with other fields than its message',
      "events: { e: { data: { code: { type: integer } } } }\nunsolicited:\n  - { match: 'E{cod:%d}', emit: e }",
      [
        '3:14: error: unsolicited[0].match: has no field code, which is told; did you mean "cod"?',
        '3:14: error: unsolicited[0].match: has the field cod, which the event e has not',
      ],
    ],
  ],
  'an addressed event': [
    [
      'the address that frames it',
      `${addressed}unsolicited:\n  - { match: 'E{code:%d}', emit: e }\nevents: { e: { data: { code: { type: integer } } } }\n`,
      [],
    ],
    [
      'the address that it tells',
      `${addressed}unsolicited:\n  - { match: 'E{code:%d}', emit: e }\nevents: { e: { data: { unit: { type: integer }, code: { type: integer } } } }\n`,
      [],
    ],
  ],
  simulated: [
    [
      'first values that the schemas refuse',
      `${read}simulator: { initial: { p: zero, other: zero } }\n`,
      ['3:28: error: simulator.initial.p: is refused by the property’s schema: it must be number, not a string'],
    ],
    [
      'constants that the schemas refuse',
      `${modes}simulator:\n  sets: { go: { m: { value: runing } }, halt: { m: { value: run } } }\n  stop: { m: { value: of } }\n`,
      [
        '6:29: error: simulator.sets.go.m.value: is refused by the property’s schema: it must be one of "run", "off"',
        '7:23: error: simulator.stop.m.value: is refused by the property’s schema: it must be one of "run", "off"',
      ],
    ],
    [
      'stop among the commands, with a constant by itself',
      `${read}simulator: { sets: { stop: { p: { value: no } } } }\n`,
      [
        '3:42: error: simulator.sets.stop.p.value: is refused by the property’s schema: it must be number, not a string',
      ],
    ],
    [
      'refusals that never come',
      `${modes}simulator: { refuse: [{ on: go, param: n, equals: 7, when: { m: idel } }, { on: go, param: n, equals: 2, when: { m: 'off' } }] }\n`,
      [
        '5:51: error: simulator.refuse[0].equals: is refused by the parameter’s schema: it must be <= 5',
        '5:65: error: simulator.refuse[0].when.m: is refused by the property’s schema: it must be one of "run", "off"',
      ],
    ],
  ],
  kinds: [
    [
      'what cannot be sent',
      command("send: 'A\\?', expect: OK"),
      ['2:36: error: commands.c.send: \\? is only for what is read: it has no bytes to send'],
    ],
    [
      'text for a number',
      property("read: { send: R, expect: 'V{value}' }"),
      ['2:61: error: properties.p.read.expect: value: %s reads text, and the schema wants number'],
    ],
    [
      'a text that takes everything',
      property("read: { send: R, expect: '{%*s}{value:%f}' }"),
      [
        '2:60: error: properties.p.read.expect: %*s: takes everything, so that the field after it finds nothing; put something between them',
      ],
    ],
    ['a set that cannot hold what follows', property("read: { send: R, expect: '{%*[IWSPTUX]}{value:%f}' }"), []],
    [
      'a set that takes a sign',
      property("read: { send: R, expect: '{%*[A-Z-]}{value:%f}' }"),
      [
        '2:60: warning: properties.p.read.expect: %*[A-Z-]: may take the beginning of the field after it; put something between them',
      ],
    ],
    [
      'a set that takes all',
      property("read: { send: R, expect: '{%*[^,]}{value:%f}' }"),
      [
        '2:60: error: properties.p.read.expect: %*[^,]: takes everything, so that the field after it finds nothing; put something between them',
      ],
    ],
  ],
  padded: [
    [
      'digits that are counted from a digit too early',
      property("read: { send: R, expect: '{%*02u}{%*{1|2}}1{value:%d}' }"),
      [
        '2:60: warning: properties.p.read.expect: %*02u: "01111" is misread, as its digits are counted from what stands after them; %!*02u always takes so many',
      ],
    ],
    ['an exact width', property("read: { send: R, expect: '{%*!02u}{%*{1|2}}1{value:%d}' }"), []],
    ['what ends with its last digit', property("read: { send: R, expect: '{%*02u}{%*{I|W}}I{value:%d}' }"), []],
    ['what is counted right', property("read: { send: R, expect: '{%*3d}{%*1c},{value:%d}' }"), []],
  ],
  overlaps: [
    [
      'an error that reads every value',
      `errors:\n  - { match: '{code:%d}' }\n${property("read: { send: R, expect: '{value:%f}' }")}`,
      ['4:59: error: properties.p.read.expect: "1" is also read by errors[0], so that it would be taken for an error'],
    ],
    [
      'an error that reads many',
      `errors:\n  - { match: '{code:%d}' }\nproperties:\n${['p', 'q', 'r'].map((name) => `  ${name}: { schema: { type: number }, read: { send: R, expect: '{value:%f}' } }\n`).join('')}`,
      ['2:14: error: errors[0].match: reads 3 replies that are none as well, as "1" of properties.p.read.expect'],
    ],
    [
      'a report that reads an answer',
      `unsolicited:\n  - { match: 'V={value:%f}', ignore: true }\n${read}`,
      [
        '4:59: error: properties.p.read.expect: "V=1.000000" is also read by unsolicited[0], so that it would never answer',
      ],
    ],
    [
      'an error that is never seen',
      `unsolicited:\n  - { match: 'E{n:%d}', ignore: true }\nerrors:\n  - { match: 'E{code:%d}' }\n${read}`,
      ['4:14: error: errors[0].match: "E1" is also read by unsolicited[0], so that it is never seen here'],
    ],
    [
      'an end that means "not yet" as well',
      "init:\n  - repeat: { send: B, expect: 'S {%*d}', while: 'S 1', withinMs: 100 }",
      ['2:50: warning: init[0].repeat.while: is also what `expect` reads: "S 1" ends it, or goes on'],
    ],
  ],
  scpiQueue: [
    [
      'an error of a query that refuses',
      `${read}errorQueue: { send: 'SYST:ERR?', expect: '{code:%d},{text:%s}', none: 0, failed: [[-399, -300], [-249, -240]] }`,
      [
        '3:13: warning: errorQueue: -410 refuses, as if nothing had changed; SCPI says so of no such code: `failed: [[-899, -300], [-249, -240]]`',
      ],
    ],
    [
      'none that does',
      `${read}errorQueue: { send: ':system:error?', expect: '{code:%d},{text:%s}', none: 0, failed: [[-899, -300], [-249, -240]] }`,
      [],
    ],
    ['a queue that is not of SCPI', `${read}errorQueue: { send: '*ESR?', expect: '{code:%d}', none: 0 }`, []],
  ],
  unreachable: [
    [
      'a rule after one that reads all of it',
      `errors:\n  - { match: 'E{code:%d}' }\n  - { match: 'E5', code: five }\n${read}`,
      ['3:14: warning: errors[1].match: is never reached: errors[0] reads the same messages before it'],
    ],
  ],
  choices: [
    [
      'a text that is the beginning of another, and what follows completes it',
      property("read: { send: R, expect: 'M{mode:%{A|A1}}{value:%f}' }").replace('type: number', 'type: number'),
      [
        '2:61: error: properties.p.read.expect: mode: A is the beginning of A1, and "MA1.000000" is misread',
        '2:61: warning: properties.p.read.expect: mode: is read and never used; {%*{A|A1}} reads and drops it',
      ],
    ],
    [
      'a value that the schema refuses, and one that is never told',
      "properties:\n  p: { schema: { type: string, enum: [a, b] }, read: { send: R, expect: '{value:%{A=a|C=c}}' } }",
      [
        '2:74: error: properties.p.read.expect: value: reads "c", which the schema refuses',
        '2:74: warning: properties.p.read.expect: value: never reads "b", which the schema has',
      ],
    ],
    [
      'the same of each value of an array',
      "properties:\n  p: { schema: { type: array, items: { enum: [a, b] } }, read: { send: R, expect: '{value[,]:%{A=a|C=c}}' } }",
      [
        '2:84: error: properties.p.read.expect: value: reads "c", which the schema refuses',
        '2:84: warning: properties.p.read.expect: value: never reads "b", which the schema has',
      ],
    ],
    [
      'an array of choices, each of which its schema has',
      "properties:\n  p: { schema: { type: array, items: { type: boolean } }, read: { send: R, expect: '{value[]:%{0|1}}' } }",
      [],
    ],
  ],
  printable: [
    [
      'too wide',
      command("params: { n: { type: integer, minimum: 0, maximum: 100 } }, send: 'N{n:%0!2d}', expect: OK"),
      [
        '2:96: error: commands.c.send: n: the schema allows 100, which cannot be sent: 100 takes more than 2 characters (%0!2d)',
      ],
    ],
    [
      'negative',
      command("params: { n: { type: integer, minimum: -1, maximum: 9 } }, send: 'N{n:%u}', expect: OK"),
      ['2:95: error: commands.c.send: n: the schema allows -1, which cannot be sent: -1 is negative (%u)'],
    ],
    [
      'no member',
      command("params: { m: { type: string, enum: [a, b] } }, send: 'M{m:%{A=a}}', expect: OK"),
      [
        '2:83: error: commands.c.send: m: the schema allows "b", which cannot be sent: "b" is not one of the choices (%{A=a})',
      ],
    ],
    [
      'a text that ends the message',
      command("params: { t: { type: string, maxLength: 10 } }, send: 'T{t}', expect: OK"),
      [
        '2:84: error: commands.c.send: t: the schema allows "\\r\\n", which ends the message; give it a `pattern` without it',
      ],
    ],
    [
      'no maximum',
      command("params: { n: { type: integer, minimum: 0 } }, send: 'N{n:%0!2x}', expect: OK"),
      ['2:82: warning: commands.c.send: n: the schema has no maximum, and %0!2x tells no more than 255'],
    ],
  ],
  precision: [
    [
      'an array of whole numbers, and one whose values lose their steps',
      command(
        "params: { a: { type: array, items: { type: integer } }, b: { type: array, items: { type: number, multipleOf: 0.1 } } }, send: 'C{a[,]:%d} {b[,]:%.0f}', expect: OK",
      ),
      ['2:166: warning: commands.c.send: b: the schema has steps of 0.1, and what is sent has steps of 1'],
    ],
    [
      'steps that are lost',
      command(
        "params: { v: { type: number, minimum: 0, maximum: 9, multipleOf: 0.01 } }, send: 'V{v:%.1f}', expect: OK",
      ),
      ['2:111: warning: commands.c.send: v: the schema has steps of 0.01, and what is sent has steps of 0.1'],
    ],
    [
      'of all digits',
      command(
        "params: { v: { type: number, minimum: 0, maximum: 9999, multipleOf: 0.001 } }, send: 'V{v:%.4g}', expect: OK",
      ),
      [
        '2:115: warning: commands.c.send: v: the schema has steps of 0.001 up to 9999, which take 7 digits, and what is sent has 4',
      ],
    ],
    [
      'of all digits, step by step',
      command(
        "params: { v: { type: number, minimum: 0, anyOf: [{ maximum: 9.999, multipleOf: 0.001 }, { maximum: 9999, multipleOf: 1 }] } }, send: 'V{v:%.4g}', expect: OK",
      ),
      [],
    ],
    [
      'of decimals, step by step',
      command(
        "params: { v: { type: number, minimum: 0, anyOf: [{ maximum: 10, multipleOf: 0.01 }, { maximum: 99, multipleOf: 0.1 }] } }, send: 'V{v:%.2f}', expect: OK",
      ),
      [],
    ],
    [
      'of a decimal, in one range of several',
      command(
        "params: { v: { type: number, minimum: 0, anyOf: [{ maximum: 10, multipleOf: 0.01 }, { maximum: 99, multipleOf: 0.1 }] } }, send: 'V{v:%.1f}', expect: OK",
      ),
      ['2:159: warning: commands.c.send: v: the schema has steps of 0.01, and what is sent has steps of 0.1'],
    ],
    [
      'more than verify tolerates',
      property(
        "read: { send: R, expect: '{value:%f}' }, write: { send: 'V{value:%.1f}' }, verify: { tolerance: 0.01 }",
      ),
      [
        '2:92: warning: properties.p.write.send: value: what is sent is rounded by up to 0.05, and `verify` tolerates 0.01; give the schema, or one of `write`, `multipleOf: 0.1`, or `verify` that tolerance',
      ],
    ],
  ],
  'silent rounding': [
    [
      'of a parameter',
      command("params: { v: { type: number, minimum: 0, maximum: 9 } }, send: 'V{v:%.2f}', expect: OK"),
      [
        '2:93: warning: commands.c.send: v: what is sent is rounded by up to 0.005, and nobody is told; give the schema `multipleOf: 0.01`',
      ],
    ],
    [
      'that the schema excludes',
      command("params: { v: { type: number, multipleOf: 0.01 } }, send: 'V{v:%.2f}', expect: OK"),
      [],
    ],
    ['of an integer', command("params: { v: { type: integer } }, send: 'V{v:%.2f}', expect: OK"), []],
    [
      'that makes no difference',
      property(
        "read: { send: R, expect: '{value:%f}' }, write: { send: 'V{value:%.1f}' }, verify: { tolerance: 0.05 }",
      ),
      [],
    ],
    ['of nothing', command("params: { v: { type: number } }, send: 'V{v:%e}', expect: OK"), []],
  ],
  'the end of what is sent': [
    [
      'that nobody said',
      `line: { inTerminator: "\\r" }\n${read}`,
      [
        `1:1: warning: line.outTerminator: is not said, and replies end with "\\r": nothing ends what is sent; '' says that it needs no end`,
      ],
    ],
    ['that there is none', `line: { inTerminator: "\\r", outTerminator: '' }\n${read}`, []],
    [
      'that stands in the messages',
      `line: { inTerminator: "\\r" }\n${property("read: { send: 'R\\r', expect: 'V={value:%f}' }")}`,
      [],
    ],
    ['that stands in the frame', `frame: { send: '{message}\\<ETX>' }\nline: { inTerminator: "\\r" }\n${read}`, []],
  ],
  framing: [
    [
      'no end',
      `line: { outTerminator: "\\n" }\n${read}`,
      [
        "1:1: error: line.inTerminator: is not said: how replies end; '' means with silence, and `reply` says it otherwise",
      ],
    ],
    [
      'no end of many',
      `line: { outTerminator: "\\n" }\nproperties:\n  p: { schema: { type: number }, read: { send: R, expect: 'V={value:%f}' } }\n  q: { schema: { type: number }, read: { send: Q, expect: 'V={value:%f}' } }\n`,
      [
        "1:1: error: line.inTerminator: is not said: how replies end; '' means with silence, and `reply` says it otherwise",
      ],
    ],
    [
      'another length',
      property("read: { send: R, expect: 'V{value:%!5.2f}X', reply: { bytes: 5 } }"),
      ['2:59: error: properties.p.read.expect: has 7 bytes, and the reply has 5'],
    ],
    [
      'a refusal of another length',
      `errors: [{ match: '\\x15', code: NAK }]\n${property("read: { send: R, expect: 'V{value:%!4.2f}', reply: { bytes: 5 } }")}`,
      [
        '1:19: warning: errors[0].match: is never read: it has 1 byte, and replies have 5; `reply: { silence: true }` takes either',
      ],
    ],
    [
      'a refusal that one of the replies may be',
      `errors: [{ match: '\\x15', code: NAK }]\nproperties:\n  p: { schema: { type: number }, read: { send: R, expect: 'V{value:%!4.2f}', reply: { bytes: 5 } } }\n  q: { schema: { type: number }, read: { send: Q, expect: '{value:%1r}', reply: { bytes: 1 } } }\n`,
      [],
    ],
    [
      'a short silence',
      `line: { inTerminator: '', interByteTimeoutMs: 5 }\n${read}`,
      [
        '1:47: warning: line.interByteTimeoutMs: ends a reply after 5 ms of silence, and USB adapters pause for 16 ms within one',
      ],
    ],
  ],
  bits: [
    [
      'beyond what the field tells',
      bitsOf('boolean', "'{flags:%1r}'", 'bit: 9'),
      ['3:71: error: properties.p.read.bit: is beyond bit 7, the highest that %1r tells of flags'],
    ],
    [
      'beyond what its digits tell',
      bitsOf('integer', "'{flags:%!2x}'", 'bits: [7, 8]'),
      ['3:72: error: properties.p.read.bits: is beyond bit 7, the highest that %!2x tells of flags'],
    ],
    ['the sign', bitsOf('boolean', "'{flags:%+1r}'", 'bit: 7'), []],
    [
      'beyond what a choice tells',
      bitsOf('boolean', "'{flags:%{A|B|C}}'", 'bit: 2'),
      ['3:71: error: properties.p.read.bit: is beyond bit 1, the highest that %{A|B|C} tells of flags'],
    ],
    [
      'of a field that is no integer',
      bitsOf('boolean', "'{flags:%f}'", 'bit: 0'),
      ['3:71: error: properties.p.read.bit: needs an integer, and flags is read by %f'],
    ],
    [
      'of a text',
      `${bitsOf('boolean', "'{flags:%s}'", 'bit: 0')}  q: { schema: { type: integer }, read: { from: e, field: flags } }\n`,
      [
        '1:37: error: exchanges.e.expect: flags: %s reads text, and the schema wants integer',
        '3:71: error: properties.p.read.bit: needs an integer, and flags is read by %s',
      ],
    ],
    [
      'of a list',
      bitsOf('boolean', "'{flags[,]:%d}'", 'bit: 0'),
      ['3:71: error: properties.p.read.bit: is of flags, which is a list'],
    ],
    [
      'of more than a number holds',
      bitsOf('boolean', "'{flags:%8r}'", 'bit: 0'),
      [
        '3:71: error: properties.p.read.bit: is of flags, and %8r tells more than the 53 bits that a number holds; read it as two fields',
      ],
    ],
    [
      'of a field with a scale',
      bitsOf('boolean', "'{flags:%d}', fields: { flags: { scale: 2 } }", 'bit: 0'),
      ['3:71: error: properties.p.read.bit: is of flags, which has a scale or an offset: its bits are no longer there'],
    ],
    [
      'that the schema does not take',
      bitsOf('boolean', "'{flags:%d}'", 'bits: [0, 1]'),
      [
        '3:72: error: properties.p.read.bits: tells a number, and the schema takes none; `values` says what the numbers mean',
      ],
    ],
    [
      'with meanings that the schema does not take, and others that it lacks',
      bitsOf('string, enum: [slow, fast]', "'{flags:%d}'", 'bit: 0, values: { 0: slow, 1: high }'),
      [
        '3:93: warning: properties.p.read.values: never tells "fast", which the schema has',
        '3:115: error: properties.p.read.values[1]: "high" is refused by the schema',
      ],
    ],
    [
      'with a number that would be taken for a value',
      bitsOf('integer', "'{flags:%d}'", 'bits: [0, 1], values: { 0: 1, 1: 2, 2: 4 }'),
      ['3:80: error: properties.p.read.values: has nothing for 3, which the schema would take for a value'],
    ],
    [
      'of a field that another property takes for something else',
      `${bitsOf('boolean', "'{flags:%d}'", 'bit: 0')}  q: { schema: { type: boolean }, read: { from: e, field: flags } }\n`,
      ['4:16: error: properties.q.schema: is of flags, an integer, of which other properties are bits'],
    ],
    [
      'that are well',
      `${bitsOf('boolean', "'{flags:%1r}'", 'bit: 7')}  q: { schema: { type: integer }, read: { from: e, field: flags } }\n`,
      [],
    ],
  ],
  timing: [
    [
      'a reply that takes longer than it may',
      `line: { baudRate: 300, inTerminator: "\\n", totalTimeoutMs: 100, replyTimeoutMs: 100, outTerminator: '' }\n${read}`,
      [
        '1:60: error: line.totalTimeoutMs: is too short: 11 bytes of reply take 366.7 ms at 300 Bd',
        '1:81: warning: line.replyTimeoutMs: is too short: 11 bytes of reply take 366.7 ms at 300 Bd',
      ],
    ],
    [
      'a silence shorter than a character',
      `line: { baudRate: 110, inTerminator: "\\n", interByteTimeoutMs: 50, replyTimeoutMs: 2000, outTerminator: '' }\n${property("pollMs: 5000, read: { send: R, expect: 'V={value:%f}' }")}`,
      ['1:64: error: line.interByteTimeoutMs: is shorter than one character, which takes 91 ms at 110 Bd'],
    ],
    [
      'more than the line can carry',
      `line: { baudRate: 1200, inTerminator: "\\n", outTerminator: '' }\n${property("pollMs: 50, read: { send: READ, expect: 'V={value:%f}' }")}`,
      ['2:1: warning: properties: need 250 % of the line’s time to be read as often as `pollMs` says'],
    ],
  ],
  unused: [
    [
      'an option',
      `options: { o: { type: integer, default: 1 } }\n${read}`,
      ['1:12: warning: options.o: is never used'],
    ],
    [
      'an event',
      `events: { e: { summary: E } }\n${read}`,
      ['1:11: warning: events.e: is never emitted by a rule of `unsolicited`'],
    ],
    [
      'the value of a write',
      property("read: { send: R, expect: '{value:%f}' }, write: { send: W }"),
      ['2:75: warning: properties.p.write: never sends {value}'],
    ],
    ['an exchange', `exchanges: { e: { send: E } }\n${read}`, ['1:14: warning: exchanges.e: is never used']],
  ],
  'YAML traps': [
    [
      'an escape that YAML took',
      property('read: { send: "R\\_X", expect: \'{value:%f}\' }'),
      [
        '2:50: warning: properties.p.read.send: holds U+00A0: in double quotes YAML takes \\_ for that; use single quotes',
      ],
    ],
  ],
};

describe.each(Object.keys(rules))('%s', (rule) => {
  test.each(rules[rule] ?? [])('%s', (_, text, expected) => {
    const found = linted(text).filter((each) => rule === 'telling' || !each.includes('nothing late is under way'));
    expect(found.toSorted()).toEqual([...expected].toSorted());
  });
});

test('nothing is said of what works', () => {
  expect(linted(read)).toEqual([]);
});

test('one message that is answered in two ways cannot be simulated', () => {
  const text = (other: string): string => `
properties:
  code: { schema: { type: integer }, read: { send: status, expect: '{value:%d} {%*s}' } }
  ready: { schema: { type: boolean }, read: { send: status, expect: '${other}' } }`;
  expect(linted(text('{value:%{WAIT|READY}}')).join()).toContain('it cannot be simulated');
  expect(linted(text('{%*d} {value:%{WAIT|READY}}'))).toEqual([]);
  expect(linted(text('{%*/.* /}{value:%{WAIT|READY}}'))).toEqual([]);
});
