import { describe, expect, test } from 'vitest';
import { announcedSensors, announcementOf } from './announcement.ts';
import { nothing } from './description.ts';
import { firmwareWords } from './document.ts';
import { featuresOf } from './features.ts';
import { Learning } from './learning.ts';
import { modelOf } from './model.ts';

/** As a board with Tasmota 9.3 announced itself. */
const config = {
  ip: '192.0.2.7',
  dn: 'Tasmota',
  fn: ['Tasmota', null, null, null, null, null, null, null],
  hn: 'tasmota-huzzah',
  mac: 'DEADBE4A3B2C',
  md: 'Huzzah',
  ty: 0,
  if: 0,
  ofln: 'Offline',
  onln: 'Online',
  state: ['OFF', 'ON', 'TOGGLE', 'HOLD'],
  sw: '9.3.0',
  t: 'huzzah_1',
  ft: '%prefix%/%topic%/',
  tp: ['cmnd', 'stat', 'tele'],
  rl: [1, 0, 0, 0, 0, 0, 0, 0],
  swc: [-1, -1, -1, -1, -1, -1, -1, -1],
  so: { '4': 0, '17': 0, '20': 0, '68': 0, '82': 0 },
  lk: 1,
  lt_st: 0,
  sho: [0, 0, 0, 0],
  ver: 1,
};

const announced = (changes: object = {}, mac = 'DEADBE4A3B2C') =>
  announcementOf(mac, Buffer.from(JSON.stringify({ ...config, ...changes })));

const learned = (changes: object = {}) => new Learning(announced(changes)).description;

describe('the announcement', () => {
  test('of a relay', () => {
    expect(announced()).toMatchObject({
      mac: 'DEADBE4A3B2C',
      name: 'Tasmota',
      module: 'Huzzah',
      version: '9.3.0',
      topic: 'huzzah_1',
      words: firmwareWords,
      topics: { cmnd: 'cmnd/huzzah_1/', stat: 'stat/huzzah_1/', tele: 'tele/huzzah_1/' },
    });
    expect(learned()).toEqual({ ...nothing, make: 'huzzah', relays: [1] });
  });

  test.each([
    ['an iFan', { if: 1, rl: [2, 0, 0, 0] }, { relays: [1], fan: true }],
    ['a dimmer', { rl: [2, 0], lt_st: 1 }, { relays: [1], levels: ['Dimmer'] }],
    ['cold and warm white', { rl: [2], lt_st: 2 }, { levels: ['Dimmer'], temperature: { minimum: 153, maximum: 500 } }],
    [
      'a reduced range',
      { rl: [2], lt_st: 5, so: { '82': 1 } },
      { temperature: { minimum: 200, maximum: 380 }, color: true },
    ],
    ['RGB', { rl: [1, 2], lt_st: 3 }, { relays: [1, 2], color: true, levels: ['Dimmer'] }],
    ['RGB and white apart', { rl: [2, 2], lt_st: 4, lk: 0 }, { levels: ['Dimmer1', 'Dimmer2'], color: true }],
    ['channels apart', { rl: [2, 2], lt_st: 2, so: { '68': 1 } }, { levels: ['Channel1', 'Channel2'], color: false }],
    [
      'shutters, one inverted, and a relay',
      { rl: [3, 3, 3, 3, 1], sho: [0, 1] },
      {
        relays: [5],
        shutters: [
          { number: 1, inverted: false },
          { number: 2, inverted: true },
        ],
      },
    ],
  ])('of %s', (_, changes, expected) => expect(learned(changes)).toMatchObject(expected));

  test('tells its words and topics', () => {
    const told = announced({
      state: ['aus', 'an'],
      ofln: 'weg',
      onln: 'da',
      ft: '%hostname%/%topic%/%prefix%/',
      tp: ['a', 'b', 'c'],
    });
    expect(told?.words).toEqual({ off: 'aus', on: 'an', offline: 'weg', online: 'da' });
    expect(told?.topics).toMatchObject({ cmnd: 'tasmota-huzzah/huzzah_1/a/', tele: 'tasmota-huzzah/huzzah_1/c/' });
  });

  test.each([
    ['another MAC address', { mac: 'DEADBE4A3B2D' }],
    ['no topic', { t: '' }],
    ['a topic that is too long', { t: 'x'.repeat(101) }],
    ['no prefixes', { tp: ['cmnd', 'stat'] }],
    ['a FullTopic that is a number', { ft: 7 }],
  ])('with %s is none', (_, changes) => expect(announced(changes)).toBeUndefined());

  test.each(['', '{', '[]', 'null', '{"mac":"DEADBE4A3B2C"}', 'x'.repeat(20_000)])('%j is none', (payload) =>
    expect(announcementOf('DEADBE4A3B2C', Buffer.from(payload))).toBeUndefined(),
  );

  test('with nonsense inside is bounded', () => {
    const told = announced({
      rl: Array(1000).fill(1),
      state: 'ON',
      sho: 'x',
      so: [],
      lt_st: 'x',
      dn: 'a\u0007b',
      sw: 4,
    });
    expect(told?.relays).toHaveLength(32);
    expect(told).toMatchObject({ words: firmwareWords, shutterOptions: [], light: 0, name: 'a\\u0007b', version: '' });
  });

  test('of sensors', () => {
    expect(announcedSensors(Buffer.from('{"sn":{"Time":"x","A":{"B":1}},"ver":1}'))).toEqual({
      Time: 'x',
      A: { B: 1 },
    });
    expect(announcedSensors(Buffer.from('{"sn":[]}'))).toBeUndefined();
  });
});

describe('what a device tells', () => {
  const names = (learning: Learning) => featuresOf(learning.description).map(({ name }) => name);

  test('STATE tells relays and lights', () => {
    const learning = new Learning();
    learning.state({ POWER1: 'ON', POWER2: 'OFF', Dimmer: 50, HSBColor: '0,0,50', CT: 300, FanSpeed: 0, White: 0 });
    expect(learning.description).toMatchObject({ relays: [1, 2], levels: ['Dimmer', 'White'], color: true, fan: true });
    expect(names(learning).slice(0, 6)).toEqual([
      'power-1',
      'power-2',
      'dimmer',
      'white',
      'color',
      'color-temperature',
    ]);
  });

  test('SENSOR tells sensors, with their units', () => {
    const learning = new Learning();
    learning.sensors({
      Time: '2017-02-16T10:13:52',
      Switch1: 'ON',
      DS18B20: { Id: '01131B123456', Temperature: 20.6 },
      'BME280-76': { Temperature: 70, Pressure: 752.1, Humidity: 40 },
      TX23: { Speed: { Act: 14.8 }, Dir: { Card: 'WSW', Deg: 247.5 } },
      SGP30: { eCO2: 400, TVOC: 0 },
      ANALOG: { A0: 7, List: [1, 2] },
      TempUnit: 'F',
      PressureUnit: 'mmHg',
    });
    const units = Object.fromEntries(
      featuresOf(learning.description).map(({ name, spec }) => [name, spec.schema['unit']]),
    );
    expect(units).toEqual({
      uptime: 's',
      'wifi-signal': 'dBm',
      'switch-1': undefined,
      'ds18b20-temperature': '°F',
      'bme280-76-temperature': '°F',
      'bme280-76-pressure': 'mmHg',
      'bme280-76-humidity': '%',
      'tx23-speed-act': undefined,
      'tx23-dir-deg': undefined,
      'sgp30-e-co2': 'ppm',
      'sgp30-tvoc': 'ppb',
      'analog-a0': undefined,
      'analog-list-1': undefined,
      'analog-list-2': undefined,
    });
  });

  test('a switch that is detached and follows its contact tells each change at once (SetOption114)', () => {
    const learning = new Learning(announced({ swc: [2, 3, 1, -1], swn: ['Door', 'Switch2', null, null] }));
    learning.sensors({ Door: 'OFF', Switch2: 'OFF', Switch3: 'ON', Note: 'ON', Switch4: { Temperature: 1 } });
    const switches = featuresOf(learning.description).slice(-4);
    expect(switches.map(({ name }) => name)).toEqual(['door', 'switch-2', 'switch-3', 'switch-4']);
    const told = (fields: Record<string, unknown>) => switches.map((feature) => feature.told(fields, firmwareWords));
    expect(told({ Door: 'ON', Switch2: 'ON', Switch3: 'OFF' })).toEqual([true, true, false, undefined]);
    expect(told({ Door: { Action: 'ON' } })).toEqual([true, undefined, undefined, undefined]);
    expect(told({ Switch3: { Action: 'OFF' } })).toEqual([undefined, undefined, false, undefined]);
    // A push-button does not say when it is let go, and a toggle not what it is.
    expect(told({ Switch2: { Action: 'ON' }, Door: { Action: 'TOGGLE' } })).toEqual(Array(4).fill(undefined));
  });

  test('a meter of one phase and of three (docs, "Power Monitoring")', () => {
    const one = new Learning();
    one.sensors({ ENERGY: { Total: 6.404, Today: 1.064, Power: 2629, Factor: 0.99, Voltage: 226, Period: 5 } });
    expect(names(one)).toEqual(
      expect.arrayContaining(['energy-total', 'energy-today', 'active-power', 'power-factor', 'voltage']),
    );
    expect(names(one)).not.toContain('energy-period');
    const three = new Learning();
    three.sensors({ ENERGY: { Total: 1, Voltage: [230, 231, 229], Current: [], Power: 'x' } });
    expect(names(three).filter((name) => /voltage|current|power/.test(name))).toEqual([
      'voltage-1',
      'voltage-2',
      'voltage-3',
    ]);
    const [, , third] = featuresOf(three.description).filter(({ name }) => name.startsWith('voltage'));
    expect(third?.told({ ENERGY: { Voltage: [230, 231, 229] } }, firmwareWords)).toBe(229);
    expect(third?.told({ ENERGY: { Voltage: 230 } }, firmwareWords)).toBeUndefined();
  });

  test('with a shutter and no announcement no relay is offered: one of them could be its motor', () => {
    const learning = new Learning();
    learning.state({ POWER1: 'OFF', POWER2: 'OFF' });
    learning.sensors({ Shutter1: { Position: 0, Direction: 0, Target: 0 } });
    expect(learning.description).toMatchObject({ relays: [], shutters: [{ number: 1 }] });
  });

  test('is bounded, and takes no name of another', () => {
    const learning = new Learning();
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`S${index}`, { Value: index }]));
    learning.sensors({
      ...many,
      POWER: { '1': 3 },
      ['x'.repeat(50)]: { a: 1 },
      deep: { a: { b: { c: { d: 1 } } } },
      long: Array(100).fill(1),
    });
    expect(learning.description.sensors.length).toBe(100);
    const hostile = new Learning();
    const own: unknown = JSON.parse('{"constructor":{"a":1},"__proto__":{"b":2},"uptime":3,"up-time":{"x":1}}');
    hostile.sensors(own as Record<string, unknown>);
    const features = featuresOf(hostile.description);
    expect(new Set(features.map(({ name }) => name)).size).toBe(features.length);
    expect(features.map(({ name }) => name)).toContain('sensor-uptime');
    expect(modelOf(hostile.description).properties['sensor-uptime']).toBeDefined();
  });
});

describe('orders and their answers', () => {
  const { description } = new Learning(announced({ rl: [3, 3, 1, 1, 2], lt_st: 5, sho: [1], if: 0 }));
  const feature = (name: string) => {
    const found = featuresOf(description).find((one) => one.name === name);
    if (found?.set === undefined) throw new Error(`cannot set ${name}`);
    return { ...found, set: found.set };
  };
  const answered = (name: string, value: unknown, fields: Record<string, unknown>) =>
    feature(name).set(value).answer(fields, firmwareWords);

  test.each([
    ['power-4', true, 'POWER4', 'ON', { POWER4: 'ON' }, { POWER3: 'ON' }],
    ['power-4', false, 'POWER4', 'OFF', { POWER4: 'OFF' }, { POWER4: 'ON' }],
    ['dimmer', 40, 'Dimmer', '40', { POWER5: 'ON', Dimmer: 40 }, { Dimmer: 41 }],
    ['color-temperature', 300, 'CT', '300', { CT: 300 }, { CT: 301 }],
    [
      'color',
      { hue: 210, saturation: 67, brightness: 60 },
      'HSBColor',
      '210,67,60',
      { HSBColor: '210,66,60' },
      { HSBColor: '210,64,60' },
    ],
    // An inverted shutter: 20 % open is 80 for the firmware.
    [
      'shutter-position',
      20,
      'ShutterPosition1',
      '80',
      { Shutter1: { Position: 0, Direction: 1, Target: 80 } },
      { Shutter1: { Position: 80, Target: 20 } },
    ],
    ['shutter-position', 20, 'ShutterPosition1', '80', { ShutterPosition1: 80 }, { ShutterPosition1: 20 }],
  ])('%s to %j', (name, value, command, payload, answer, other) => {
    expect(feature(name).set(value)).toMatchObject({ command, payload });
    expect(answered(name, value, answer)).toBeDefined();
    expect(answered(name, value, other)).toBeUndefined();
    expect(answered(name, value, {})).toBeUndefined();
  });

  test('a locked shutter refuses', () => {
    expect(() => answered('shutter-position', 20, { ShutterPosition1: 'Locked' })).toThrow(
      expect.objectContaining({
        code: 'device-refused',
        device: { code: 'Locked', text: '{"ShutterPosition1":"Locked"}' },
      }),
    );
  });

  test('an inverted shutter is told the same way round', () => {
    const { told } = feature('shutter-position');
    expect(told({ Shutter1: { Position: 80, Direction: 1 } }, firmwareWords)).toBe(20);
    const motion = featuresOf(description).find(({ name }) => name === 'shutter-motion');
    // Its direction is the motor's own (`ShutterReportPosition`): 1 opens, and takes the position that it tells to 0.
    expect(motion?.told({ Shutter1: { Position: 80, Direction: 1 } }, firmwareWords)).toBe('opening');
    expect(motion?.told({ Shutter1: { Position: 80, Direction: -1 } }, firmwareWords)).toBe('closing');
    expect(motion?.told({ Shutter1: { Position: 80, Direction: 0 } }, firmwareWords)).toBe('stopped');
  });
});
