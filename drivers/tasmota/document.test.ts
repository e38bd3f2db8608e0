import { describe, expect, test } from 'vitest';
import { validate } from '../../src/driver/index.ts';
import { documentOf, firmwareWords, lastWill, maxPayloadBytes, stateOf } from './document.ts';
import { tasmotaOptions } from './options.ts';
import { Topics } from './topics.ts';

const bytes = (payload: string): Uint8Array => Uint8Array.from(Buffer.from(payload));
const read = (name: string, payload: string) => documentOf(name, bytes(payload), firmwareWords);

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
    ['%hostname%/%prefix%/%topic%/%id%', 'h/cmnd/plug/DEADBE000001/POWER', 'h/stat/plug/DEADBE000001/RESULT'],
  ])('a FullTopic of %s', (fullTopic, command, result) => {
    const topics = new Topics({ topic: 'plug', fullTopic, hostname: 'h', id: 'DEADBE000001' });
    expect(topics.command('POWER')).toBe(command);
    expect(topics.nameOf(result)).toBe('stat/RESULT');
    expect(topics.problem).toBeUndefined();
  });

  test('a topic is taken literally', () => {
    expect(new Topics({ topic: "a$&b$'" }).command('X')).toBe("cmnd/a$&b$'/X");
  });

  test.each([
    { topic: '#' },
    { topic: 'a+b' },
    { topic: 'a\0' },
    { topic: 'a', fullTopic: '%prefix%/%something%/%topic%/' },
    { topic: 'a', fullTopic: '$SYS/%prefix%/%topic%/' },
    { topic: 'a', fullTopic: '%topic%/' },
    { topic: 'a', fullTopic: `%prefix%/${'x'.repeat(300)}/` },
  ])('what a device announces as %j is told to be a problem', (addressing) => {
    expect(new Topics(addressing).problem).toEqual(expect.any(String));
  });

  test.each(['', '/plug', 'plug/', 'pl+ug', '#', 'a/#', 'a b', '$SYS', '%id%', 'x'.repeat(101)])(
    'the device topic %j is refused',
    (topic) => expect(validate(tasmotaOptions, { topic })).not.toEqual([]),
  );

  test.each(['plug', 'floor1/plug', 'tasmota_4A3B2C', 'p'])('the device topic %j is taken', (topic) =>
    expect(validate(tasmotaOptions, { topic })).toEqual([]),
  );

  test.each(['%topic%/', '%prefix%/', '/%prefix%/%topic%/', '%prefix%/%topic%/#', '%prefix%/%hostname%/%topic%/', ''])(
    'the FullTopic %j is refused',
    (fullTopic) => expect(validate(tasmotaOptions, { topic: 'plug', fullTopic })).not.toEqual([]),
  );

  test('options are closed', () => {
    expect(validate(tasmotaOptions, { topic: 'plug', mac: 'DEADBE4A3B2C', replyTimeoutMs: 500 })).toEqual([]);
    for (const wrong of [{ relay: 1 }, { mac: 'x' }, { replyTimeoutMs: 1 }, { qos: 1 }]) {
      expect(validate(tasmotaOptions, { topic: 'plug', ...wrong })).not.toEqual([]);
    }
  });
});

describe('documents (docs, "MQTT", "JSON Status Responses")', () => {
  test.each([
    ['stat/RESULT', '{"POWER":"ON"}', 'result', { POWER: 'ON' }],
    ['stat/POWER2', 'ON', 'plain', { POWER2: 'ON' }],
    ['stat/POWER', '{"POWER":"ON"}', 'result', { POWER: 'ON' }],
    ['stat/DIMMER', '{"POWER":"ON","Dimmer":50}', 'result', { POWER: 'ON', Dimmer: 50 }],
    ['stat/COMMAND', '{"Command":"Unknown"}', 'result', { Command: 'Unknown' }],
    [
      'tele/STATE',
      '{"Time":"2026-01-01T00:00:00","POWER":"ON"}',
      'state',
      { Time: '2026-01-01T00:00:00', POWER: 'ON' },
    ],
    ['tele/SENSOR', '{"DS18B20":{"Temperature":20.6}}', 'sensors', { DS18B20: { Temperature: 20.6 } }],
    ['stat/STATUS11', '{"StatusSTS":{"POWER":"OFF"}}', 'state', { POWER: 'OFF' }],
    ['stat/STATUS10', '{"StatusSNS":{"ENERGY":{}}}', 'sensors', { ENERGY: {} }],
    ['stat/STATUS8', '{"StatusSNS":{"ENERGY":{}}}', 'sensors', { ENERGY: {} }],
  ])('%s %s', (name, payload, kind, fields) => {
    expect(read(name, payload)).toEqual({ kind, fields });
  });

  test.each([
    ['stat/STATUS11', '{"POWER":"ON"}'],
    ['stat/STATUS', '{"Status":{"Power":1}}'],
    ['stat/STATUS5', '{"StatusNET":{}}'],
    ['stat/SHUTTER1', '76'],
    ['stat/LOGGING', 'not JSON'],
    ['tele/INFO1', '{"Info1":{"Module":"Generic","POWER":"ON"}}'],
    ['tele/RESULT', '{"Shutter1":{"Position":50}}'],
    ['stat/constructor', '{}'],
    ['', '{}'],
  ])('%s %s is not read', (name, payload) => expect(read(name, payload)).toBeUndefined());

  test.each([
    ['no JSON', bytes('{"POWER":')],
    ['a list', bytes('["POWER"]')],
    ['null', bytes('null')],
    ['empty', bytes('')],
    ['no UTF-8', Uint8Array.from([...bytes('{"POWER":"ON","x":"'), 0xff, ...bytes('"}')])],
    ['too long', bytes(`{"POWER":"ON","x":"${'y'.repeat(maxPayloadBytes)}"}`)],
    ['too deep', bytes(`{"a":${'['.repeat(5000)}`)],
  ])('a payload that is %s is malformed on every topic that is read', (_name, payload) => {
    for (const name of ['stat/RESULT', 'stat/POWER', 'stat/STATUS10', 'stat/STATUS11', 'tele/STATE', 'tele/SENSOR']) {
      expect(documentOf(name, payload, firmwareWords)).toBe('malformed');
    }
  });

  test('the plain state is in the words of the device', () => {
    const words = { ...firmwareWords, off: 'aus', on: 'an' };
    expect(documentOf('stat/POWER', bytes('an'), words)).toEqual({ kind: 'plain', fields: { POWER: 'an' } });
    expect(documentOf('stat/POWER', bytes('ON'), words)).toBe('malformed');
  });
});

test.each([
  ['Online', true],
  ['Offline', false],
  ['online', undefined],
  ['', undefined],
])('the last will %j', (payload, online) => expect(lastWill(bytes(payload), firmwareWords)).toBe(online));

test('a word that the device has for both states tells neither', () => {
  const words = { on: 'X', off: 'X', online: 'Online', offline: 'Offline' };
  expect(stateOf('X', words)).toBeUndefined();
});
