import { describe, expect, test } from 'vitest';
import { type Message, validate } from '../../src/driver/index.ts';
import { fieldsOf, idOf, notificationOf, onlineOf, requestFrame, resultOf } from './codec.ts';
import { componentsOf, infoOf, propertyOf } from './describe.ts';
import { shellyGen2Options } from './model.ts';
import { modelOf } from './specs.ts';

const message = (payload: string): Message => ({
  topic: 'us/rpc',
  payload: Uint8Array.from(Buffer.from(payload)),
  retained: false,
});

test('a request (docs, "RPC protocol")', () => {
  expect(JSON.parse(requestFrame('1', 'user_1', 'Switch.Set', { id: 0, on: false }))).toEqual({
    id: '1',
    src: 'user_1',
    method: 'Switch.Set',
    params: { id: 0, on: false },
  });
  expect(JSON.parse(requestFrame('1', 'user_1', 'Shelly.GetStatus'))).not.toHaveProperty('params');
});

describe('answers (docs, "RPC protocol", "Common errors")', () => {
  const taken = '{"id":3,"src":"shellyplus1-4855199bc0e8","dst":"us","result":{"was_on":true}}';

  test('with a result', () => {
    expect(idOf(message(taken))).toBe('3');
    expect(resultOf(message(taken))).toEqual({ was_on: true });
    expect(idOf(message('{"id":"a-1","result":null}'))).toBe('a-1');
    expect(resultOf(message('{"id":1,"result":null}'))).toBeNull();
    expect(() => fieldsOf(message('{"id":1,"result":null}'))).toThrow(
      expect.objectContaining({ code: 'device-protocol' }),
    );
  });

  test.each([
    [-103, "Missing required 'id'", 'device-refused'],
    [-105, 'Bad id=7', 'device-refused'],
    [-108, 'Limit reached', 'device-refused'],
    [-109, 'shutting down in 952 ms', 'device-refused'],
    [404, 'No handler for Foo.Bar', 'device-refused'],
    [401, '{"auth_type": "digest"}', 'device-refused'],
    [-104, 'http request timed out', 'device-timeout'],
    [-114, 'No network', 'device-failed'],
    [-1, 'something else', 'device-failed'],
    [500, '', 'device-failed'],
  ])('with the error %d %s', (code, text, ours) => {
    const frame = JSON.stringify({
      id: 1,
      src: 'shellypro4pm-f008d1d8b8b8',
      dst: 'us',
      error: { code, message: text },
    });
    expect(() => resultOf(message(frame))).toThrow(
      expect.objectContaining({ code: ours, device: { code: String(code), text } }),
    );
  });

  test('with both, as some firmware sends while it shuts down: the error counts', () => {
    const frame =
      '{"dst":"us","error":{"code":-109,"message":"shutting down in 952 ms"},"id":0,"result":{"methods":null}}';
    expect(() => resultOf(message(frame))).toThrow(expect.objectContaining({ code: 'device-refused' }));
  });

  test.each(['{"id":1}', '{"id":1,"error":{}}', '{"id":1,"error":"no"}', '{"id":1,"error":{"code":"x"}}'])(
    '%s is nonsense',
    (frame) => expect(() => resultOf(message(frame))).toThrow(expect.objectContaining({ code: 'device-protocol' })),
  );

  test.each([
    '',
    '[]',
    '{"result":{}}',
    '{"id":null,"result":1}',
    '{"id":{},"result":1}',
    '{"id":1,"method":"NotifyStatus"}',
  ])('%s has no id of an answer', (frame) => expect(idOf(message(frame))).toBeUndefined());
});

describe('notifications (docs, "Notifications")', () => {
  const told = (frame: unknown) => notificationOf(Buffer.from(JSON.stringify(frame)));

  test('a changed status', () => {
    const params = { ts: 1736603810.49, 'switch:0': { id: 0, output: false, source: 'HTTP_in' } };
    const frame = {
      src: 'shelly1minig3-54320464a1d0',
      dst: 'shelly1minig3-54320464a1d0/events',
      method: 'NotifyStatus',
      params,
    };
    expect(told(frame)).toEqual({ kind: 'status', whole: false, status: params });
    expect(told({ ...frame, method: 'NotifyFullStatus' })).toMatchObject({ whole: true });
  });

  test('events', () => {
    const events = [
      { component: 'input:2', id: 2, event: 'btn_up', ts: 1678882095.02 },
      { component: 7, event: 'x' },
      null,
      { component: 'input:0' },
    ];
    expect(told({ src: 's', method: 'NotifyEvent', params: { ts: 1, events } })).toEqual({
      kind: 'events',
      events: [{ component: 'input:2', event: 'btn_up' }],
    });
    expect(told({ method: 'NotifyEvent', params: { events: 7 } })).toEqual({ kind: 'events', events: [] });
  });

  test.each([
    [{}],
    [{ method: 'NotifyStatus' }],
    [{ method: 'NotifyStatus', params: [] }],
    [{ method: 'X', params: {} }],
    [7],
  ])('%j is none', (frame) => expect(told(frame)).toBeUndefined());
});

test.each([
  ['true', true],
  ['false', false],
  ['1', undefined],
  ['', undefined],
])('online %j', (payload, online) => expect(onlineOf(Buffer.from(payload))).toBe(online));

describe('what a device says of itself', () => {
  const info = {
    name: null,
    id: 'shellyplus2pm-a8032ab11964',
    mac: 'A8032AB11964',
    model: 'SNSW-002P16EU',
    gen: 2,
    fw_id: '20240223-143500/1.2.2-g7c39781',
    ver: '1.2.2',
    app: 'Plus2PM',
    auth_en: false,
  };

  test('its info (docs, "Shelly": GetDeviceInfo)', () => {
    expect(infoOf(info)).toEqual({
      id: 'shellyplus2pm-a8032ab11964',
      app: 'Plus2PM',
      model: 'SNSW-002P16EU',
      version: '1.2.2',
      generation: 2,
    });
    expect(infoOf({ ...info, name: 'Kitchen' })).toMatchObject({ name: 'Kitchen' });
    for (const wrong of [null, {}, { ...info, id: 7 }, { ...info, gen: 1 }, { ...info, gen: '2' }, 'x']) {
      expect(infoOf(wrong)).toBeUndefined();
    }
  });

  /** As a Plus 2PM tells it. */
  const status = {
    ble: {},
    cloud: { connected: false },
    'input:0': { id: 0, state: false },
    'input:1': { id: 1, state: null },
    mqtt: { connected: true },
    'switch:0': {
      id: 0,
      source: 'MQTT',
      output: false,
      apower: 0,
      voltage: 237,
      freq: 50,
      current: 0,
      pf: 0,
      aenergy: { total: 62758.285, by_minute: [0, 0, 0], minute_ts: 1709223337 },
      temperature: { tC: 35.5, tF: 96 },
    },
    'switch:1': { id: 1, source: 'MQTT', output: true },
    'script:1': { id: 1, running: true },
    sys: { mac: 'B0B21C10A478', restart_required: false },
    'temperature:100': { id: 100, tC: null, tF: null },
    'constructor:0': { id: 0 },
    'switch:x': { id: 0, output: true },
    'switch:99999': { id: 0, output: true },
    'light:0': 7,
  };

  test('its components, and of each what it tells', () => {
    const components = componentsOf(status);
    expect(components.map(({ key }) => key)).toEqual(['input:0', 'input:1', 'switch:0', 'switch:1', 'temperature:100']);
    const properties = components.flatMap((one) => one.fields.map((field) => propertyOf(one, field)));
    expect(properties).toEqual([
      'input-0',
      'switch-0',
      'switch-0-power',
      'switch-0-voltage',
      'switch-0-current',
      'switch-0-frequency',
      'switch-0-power-factor',
      'switch-0-energy',
      'switch-0-temperature',
      'switch-1',
      'temperature-100',
    ]);
  });

  test('its model', () => {
    const model = modelOf({ app: 'Plus2PM', model: 'SNSW-002P16EU' }, componentsOf(status));
    expect(model.name).toBe('shelly-gen2-plus2-pm');
    expect(model.stop).toMatchObject({ confirmation: 'confirmed' });
    expect(Object.keys(model.commands)).toEqual(['switch-0-toggle', 'switch-1-toggle']);
    expect(Object.keys(model.events)).toEqual(['input-0', 'input-1']);
    expect(model.properties['switch-0']).toMatchObject({ access: 'read-write', write: { confirmation: 'confirmed' } });
    expect(model.properties['switch-0-power']).toMatchObject({ access: 'read', schema: { unit: 'W' } });
    expect(modelOf({ app: 'HT', model: 'x' }, componentsOf({ 'temperature:0': { tC: 1 } })).stop).toBeUndefined();
  });

  test('a cover goes to positions only if it knows where it is', () => {
    const commands = (cover: object) =>
      Object.keys(modelOf({ app: 'x', model: 'x' }, componentsOf({ 'cover:0': cover })).commands);
    expect(commands({ state: 'open', current_pos: 100 })).toContain('cover-0-go-to');
    expect(commands({ state: 'open' })).toEqual(['cover-0-open', 'cover-0-close', 'cover-0-stop-moving']);
  });

  test('a device with thousands of components is cut', () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, id) => [`switch:${id}`, { id, output: true }]));
    expect(componentsOf(many)).toHaveLength(100);
  });
});

test.each(['a/+', '#', '', '/a', 'a//b', '$SYS/x', 'a\0b'])('the prefix %j is refused', (topic) => {
  expect(validate(shellyGen2Options, { topic })).not.toEqual([]);
});

test.each(['shellyplus1pm-a8032ab636ec', 'home/kitchen'])('the prefix %j is taken', (topic) => {
  expect(validate(shellyGen2Options, { topic, replyTimeoutMs: 500 })).toEqual([]);
});
