import { expect, test } from 'vitest';
import { definitionOf, findingsOf } from './fixture.ts';

const device = (commands: string, more = ''): string => `properties:
  p:
    schema: { type: number }
    read: { send: R, expect: '{value:%f}' }
    write: { send: 'W{value:%f}' }
    verify: { withinMs: 100 }
commands:
  c: { effect: idempotent, params: { v: { type: number } }, send: 'C{v:%f}', ${commands} }
${more}`;

test('a confirmation is the strongest that is reached', () => {
  const confirmation = (commands: string, more = ''): string | undefined =>
    definitionOf(device(commands, more)).model.commands['c']?.confirmation;
  expect(confirmation('gapMs: 1')).toBe('sent');
  expect(confirmation('expect: OK')).toBe('acknowledged');
  expect(confirmation('gapMs: 1', "errorQueue: { send: E, expect: '{code:%d}' }\n")).toBe('acknowledged');
  expect(confirmation('expect: OK, verify: { property: p, param: v }')).toBe('confirmed');
  expect(confirmation('expect: OK, confirmation: sent')).toBe('sent');
  expect(definitionOf(device('expect: OK')).model.properties['p']).toMatchObject({
    access: 'read-write',
    write: { effect: 'idempotent', confirmation: 'confirmed', timeoutMs: 2000, verify: { withinMs: 100 } },
  });
});

test('verify, simulator and unsolicited rules name what there is', () => {
  const said = findingsOf(
    device(
      'expect: OK, verify: { property: q, param: w }',
      `unsolicited: [{ match: 'P{value:%f}', report: pp }, { match: X }]
simulator:
  relations: { p: { follows: target }, x: { gain: 1 } }
  sets: { c: { p: volts }, d: { p: { value: 1 } } }
  refuse: [{ on: 'write:p', above: 5 }, { on: write }]
  stop: { z: 1 }
`,
    ),
  );
  expect(said).toEqual([
    '8:110: error: commands.c.verify.property: names no property that can be read; did you mean "p"?',
    '8:120: error: commands.c.verify.param: names no parameter; did you mean "v"?',
    '9:47: error: unsolicited[0].report: names no property; did you mean "p"?',
    '9:53: error: unsolicited[1]: must have exactly one of report, emit and ignore',
    '11:30: error: simulator.relations.p.follows: names no property or state; known: p',
    '11:40: error: simulator.relations.x: names no property or state; did you mean "p"?',
    '12:19: error: simulator.sets.c.p: names no parameter; known: v',
    '12:28: error: simulator.sets.d: names no command; did you mean "c"?',
    '13:47: error: simulator.refuse[1].on: names no command; did you mean "write:p"?',
    '14:11: error: simulator.stop.z: names no property or state; did you mean "p"?',
  ]);
});

test('an initialization that disturbs is a command, and is not run by itself', () => {
  const { init, model, commands } = definitionOf('init: { disruptive: true, steps: [{ send: RST, expect: OK }] }');
  expect(init).toEqual([]);
  expect(model.commands['initialize']).toMatchObject({ effect: 'actuate', confirmation: 'acknowledged' });
  expect(commands['initialize']?.steps).toHaveLength(1);
  expect(definitionOf('init: [{ send: REM }]').init).toHaveLength(1);
});

test('an identification may have steps: the last one tells it', () => {
  const ask = "{ send: A, expect: OK }, { waitMs: 5 }, { send: B, expect: '{v:%s}' }";
  const { identify, identifyFirst = [] } = definitionOf(`identify: { steps: [${ask}] }`);
  expect(identify?.send?.text).toBe('B');
  expect(identifyFirst.map(({ kind }) => kind)).toEqual(['exchange', 'wait']);
  expect(definitionOf('identify: { send: A, expect: OK }').identifyFirst).toBeUndefined();
  expect(findingsOf('identify: { steps: [{ send: A, expect: OK }, { waitMs: 5 }] }')).toEqual([
    '1:46: error: identify.steps[1]: must not be the last: it tells nothing',
  ]);
  expect(
    findingsOf('identify: { steps: [{ repeat: { send: A, expect: OK, withinMs: 5 } }, { send: B, expect: OK }] }'),
  ).toEqual(['1:31: error: identify.steps[0].repeat: stands in `identify`, which asks once']);
  expect(findingsOf('identify: { expect: OK, steps: [{ send: A, expect: OK }] }')).toEqual([
    '1:13: error: identify.expect: stands beside `steps`; put it into one of them',
  ]);
});

test('an echo may have a terminator of its own', () => {
  const echoOf = (echo: string) => {
    const { line } = definitionOf(`line: { outTerminator: "\\r", inTerminator: "\\r", echo: ${echo} }`);
    return [line.echo, line.echoTerminator && Buffer.from(line.echoTerminator).toString('latin1')];
  };
  expect(echoOf('true')).toEqual([true, undefined]);
  expect(echoOf('false')).toEqual([false, undefined]);
  expect(echoOf('{ terminator: "\\n\\r" }')).toEqual([true, '\n\r']);
});
