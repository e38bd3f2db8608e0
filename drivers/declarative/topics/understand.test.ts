import { describe, expect, test } from 'vitest';
import { findingText, readDefinition } from '../definition/dialect.ts';
import { topicMaps } from './understand.ts';

/** What a user would read, without the file's name. Keys that lack are appended, so that lines stay. */
function findingsOf(text: string): string[] {
  const missing = ['model: example', 'topics: {}'].filter(
    (line) => !new RegExp(`^${line.split(':')[0]}:`, 'm').test(text),
  );
  const whole = [text.trimEnd(), ...missing, ''].join('\n');
  const { findings } = readDefinition({ name: 'a.yaml', text: whole }, () => undefined, [topicMaps]);
  return findings.map((finding) => findingText(finding).replace(/^a\.yaml:/, ''));
}

const command = (rest: string): string => `commands:\n  go: { effect: actuate, ${rest} }\n`;
const state = `properties:
  on: { schema: { type: boolean }, pushed: { topic: a/state, json: /on } }
  level: { schema: { type: integer }, pushed: { topic: a/level, payload: '{value:%d}' } }
`;

describe('what is wrong is said where it stands', () => {
  test.each([
    [
      'a key that is not known',
      command('sned: { topic: a }'),
      '2:26: error: commands.go.sned: is not a known key; did you mean "send"?',
    ],
    ['nothing sent', command('timeoutMs: 5'), '2:7: error: commands.go: needs `send`: what is published'],
    [
      'a wildcard',
      command("send: { topic: 'a/+' }"),
      '2:42: error: commands.go.send.topic: a topic has no +, # and NUL in it: it is one topic, and no filter',
    ],
    [
      'a wildcard behind a field',
      `options: { t: { type: string } }\n${command("send: { topic: '{t}/#' }")}`,
      '3:45: error: commands.go.send.topic: a topic has no +, # and NUL in it',
    ],
    ['a topic of the broker', command('send: { topic: $SYS/x }'), 'begins with $: such topics are the broker’s own'],
    [
      'an unknown option',
      command("send: { topic: 'a/{x}' }"),
      '2:44: error: commands.go.send.topic: names no option and no parameter "x"',
    ],
    [
      'an unknown parameter in JSON',
      command("send: { topic: a, payload: { v: '{x}' } }"),
      'commands.go.send.payload.v: names no option and no parameter "x"',
    ],
    [
      'a choice that is no level',
      `options: { t: { type: integer } }\n${command("send: { topic: 'a/{t:%{x/y|z}}' }")}`,
      '"x/y" cannot be a part of a topic',
    ],
    [
      'a pointer',
      'properties:\n  p: { schema: { type: number }, pushed: { topic: a, json: on } }\n',
      '2:60: error: properties.p.pushed.json: is no JSON pointer (RFC 6901): it begins with /',
    ],
    [
      'a tilde',
      'properties:\n  p: { schema: { type: number }, pushed: { topic: a, json: /a~2 } }\n',
      'is no JSON pointer (RFC 6901): ~ stands before 0 or 1 there',
    ],
    [
      'no value',
      'properties:\n  p: { schema: { type: number }, pushed: { topic: a, json: { v: /v } } }\n',
      'tells no `value`',
    ],
    [
      'text and JSON',
      "properties:\n  p: { schema: { type: number }, pushed: { topic: a, payload: '{value:%d}', json: /v } }\n",
      'stands beside `payload`',
    ],
    [
      'a match of nothing',
      command('send: { topic: a }, reply: { topic: b, json: { x: /x }, match: { y: 1 } }'),
      'names no field; did you mean "x"?',
    ],
    [
      'an answer nobody waits for',
      command('send: { topic: a }, errors: [{ payload: no }]'),
      'are never heard, since nothing waits for a `reply`',
    ],
    [
      'an error like any reply',
      command('send: { topic: a }, reply: { topic: b }, errors: [{ code: 1 }]'),
      'what tells it from the reply',
    ],
    [
      'states of two topics',
      `${state}${command('params: { on: { type: boolean }, level: { type: integer } }, send: { topic: a }, reply: { state: { on: "{on}", level: "{level}" } }')}`,
      'come on different topics (a/state, a/level)',
    ],
    [
      'a state that nobody tells',
      command('send: { topic: a }, reply: { state: { off: true } }'),
      'names no property that is `pushed`',
    ],
    [
      'a state of the wrong kind',
      `${state}${command('send: { topic: a }, reply: { state: { on: 5 } }')}`,
      'is refused by the property’s schema',
    ],
    ['the word state', command('send: { topic: a }, reply: state'), 'is for what reads or writes a property'],
    [
      'confirmed without a reply',
      command('send: { topic: a }, confirmation: confirmed'),
      'cannot be reached: nothing answers, so it is sent',
    ],
    [
      'acknowledged without a reply',
      command('send: { topic: a }, confirmation: acknowledged'),
      'cannot be reached: nothing answers, so it is sent',
    ],
    [
      'confirmed by an answer',
      command('send: { topic: a }, reply: { topic: b }, confirmation: confirmed'),
      'the answer is no `state`, and there is no `verify`, so it is acknowledged',
    ],
    [
      'confirmed by half of it',
      `${state}${command('params: { on: { type: boolean }, ms: { type: integer } }, send: { topic: a, payload: ["{on}", "{ms}"] }, reply: { state: { on: "{on}" } }, confirmation: confirmed')}`,
      '`state` does not say what ms must have made of it, so it is acknowledged',
    ],
    [
      'confirmed by an optimist',
      `${state}${command('params: { on: { type: boolean } }, send: { topic: a, payload: "{on}" }, reply: { state: { on: "{on}" } }, optimistic: true, confirmation: confirmed')}`,
      'the device is `optimistic`, so it is acknowledged',
    ],
    [
      'verify of what cannot be asked',
      `${state}${command('params: { on: { type: boolean } }, send: { topic: a, payload: "{on}" }, verify: { property: on, param: on }')}`,
      'names no property that can be asked for',
    ],
    [
      'a part of a text',
      command('partial: true, params: { v: { type: integer } }, send: { topic: a, payload: "{v}" }'),
      'needs v, which `partial` lets be left out; only JSON can lack it',
    ],
    [
      'words twice',
      "properties:\n  p: { schema: { type: boolean }, values: { 'true': 1, 'false': 1 }, pushed: { topic: a, json: /v } }\n",
      '1 already means another value',
    ],
    ['an option named id', 'options: { id: { type: string } }\n', 'not value, message or id'],
    ['a path that is no option', 'topics: { paths: [base] }\n', 'names no option that is text'],
    [
      'a result that nobody tells',
      command('result: { total: { type: number } }, send: { topic: a }, reply: { topic: b, json: { sum: /s } }'),
      'is told by no `reply`',
    ],
    [
      'event data that nobody tells',
      'events:\n  e: { data: { n: { type: integer } }, topic: a, json: { m: /n } }\n',
      'is told by no field of the message',
    ],
    [
      'the same word for both',
      'topics: { availability: { topic: a, online: x, offline: x } }\n',
      'is the word of a device that is there',
    ],
    [
      'correlation without a topic',
      `${state}${command('send: { topic: a }, reply: { state: { on: true } }, correlate: mqtt5')}`,
      'needs a `reply` with a topic: the response topic',
    ],
  ])('%s', (_, text, expected) => {
    expect(findingsOf(text).join('\n')).toContain(expected);
  });

  test('a schema that is none, of a property whose state an answer is', () => {
    const text = `${state.replace('boolean', 'bool')}${command('send: { topic: a }, reply: { state: { on: true } }')}`;
    expect(findingsOf(text)).toEqual([
      expect.stringMatching(/properties\.on\.schema\.type: must be one of .* boolean\?$/),
    ]);
  });

  test.each(["''", 'a/#'])('a default of which no topic can be made: %s', (text) => {
    const option = `options: { base: { type: string, default: ${text} } }\ntopics: { paths: [base] }\n`;
    const told = "properties:\n  on: { schema: { type: boolean }, pushed: { topic: '{base}/on', json: /on } }\n";
    expect(findingsOf(`${option}${told}`)).toEqual([
      expect.stringMatching(/^1:10: error: options: make no topic as they stand here: base/),
    ]);
  });

  test('a topic behind letters of two bytes is pointed at by characters', () => {
    expect(findingsOf(command("send: { topic: 'Küche/äöü/{x}' }")).join('\n')).toMatch(/^2:52: error/);
  });
});

describe('what is doubtful is a warning', () => {
  test.each([
    [
      'actuate with QoS 1',
      command('send: { topic: a, qos: 1 }'),
      '2:49: warning: commands.go.send.qos: may deliver what is `actuate` late or twice',
    ],
    [
      'a question without an answer',
      'commands:\n  go: { effect: read, send: { topic: a } }\n',
      'is `read`, and nothing answers it',
    ],
    [
      'an id that nobody tells',
      command('send: { topic: a, payload: "{id}" }, reply: { topic: b }'),
      'sends `{id}`, and the reply does not tell it',
    ],
    [
      'an id that nobody sends',
      command('send: { topic: a }, reply: { topic: b, json: { id: /id } }'),
      'expects `id` in the reply, and does not send `{id}`',
    ],
    [
      'a refusal without the id by which answers are found',
      `errors: [{ topic: no, payload: '{code:%d}' }]\n${command("send: { topic: 'a/{id}' }, reply: { topic: 'b/{id}' }")}`,
      '1:10: warning: errors[0]: never counts for commands.go, whose answers are found by their `id`',
    ],
    [
      'an option for nothing',
      `options: { t: { type: string } }\n${command('send: { topic: a }')}`,
      '1:12: warning: options.t: is in no topic and no payload',
    ],
  ])('%s', (_, text, expected) => {
    expect(findingsOf(text).join('\n')).toContain(expected);
    expect(findingsOf(text).filter((line) => line.includes(': error: '))).toEqual([]);
  });
});

test.each([
  ['in its text', "topic: no, payload: '{id} {code:%d}'", "topic: 'b/{id}'"],
  ['in its topic', "topic: 'no/{id}', payload: '{code:%d}'", "topic: 'b/{id}'"],
  ['in the topic of the answer', "payload: '{code:%d}'", "topic: 'b/{id}'"],
  ['where the answer has it', 'topic: no, json: { code: /code }', 'topic: b, json: { id: /id }'],
])('a refusal may tell the id %s', (_, rule, reply) => {
  expect(findingsOf(`errors: [{ ${rule} }]\n${command(`send: { topic: 'a/{id}' }, reply: { ${reply} }`)}`)).toEqual([]);
});

describe('examples are run', () => {
  const lamp = `options: { t: { type: string, default: l } }
properties:
  on:
    schema: { type: boolean }
    values: { 'true': 'ON', 'false': 'OFF' }
    pushed: { topic: '{t}/state', json: /power }
    write: { send: { topic: '{t}/set', payload: { power: '{value}' } }, reply: state }
commands:
  blink: { effect: actuate, params: { n: { type: integer } }, send: { topic: '{t}/blink', payload: '{n}' }, reply: { topic: '{t}/ack', payload: 'ok {n}' }, errors: [{ payload: 'no {code:%d}' }] }
events:
  press: { data: { n: { type: integer } }, topic: '{t}/press', json: { n: /n } }
examples:
`;
  const good = [
    "{ send: { topic: l/set, payload: { power: 'ON' } }, reply: { topic: l/state, payload: { power: 'ON' } }, write: { on: true }, manual: x }",
    "{ reply: { topic: l/state, payload: { power: 'OFF' } }, read: { on: false }, manual: x }",
    '{ send: { topic: l/blink, payload: "3" }, reply: { topic: l/ack, payload: ok 3 }, command: { blink: { n: 3 } }, manual: x }',
    '{ send: { topic: l/blink, payload: "3" }, reply: { topic: l/ack, payload: no 7 }, command: { blink: { n: 3 } }, error: 7, manual: x }',
    '{ reply: { topic: l/press, payload: { n: 1 } }, event: { press: { n: 1 } }, manual: x }',
  ];

  test('and are silent where they hold', () => {
    expect(findingsOf(`${lamp}${good.map((one) => `  - ${one}\n`).join('')}`)).toEqual([]);
  });

  test.each([
    [0, 'topic: l/set', 'topic: l/sets', 'l/set: {"power":"ON"} would be published'],
    [0, "payload: { power: 'ON' } }, reply", 'payload: { power: true } }, reply', 'would be published'],
    [
      0,
      "payload: { power: 'ON' } }, write",
      "payload: { power: 'OFF' } }, write",
      'is not the answer: an answer comes on l/state',
    ],
    [0, 'topic: l/state, payload', 'topic: l/state, retained: true, payload', 'is not the answer'],
    [1, "'OFF'", "'ON'", 'the reply tells true'],
    [1, "'OFF'", 'off-ish', 'nothing on l/state tells it'],
    [1, 'topic: l/state', 'topic: l/state, retained: true', 'nothing on l/state tells it'],
    [2, 'ok 3', 'ok 4', 'is not the answer'],
    [2, '"3"', '"4"', 'l/blink: 3 would be published'],
    [3, 'no 7', 'no 8', 'but the reply tells "8"'],
    [3, ', error: 7', '', 'is an error'],
    [4, 'event: { press: { n: 1 } }', 'event: { press: { n: 2 } }', 'the reply tells {"n":1}'],
  ])('%i with %s changed to %s is noticed', (index, from, to, expected) => {
    const [one = ''] = [good[index]];
    expect(one).toContain(from);
    const findings = findingsOf(`${lamp}  - ${one.replace(from, to)}\n`);
    expect(findings.join('\n')).toContain(expected);
    expect(findings[0]).toMatch(/^13:\d+: error: examples\[0\]/);
  });

  test('a message that is set and told on one topic does not answer itself', () => {
    const echo = `properties:
  on:
    schema: { type: boolean }
    pushed: { topic: lamp, payload: '{value}' }
    write: { send: { topic: lamp, payload: '{value}' }, reply: state }
examples:
  - { send: { topic: lamp, payload: 'true' }, reply: { topic: lamp, payload: 'true' }, write: { on: true }, manual: x }
`;
    expect(findingsOf(echo).join('\n')).toContain('is the message that is published itself, which answers nothing');
  });
});
