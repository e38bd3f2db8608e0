import { describe, expect, test } from 'vitest';
import { validate } from '../../src/driver/index.ts';
import { decode, lastWill, maxPayloadBytes, powerAnswer, powerCommand, Topics } from './codec.ts';
import { tasmotaPlugOptions } from './model.ts';

const bytes = (payload: string): Uint8Array => Uint8Array.from(Buffer.from(payload));

describe('topics (docs, "MQTT", "FullTopic")', () => {
  test('by default the prefix comes first', () => {
    const topics = new Topics({ topic: 'tasmota_switch' });
    expect(topics.command('Power')).toBe('cmnd/tasmota_switch/Power');
    expect(topics.stat).toBe('stat/tasmota_switch/');
    expect(topics.tele).toBe('tele/tasmota_switch/');
    expect(topics.nameOf('stat/tasmota_switch/RESULT')).toBe('stat/RESULT');
    expect(topics.nameOf('tele/tasmota_switch/LWT')).toBe('tele/LWT');
    expect(topics.nameOf('stat/tasmota_switch2/RESULT')).toBeUndefined();
    expect(topics.nameOf('cmnd/tasmota_switch/POWER')).toBeUndefined();
  });

  test.each([
    ['tasmota/%topic%/%prefix%/', 'tasmota/plug/cmnd/POWER', 'tasmota/plug/stat/RESULT'],
    ['tasmota/bedroom/%topic%/%prefix%', 'tasmota/bedroom/plug/cmnd/POWER', 'tasmota/bedroom/plug/stat/RESULT'],
    ['%prefix%/home/cellar/%topic%/', 'cmnd/home/cellar/plug/POWER', 'stat/home/cellar/plug/RESULT'],
  ])('a FullTopic of %s', (fullTopic, command, result) => {
    const topics = new Topics({ topic: 'plug', fullTopic });
    expect(topics.command('POWER')).toBe(command);
    expect(topics.nameOf(result)).toBe('stat/RESULT');
  });

  test('a topic is taken literally', () => {
    expect(new Topics({ topic: "a$&b$'" }).command('X')).toBe("cmnd/a$&b$'/X");
  });

  test.each(['', '/plug', 'plug/', 'pl+ug', '#', 'a/#', 'a b', '$SYS', '%id%', 'x'.repeat(101)])(
    'the device topic %j is refused',
    (topic) => expect(validate(tasmotaPlugOptions, { topic })).not.toEqual([]),
  );

  test.each(['plug', 'floor1/plug', 'tasmota_4A3B2C', 'p'])('the device topic %j is taken', (topic) =>
    expect(validate(tasmotaPlugOptions, { topic })).toEqual([]),
  );

  test.each(['%topic%/', '%prefix%/', '/%prefix%/%topic%/', '%prefix%/%topic%/#', '%prefix%/%hostname%/%topic%/', ''])(
    'the FullTopic %j is refused',
    (fullTopic) => expect(validate(tasmotaPlugOptions, { topic: 'plug', fullTopic })).not.toEqual([]),
  );

  test('options are closed and relays are 1 to 8', () => {
    expect(validate(tasmotaPlugOptions, { topic: 'plug', relay: 8, replyTimeoutMs: 500 })).toEqual([]);
    for (const wrong of [{ relay: 0 }, { relay: 9 }, { replyTimeoutMs: 1 }, { qos: 1 }]) {
      expect(validate(tasmotaPlugOptions, { topic: 'plug', ...wrong })).not.toEqual([]);
    }
  });
});

describe('relay state (docs, "MQTT", "Command flow")', () => {
  test.each([
    ['stat/RESULT', '{"POWER":"ON"}', undefined, true],
    ['stat/RESULT', '{"POWER":"OFF"}', undefined, false],
    ['stat/RESULT', '{"POWER1":"ON"}', undefined, true],
    ['stat/RESULT', '{"POWER1":"ON"}', 1, true],
    ['stat/RESULT', '{"POWER":"ON"}', 1, true],
    ['stat/RESULT', '{"POWER2":"ON"}', 2, true],
    ['stat/RESULT', '{"POWER2":"ON"}', undefined, undefined],
    ['stat/RESULT', '{"POWER1":"ON"}', 2, undefined],
    ['stat/RESULT', '{"POWER":"ON"}', 2, undefined],
    ['stat/RESULT', '{"POWER":"Blink ON"}', undefined, undefined],
    ['stat/RESULT', '{"TelePeriod":300}', undefined, undefined],
    ['stat/POWER', 'ON', undefined, true],
    ['stat/POWER', 'OFF', 1, false],
    ['stat/POWER2', 'ON', undefined, undefined],
    ['stat/POWER2', 'ON', 2, true],
    ['stat/POWER', '{"POWER":"ON"}', undefined, true],
    ['tele/STATE', '{"Time":"2026-01-01T00:00:00","UptimeSec":11,"POWER":"ON","Wifi":{"RSSI":70}}', undefined, true],
    ['stat/STATUS11', '{"StatusSTS":{"Time":"2026-01-01T00:00:00","POWER":"OFF"}}', undefined, false],
    ['stat/STATUS11', '{"POWER":"ON"}', undefined, undefined],
    ['tele/INFO1', '{"Info1":{"Module":"Generic","POWER":"ON"}}', undefined, undefined],
    ['stat/LOGGING', 'not JSON', undefined, undefined],
  ])('%s %s for relay %s', (name, payload, relay, on) => {
    expect(decode(name, bytes(payload), relay)).toEqual(on === undefined ? {} : { on });
  });
});

describe('the meter (docs, "Power Monitoring")', () => {
  const energy =
    '"ENERGY":{"TotalStartTime":"2018-11-14T18:39:40","Total":6.404,"Yesterday":5.340,"Today":1.064,"Power":2629,' +
    '"ApparentPower":2645,"ReactivePower":288,"Factor":0.99,"Voltage":226,"Current":11.677}';
  const metered = {
    voltage: 226,
    current: 11.677,
    'active-power': 2629,
    'apparent-power': 2645,
    'energy-today': 1.064,
    'energy-total': 6.404,
  };

  test.each([
    ['stat/STATUS8', `{"StatusSNS":{"Time":"2018-11-15T08:54:18",${energy}}}`],
    ['stat/STATUS10', `{"StatusSNS":{"Time":"2018-11-15T08:54:18",${energy}}}`],
    ['tele/SENSOR', `{"Time":"2018-11-15T08:54:18",${energy}}`],
  ])('%s', (name, payload) => {
    expect(decode(name, bytes(payload), undefined)).toEqual({ metered });
  });

  test('what is not one finite number is left out', () => {
    const payload = '{"ENERGY":{"Total":[1.5,2.5],"Today":"1.0","Power":null,"Voltage":230,"Current":1e999}}';
    expect(decode('tele/SENSOR', bytes(payload), undefined)).toEqual({ metered: { voltage: 230 } });
  });

  test.each(['{"Time":"2026-01-01T00:00:00","DS18B20":{"Temperature":20.6}}', '{"ENERGY":[]}', '{"ENERGY":null}'])(
    '%s holds none',
    (payload) => expect(decode('tele/SENSOR', bytes(payload), undefined)).toEqual({ metered: {} }),
  );
});

test.each([
  ['no JSON', bytes('{"POWER":')],
  ['a list', bytes('["POWER"]')],
  ['null', bytes('null')],
  ['empty', bytes('')],
  ['no UTF-8', Uint8Array.from([...bytes('{"POWER":"ON","x":"'), 0xff, ...bytes('"}')])],
  ['too long', bytes(`{"POWER":"ON","x":"${'y'.repeat(maxPayloadBytes)}"}`)],
])('a payload that is %s is malformed on every topic that is read', (_name, payload) => {
  for (const name of ['stat/RESULT', 'stat/POWER', 'stat/STATUS8', 'stat/STATUS11', 'tele/STATE', 'tele/SENSOR']) {
    expect(decode(name, payload, undefined)).toBe('malformed');
  }
  expect(powerAnswer('stat/RESULT', payload, undefined)).toBeUndefined();
});

describe('the answer to a Power command', () => {
  test('is RESULT, or with SetOption4 the JSON on the topic of the command', () => {
    expect(powerAnswer('stat/RESULT', bytes('{"POWER":"ON"}'), undefined)).toBe(true);
    expect(powerAnswer('stat/POWER', bytes('{"POWER":"OFF"}'), undefined)).toBe(false);
    expect(powerAnswer('stat/POWER2', bytes('{"POWER2":"OFF"}'), 2)).toBe(false);
  });

  test.each([
    ['stat/POWER', 'ON'],
    ['tele/STATE', '{"POWER":"ON"}'],
    ['stat/STATUS11', '{"StatusSTS":{"POWER":"ON"}}'],
    ['stat/RESULT', '{"POWER2":"ON"}'],
    ['stat/RESULT', '{"Command":"Something"}'],
    ['tele/RESULT', '{"Command":"Unknown"}'],
  ])('is not %s %s', (name, payload) => {
    expect(powerAnswer(name, bytes(payload), undefined)).toBeUndefined();
  });

  test.each([
    ['stat/RESULT', '{"Command":"Unknown"}', 'Unknown'],
    ['stat/RESULT', '{"Command":"Unknown","Input":"POWER9"}', 'Unknown'],
    ['stat/RESULT', '{"Command":"Error"}', 'Error'],
    ['stat/COMMAND', '{"Command":"Unknown"}', 'Unknown'],
    ['stat/POWER', '{"Command":"Error"}', 'Error'],
  ])('may be the refusal %s %s', (name, payload, code) => {
    expect(() => powerAnswer(name, bytes(payload), undefined)).toThrow(
      expect.objectContaining({ code: 'device-refused', device: { code, text: payload } }),
    );
  });

  test('is not the refusal of a command that was not ours', () => {
    const payload = bytes('{"Command":"Unknown","Input":"ALARMACTIVATE"}');
    expect(powerAnswer('stat/RESULT', payload, undefined)).toBeUndefined();
  });
});

test('commands name the relay only where it was chosen', () => {
  expect(powerCommand(undefined)).toBe('POWER');
  expect(powerCommand(3)).toBe('POWER3');
});

test.each([
  ['Online', true],
  ['Offline', false],
  ['online', undefined],
  ['', undefined],
])('the last will %j', (payload, online) => expect(lastWill(bytes(payload))).toBe(online));
