import { describe as suite, expect, test } from 'vitest';
import { validate } from '../../src/driver/index.ts';
import { failureOf, onlineOf, statusOf } from './codec.ts';
import { readExposes } from './exposes.ts';
import { failureError } from './failure.ts';
import { inCommon } from './group.ts';
import { describe } from './specs.ts';
import { decode, encode, tells, writeSchema } from './values.ts';

const bytes = (payload: string): Uint8Array => Uint8Array.from(Buffer.from(payload));
const titles = { name: 'zigbee2mqtt-test', summary: 'Test' };
const one = (exposed: unknown) => readExposes([exposed]).features[0] ?? expect.fail('nothing was understood');

// The examples of the zigbee2mqtt docs, "Exposes".
const occupancy = {
  type: 'binary',
  name: 'occupancy',
  property: 'occupancy',
  value_on: true,
  value_off: false,
  access: 1,
};
const state = {
  type: 'binary',
  name: 'state',
  property: 'state',
  value_on: 'ON',
  value_off: 'OFF',
  value_toggle: 'TOGGLE',
  access: 7,
};
const brightness = {
  type: 'numeric',
  name: 'brightness',
  property: 'brightness',
  value_min: 0,
  value_max: 254,
  access: 7,
};
const startup = {
  type: 'numeric',
  name: 'color_temp_startup',
  property: 'color_temp_startup',
  unit: 'mired',
  value_min: 150,
  value_max: 500,
  access: 7,
  presets: [{ name: 'previous', value: 65_535, description: 'Restore previous color_temp on cold power on' }],
};
const schedule = {
  type: 'list',
  name: 'schedule',
  property: 'schedule',
  access: 3,
  length_min: 1,
  length_max: 2,
  item_type: {
    type: 'composite',
    name: 'day_time',
    features: [
      { access: 3, name: 'day', property: 'day', type: 'enum', values: ['monday', 'tuesday'] },
      { access: 3, name: 'hour', property: 'hour', type: 'numeric' },
    ],
  },
};

suite('values', () => {
  test('two states are a boolean, whatever they are called', () => {
    expect(decode(one(occupancy).value, true)).toBe(true);
    const { value } = one(state);
    expect([decode(value, 'ON'), decode(value, 'OFF'), decode(value, 'on'), decode(value, null)]).toEqual([
      true,
      false,
      undefined,
      undefined,
    ]);
    expect([encode(value, true), encode(value, false)]).toEqual(['ON', 'OFF']);
  });

  test('a range holds for what is written, and not for what is told', () => {
    const feature = one(brightness);
    expect(decode(feature.value, 255)).toBe(255);
    for (const wrong of [255, -1, '1', null]) expect(validate(writeSchema(feature), wrong)).not.toEqual([]);
    for (const right of [0, 127, 254]) expect(validate(writeSchema(feature), right)).toEqual([]);
  });

  test('a value with a meaning of its own may lie outside of the range', () => {
    const schema = writeSchema(one(startup));
    expect([150, 65_535].map((value) => validate(schema, value).length)).toEqual([0, 0]);
    expect(validate(schema, 600)).not.toEqual([]);
  });

  test('steps that do not count from 0 are left to the device', () => {
    const from = (value_min: number) => writeSchema(one({ ...brightness, value_min, value_step: 0.5 }));
    expect(from(7)).toMatchObject({ multipleOf: 0.5 });
    expect(from(0.2)).not.toHaveProperty('multipleOf');
  });

  test('a list of objects', () => {
    const feature = one(schedule);
    const schema = writeSchema(feature);
    expect(validate(schema, [{ day: 'monday', hour: 7 }])).toEqual([]);
    for (const wrong of [[], [{ day: 'sunday' }], [{ hour: 1 }, { hour: 2 }, { hour: 3 }], [{ minute: 1 }]]) {
      expect(validate(schema, wrong)).not.toEqual([]);
    }
    expect(decode(feature.value, [{ day: 'monday', hour: 7, extra: 1 }])).toEqual([{ day: 'monday', hour: 7 }]);
  });

  test('half a color is none; of other objects a part may be set', () => {
    const parts = ['a', 'b'].map((name) => ({ type: 'numeric', name, property: name, access: 7 }));
    const object = (name: string) => writeSchema(one({ type: 'composite', name, property: 'p', features: parts }));
    expect(validate(object('color_xy'), { a: 1 })).not.toEqual([]);
    expect(validate(object('limits'), { a: 1 })).toEqual([]);
    expect(validate(object('limits'), {})).not.toEqual([]);
  });

  test('a color is close enough when a bulb shows what it can', () => {
    const parts = ['x', 'y'].map((name) => ({ type: 'numeric', name, property: name, access: 7 }));
    const color = one({ type: 'composite', name: 'color_xy', property: 'color', features: parts });
    expect(color).toMatchObject({ published: true, settable: true, gettable: true });
    expect(tells(color, { x: 0.3, y: 0.31 }, { x: 0.3002, y: 0.3099, hue: 3 })).toBe(true);
    expect(tells(color, { x: 0.3, y: 0.31 }, { x: 0.32, y: 0.31 })).toBe(false);
    expect(tells(color, { x: 0.3, y: 0.31 }, { x: 0.3 })).toBe(false);
    expect(tells(color, { x: 0.3, y: 0.31 }, undefined)).toBe(false);
  });
});

suite('what is not understood is left out, and said', () => {
  test.each([
    ['an unknown type', { type: 'hologram', name: 'x', property: 'x', access: 1 }],
    ['no property', { type: 'numeric', name: 'x', access: 1 }],
    ['one value for both states', { ...state, value_off: 'ON' }],
    ['a range without values', { ...brightness, value_min: 300 }],
    ['no choices', { type: 'enum', name: 'x', property: 'x', values: [], access: 1 }],
    ['the same choice twice', { type: 'enum', name: 'x', property: 'x', values: ['a', 'a'], access: 1 }],
    [
      'more choices than anybody has',
      { type: 'enum', name: 'x', property: 'x', access: 1, values: Array.from({ length: 300 }, (_, n) => `v${n}`) },
    ],
    ['a composite without parts', { type: 'composite', name: 'x', property: 'x', features: [] }],
    ['a list of hundreds of thousands', { ...schedule, length_max: 500_000 }],
    ['a name that is a prototype', { ...brightness, property: '__proto__' }],
    ['a specific type inside another', { type: 'light', features: [{ type: 'light', features: [state] }] }],
    ['null', null],
    ['a text', 'light'],
  ])('%s', (_, exposed) => {
    const { features, leftOut } = readExposes([exposed, occupancy]);
    expect(features.map(({ key }) => key)).toEqual(['occupancy']);
    expect(leftOut).toHaveLength(1);
  });

  test.each([undefined, null, 'x', 7, {}])('exposes that are %j are none', (exposes) => {
    expect(readExposes(exposes).features).toEqual([]);
  });

  test('nesting ends somewhere', () => {
    let deep: unknown = { type: 'numeric', name: 'x', property: 'x', access: 1 };
    for (let level = 0; level < 20; level++) deep = { type: 'composite', name: 'x', property: 'x', features: [deep] };
    expect(readExposes([deep]).features).toEqual([]);
  });

  test('more features than anybody has', () => {
    const many = Array.from({ length: 400 }, (_, n) => ({ ...brightness, name: `n${n}`, property: `n${n}` }));
    expect(readExposes(many).features).toHaveLength(250);
    expect(readExposes(many).leftOut).toHaveLength(20);
  });
});

suite('models', () => {
  test('names of ours are free for nobody else', () => {
    const blind = (name: string) => ({ type: 'enum', name, property: name, values: ['go'], access: 2 });
    const exposed = [state, blind('set'), blind('raw'), blind('constructor')].map(one);
    const { model } = describe(exposed, titles);
    expect(Object.keys(model.commands)).toEqual(['set', 'toggle', 'set-value', 'raw-value', 'constructor']);
    expect(model.stop).toBeUndefined();
  });

  test('what is in no state is ordered, and never said to be more than sent', () => {
    const { model } = describe(
      [one({ type: 'enum', name: 'identify', property: 'identify', values: ['blink'], access: 2 })],
      titles,
    );
    expect(model.commands['identify']).toMatchObject({ confirmation: 'sent', effect: 'actuate' });
    expect(model.properties).toEqual({});
  });

  test('nothing is ever declared as confirmed', () => {
    const { model } = describe(
      readExposes([{ type: 'light', features: [state, brightness] }, startup, schedule]).features,
      titles,
    );
    expect(JSON.stringify(model)).not.toContain('confirmed');
    expect(JSON.stringify(model)).toContain('acknowledged');
  });

  test('a light or a relay is switched off by a stop, a cover stops; a fan and a lock stay as they are', () => {
    const part = (type: string, feature: unknown) => readExposes([{ type, features: [feature] }]).features;
    const cover = { type: 'enum', name: 'state', property: 'state', values: ['OPEN', 'CLOSE', 'STOP'], access: 3 };
    expect(describe(part('light', state), titles)).toMatchObject({ stop: { state: 'OFF' } });
    expect(describe(part('cover', cover), titles)).toMatchObject({ stop: { state: 'STOP' }, stopTells: undefined });
    expect(describe(part('cover', cover), titles).model.stop).toMatchObject({ confirmation: 'sent' });
    expect(describe(part('light', state), titles).model.stop).toMatchObject({ confirmation: 'acknowledged' });
    expect(describe(part('fan', state), titles).stop).toBeUndefined();
    expect(describe(part('lock', { ...state, value_on: 'LOCK', value_off: 'UNLOCK' }), titles).stop).toBeUndefined();
  });
});

suite('groups', () => {
  const light = (features: unknown[]) => readExposes([{ type: 'light', features }]).features;
  const plug = readExposes([{ type: 'switch', features: [state] }]).features;

  test('have what all their members have', () => {
    const dim = light([state, { ...brightness, value_max: 100 }]);
    expect(inCommon([light([state, brightness]), dim])).toMatchObject([
      { key: 'state', gettable: false },
      { key: 'brightness', value: { maximum: 100 } },
    ]);
    expect(inCommon([light([state, brightness]), plug]).map(({ key }) => key)).toEqual(['state']);
    expect(inCommon([light([state]), []])).toEqual([]);
    expect(inCommon([])).toEqual([]);
  });
});

suite('what the bridge says', () => {
  test.each([
    ['online', true],
    ['offline', false],
    ['{"state":"online"}', true],
    ['{"state":"offline"}', false],
    ['{"state":1}', undefined],
    ['Online', undefined],
    ['', undefined],
  ])('%s', (payload, online) => expect(onlineOf(bytes(payload))).toBe(online));

  const line = (message: string, level = 'error') =>
    failureOf(bytes(JSON.stringify({ level, message, namespace: 'z2m' })));

  test('a failure names what was set, and of whom', () => {
    const status = line(
      "Publish 'set' 'state' to 'kitchen/lamp' failed: 'Error: ZCL command 0x1/1 genOnOff.on({}) failed (Status 'UNSUPPORTED_ATTRIBUTE')'",
    );
    expect(status).toMatchObject({ type: 'set', key: 'state', name: 'kitchen/lamp' });
    expect(status && statusOf(status)).toBe('UNSUPPORTED_ATTRIBUTE');
    expect(status && failureError(status, 1)).toMatchObject({ code: 'device-refused' });
    // Of two things one may have been taken.
    expect(status && failureError(status, 2)).toMatchObject({ code: 'device-failed', outcome: 'unknown' });
    const timeout = line(
      "z2m: Publish 'set' 'state' to 'lamp' failed: 'Error: Command failed (Timeout - 1 - 1 after 10000ms)'",
    );
    expect(timeout && failureError(timeout, 1)).toMatchObject({ code: 'device-failed', outcome: 'unknown' });
    const get = line("Publish 'get' 'state' to 'lamp' failed: 'Error: no'");
    expect(get && failureError(get, 1).outcome).toBeUndefined();
  });

  test('other lines are none', () => {
    expect(line("Publish 'set' 'state' to 'lamp' failed: 'x'", 'info')).toBeUndefined();
    expect(line("No converter available for 'state' (1)")).toBeUndefined();
    expect(failureOf(bytes('[]'))).toBeUndefined();
  });
});
