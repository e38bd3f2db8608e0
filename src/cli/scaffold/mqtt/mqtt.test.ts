import { expect, test } from 'vitest';
import { differing, drafted, record } from '../drafted.fixture.ts';

/** As its documentation (tasmota.github.io/docs/MQTT, /Commands) has it: prefixes, RESULT beside the state, a last will. */
const tasmota = record(
  [
    '0 < topic=tele/plug/LWT "Online" retained',
    '100 > topic=cmnd/plug/POWER "ON"',
    '110 < topic=stat/plug/RESULT "{\\"POWER\\":\\"ON\\"}"',
    '112 < topic=stat/plug/POWER "ON"',
    '200 > topic=cmnd/plug/POWER ""',
    '210 < topic=stat/plug/RESULT "{\\"POWER\\":\\"ON\\"}"',
    '212 < topic=stat/plug/POWER "ON"',
    '300 > topic=cmnd/plug/POWER "off"',
    '310 < topic=stat/plug/RESULT "{\\"POWER\\":\\"OFF\\"}"',
    '312 < topic=stat/plug/POWER "OFF"',
    '400 > topic=cmnd/plug/PowerOnState "3"',
    '410 < topic=stat/plug/RESULT "{\\"PowerOnState\\":3}"',
    '500 > topic=cmnd/plug/STATUS "10"',
    '510 < topic=stat/plug/STATUS10 "{\\"StatusSNS\\":{\\"Time\\":\\"2026-01-31T12:00:00\\",\\"ENERGY\\":{\\"Power\\":12,\\"Factor\\":0.95}}}"',
  ],
  ['transport: mqtt', 'device: plug-1'],
);

/** As its documentation (kno.wled.ge/interfaces/mqtt) has it: a brightness, a colour, and all of it as XML after each change. */
const xml = (brightness: number): string => `"<?xml version=\\"1.0\\" ?><vs><ac>${brightness}</ac></vs>"`;
const wled = record([
  '0 < topic=wled/aabbcc/status "online" retained',
  '1 < topic=wled/aabbcc/g "128" retained',
  '2 < topic=wled/aabbcc/c "#FFA000" retained',
  '100 > topic=wled/aabbcc "64"',
  '110 < topic=wled/aabbcc/g "64"',
  '111 < topic=wled/aabbcc/c "#FFA000"',
  `112 < topic=wled/aabbcc/v ${xml(64)}`,
  '200 > topic=wled/aabbcc "200"',
  '210 < topic=wled/aabbcc/g "200"',
  '211 < topic=wled/aabbcc/c "#FFA000"',
  `212 < topic=wled/aabbcc/v ${xml(200)}`,
  '300 > topic=wled/aabbcc/col "#FF8000"',
  '310 < topic=wled/aabbcc/g "200"',
  '311 < topic=wled/aabbcc/c "#FF8000"',
  `312 < topic=wled/aabbcc/v ${xml(200)}`,
  '400 > topic=wled/aabbcc "T"',
  '410 < topic=wled/aabbcc/g "0"',
  '411 < topic=wled/aabbcc/c "#FF8000"',
  `412 < topic=wled/aabbcc/v ${xml(0)}`,
  '500 > topic=wled/aabbcc/api "{\\"ps\\":2}"',
]);

/** JSON both ways, with a member that is not always there, and one that is null. */
const heater = record([
  '0 < topic=home/heater/state "{\\"setpoint\\":20,\\"mode\\":{\\"name\\":\\"eco\\",\\"on\\":true}}"',
  '100 > topic=home/heater/set "{\\"setpoint\\":21.5}"',
  '110 < topic=home/heater/state "{\\"setpoint\\":21.5,\\"mode\\":{\\"name\\":\\"eco\\",\\"on\\":true},\\"error\\":null}"',
  '200 > topic=home/heater/set "{\\"on\\":false,\\"name\\":\\"off\\"}"',
  '210 < topic=home/heater/state "{\\"setpoint\\":21.5,\\"mode\\":{\\"name\\":\\"off\\",\\"on\\":false},\\"left\\":5}"',
]);

test.each([
  ['a Tasmota plug', tasmota],
  ['a WLED light', wled],
  ['a heater', heater],
])('the draft of %s is a map that the checker takes, whose examples run', (_, recording) => {
  const { errors, warnings, result } = drafted(recording);
  expect(errors).toEqual([]);
  expect(warnings).toEqual([]);
  expect(result?.examples).toBeGreaterThan(3);
});

test.each([
  ['a Tasmota plug', tasmota],
  ['a WLED light', wled],
])('the simulator of the draft of %s answers in the same words', async (_, recording) => {
  expect(await differing(recording)).toEqual([]);
});

test('what is heard becomes properties, what shows what was sent their writes, and what all topics share an option', () => {
  const { draft, text } = drafted(tasmota);
  expect(draft['options']).toEqual({ topic: { type: 'string', maxLength: 200, default: 'plug' } });
  expect(draft['topics']).toEqual({
    availability: { topic: 'tele/{topic}/LWT', online: 'Online', offline: 'Offline' },
  });
  expect(draft['properties']?.['power']).toEqual({
    schema: { type: 'boolean' },
    values: { true: 'ON', false: 'OFF' },
    pushed: { topic: 'stat/{topic}/POWER', payload: '{value}' },
    read: { send: { topic: 'cmnd/{topic}/POWER' }, reply: { topic: 'stat/{topic}/RESULT', json: '/POWER' } },
    write: {
      // As it was sent: in other letters than it is told.
      send: {
        topic: 'cmnd/{topic}/POWER',
        payload: '{value}',
        fields: { value: { values: { true: 'ON', false: 'off' } } },
      },
      reply: { topic: 'stat/{topic}/RESULT', json: '/POWER' },
    },
  });
  expect(draft['properties']?.['statussns-energy-factor']).toEqual({
    schema: { type: 'number' },
    pushed: { topic: 'stat/{topic}/STATUS10', json: '/StatusSNS/ENERGY/Factor' },
  });
  expect(draft['commands']?.['poweronstate']).toEqual({
    effect: 'idempotent',
    params: { value: { type: 'integer' } },
    send: { topic: 'cmnd/{topic}/PowerOnState', payload: '{value}' },
    reply: { topic: 'stat/{topic}/RESULT', json: '/PowerOnState' },
  });
  expect(text).toMatch(/^# A draft/);
});

test('a prefix of several levels is an option that is a path, and words that set nothing are commands', () => {
  const { draft } = drafted(wled);
  expect(draft['topics']).toEqual({ paths: ['topic'], availability: { topic: '{topic}/status' } });
  expect(draft['options']?.['topic']).toMatchObject({ default: 'wled/aabbcc' });
  const properties = draft['properties'] ?? {};
  expect(properties['g']).toMatchObject({
    schema: { type: 'integer' },
    pushed: { retained: true },
    write: { reply: 'state' },
  });
  expect(properties['c']).toMatchObject({ schema: { type: 'string' }, write: { send: { topic: '{topic}/col' } } });
  expect(properties['v']).not.toHaveProperty('write');
  expect(draft['commands']).toEqual({
    t: { effect: 'actuate', send: { topic: '{topic}', payload: 'T' } },
    api: {
      effect: 'idempotent',
      params: { ps: { type: 'integer' } },
      send: { topic: '{topic}/api', payload: { ps: '{ps}' } },
    },
  });
});

test('scalars of JSON are properties by their paths; several in one message are a command', () => {
  const { draft } = drafted(heater);
  expect(Object.keys(draft['properties'] ?? {})).toEqual(['setpoint', 'mode-name', 'mode-on', 'left']);
  expect(draft['properties']?.['left']).toMatchObject({ pushed: { json: { value: { at: '/left', optional: true } } } });
  expect(draft['properties']?.['setpoint']).toMatchObject({
    schema: { type: 'number' },
    write: { send: { topic: '{topic}/set', payload: { setpoint: '{value}' } }, reply: 'state' },
  });
  expect(draft['commands']?.['set']).toMatchObject({ params: { on: { type: 'boolean' }, name: { type: 'string' } } });
  expect(draft['simulator']?.['sets']).toEqual({ set: { 'mode-on': 'on', 'mode-name': 'name' } });
});

test('a value that another one follows sets nothing', () => {
  const { draft, errors } = drafted(
    record([
      '0 > topic=a/b/level "5"',
      '1 < topic=a/b/state/level "5"',
      '10 > topic=a/b/level "7"',
      '11 < topic=a/b/state/level "6"',
    ]),
  );
  expect(errors).toEqual([]);
  expect(draft['properties']?.['level']).not.toHaveProperty('write');
  expect(draft['commands']?.['level']).toMatchObject({ params: { value: { type: 'integer' } } });
});

const text = (json: unknown): string => JSON.stringify(JSON.stringify(json));

test.each([
  [
    'names of every object',
    [
      '0 < topic=a/constructor "1"',
      '1 < topic=a/__proto__ "2"',
      '2 < topic=a/x "{\\"__proto__\\":{\\"a\\":1},\\"constructor\\":2,\\"b\\":3}"',
      '3 > topic=a/toString "1"',
      '4 > topic=a/set "{\\"__proto__\\":1,\\"id\\":3,\\"topic\\":4}"',
    ],
  ],
  [
    'braces and wildcards',
    [
      '0 < topic="a/{x}" "{y}"',
      '1 > topic="a/\\\\n{topic}" "{value}\\\\"',
      '2 > topic=a/j "{\\"{k}\\":\\"{v}\\"}"',
      '3 < topic=a/j/s "{\\"{k}\\":\\"{v}\\"}"',
    ],
  ],
  [
    'line ends and control characters',
    [
      '0 < topic=a/b "x\\n- y: z\\r\\x01\\x7f"',
      '1 > topic=a/c "\\n# no\\n"',
      '2 < topic="a/x\\ny: 1" "1"',
      '3 < topic=a/u "\\xe2\\x80\\xa8"',
    ],
  ],
  ['bytes', ['0 < topic=a/b ff fe 00', '1 > topic=a/c 00 01', '2 < topic=a/d "1"']],
  [
    'YAML in payloads',
    [
      '0 < topic=a/b "!!js/function x"',
      '1 < topic=a/c "*ref"',
      '2 < topic=a/d "2026-01-01"',
      '3 < topic=a/e "0x10"',
      '4 < topic=a/f "null"',
      '5 < topic=a/g "~"',
    ],
  ],
  [
    'JSON that changes',
    [
      `0 < topic=a/s ${text({ v: 1 })}`,
      `1 < topic=a/s ${text({ v: 'x' })}`,
      `2 < topic=a/s ${text([1, [true, null]])}`,
      '3 < topic=a/s "text"',
      `4 < topic=a/n ${text({ v: 1 })}`,
      `5 < topic=a/n ${text({ v: 'x', w: 1e300 })}`,
    ],
  ],
])('%s are no harm', (_, lines) => {
  const { errors, draft } = drafted(record([...lines, '9 < topic=a/last "1"']));
  expect(errors).toEqual([]);
  expect(draft['properties']).toHaveProperty('last');
});

test('a whole broker is cut, and it is said', () => {
  const many = Array.from({ length: 100_000 }, (_, at) => `${at} < topic=b/${at}/state "1"`);
  const { errors, draft, text: yaml } = drafted(record(many));
  expect(errors).toEqual([]);
  expect(Object.keys(draft['properties'] ?? {})).toHaveLength(200);
  expect(yaml).toContain('more than 200 topics');
});

test('thousands of messages of one topic, and of members, are cut', () => {
  const members = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`m${at}`, at]));
  const many = Array.from({ length: 30_000 }, (_, at) => [
    `${at} > topic=b/set "${at}"`,
    `${at} < topic=b/state "${at}"`,
  ]);
  const { errors, draft } = drafted(record([`0 < topic=b/json ${text(members)}`, ...many.flat()]));
  expect(errors).toEqual([]);
  expect(Object.keys(draft['properties'] ?? {}).length).toBeLessThanOrEqual(301);
  expect(draft['properties']?.['state']).toHaveProperty('write');
});

test('nothing but bytes is refused', () => {
  expect(() => drafted(record(['0 < topic=a/b ff fe']))).toThrow(/nothing in this recording can be drafted/);
});
