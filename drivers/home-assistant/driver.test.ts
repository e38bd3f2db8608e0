import { describe, expect, test } from 'vitest';
import { DryRunEnd, validate } from '../../src/driver/index.ts';
import { announcer } from '../../test/support/home-assistant.ts';
import { homeAssistant } from './driver.ts';

const device = { ids: ['garden01ad'], name: 'Garden', mf: 'Acme', mdl: 'G1', sw: '1.2' };
const irrigation = {
  '~': 'homeassistant/switch/irrigation',
  name: 'Irrigation',
  cmd_t: '~/set',
  stat_t: '~/state',
  uniq_id: 'irr01ad',
  dev: device,
};

async function garden() {
  const it = await announcer();
  await it.announce('switch/irrigation', irrigation);
  const session = await it.attach('garden01ad');
  it.sent();
  session.told.models.length = 0;
  return { ...it, ...session };
}

describe('a switch (docs, "MQTT", "MQTT discovery", example "Switch")', () => {
  test('becomes a property that can be set, and is confirmed by its state', async () => {
    const { session, told, write, call, say, sent } = await garden();
    expect(session.model).toMatchObject({
      name: 'home-assistant-acme-g1',
      properties: { irrigation: { access: 'read-write' } },
    });
    expect(told.available).toBe(true);
    const on = call();
    const outcome = write('irrigation', true, on);
    await say('homeassistant/switch/irrigation/state', 'OFF');
    expect(on.confirmed).toEqual([]);
    await say('homeassistant/switch/irrigation/state', 'ON');
    await outcome;
    expect(on.confirmed).toEqual([
      { level: 'confirmed', evidence: { topic: 'homeassistant/switch/irrigation/state', payload: 'ON' } },
    ]);
    expect(on.published).toMatchObject([
      { topic: 'homeassistant/switch/irrigation/set', payload: 'ON', options: { qos: 0 } },
    ]);
    expect(sent()[0]).toEqual(['homeassistant/switch/irrigation/set', 'ON']);
    expect(told.value('irrigation')).toBe(true);
  });

  test('a retained state confirms nothing', async () => {
    const { write, call, say, clock, heard } = await garden();
    const on = call();
    const outcome = expect(write('irrigation', true, on)).rejects.toMatchObject({ code: 'device-timeout' });
    await say('homeassistant/switch/irrigation/other', 'ON');
    await clock.advance(3000);
    await outcome;
    expect(on.confirmed).toEqual([]);
    expect(heard.every(({ retained }) => !retained)).toBe(true);
  });

  test('a state that was told before the command left confirms nothing', async () => {
    const { write, call, say, clock } = await garden();
    await say('homeassistant/switch/irrigation/state', 'ON');
    const on = call();
    const outcome = expect(write('irrigation', true, on)).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(3000);
    await outcome;
  });

  test('in a dry run shows its message, and whether more would follow', async () => {
    const { write, call, sent } = await garden();
    const dry = call({ dryRun: true });
    await expect(write('irrigation', true, dry)).rejects.toBeInstanceOf(DryRunEnd);
    expect(dry.published).toMatchObject([{ payload: 'ON' }]);
    expect(sent()).toEqual([]);
  });

  test('stop switches it off, also when the device is away', async () => {
    const { announce, attach, say, sent, clock } = await announcer();
    await announce('switch/irrigation', { ...irrigation, avty_t: 'garden/status' });
    const { session, call, told } = await attach('garden01ad');
    await say('garden/status', 'offline');
    expect(told.available).toBe(false);
    sent();
    const stop = call();
    const outcome = expect(session.stop?.(stop.call as never)).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(3000);
    await outcome;
    expect(sent()).toEqual([['homeassistant/switch/irrigation/set', 'OFF']]);
  });

  test.each([
    ['no state topic', { stat_t: undefined }],
    ['assumed states', { opt: true }],
    ['a state topic that is its command topic', { stat_t: '~/set' }],
  ])('with %s is sent, and no more is claimed', async (_what, more) => {
    const { announce, attach } = await announcer();
    await announce('switch/irrigation', { ...irrigation, ...more });
    const { session, write, call } = await attach('garden01ad');
    expect(session.model?.properties['irrigation']).toMatchObject({ write: { confirmation: 'sent' } });
    const on = call();
    await write('irrigation', true, on);
    expect(on.confirmed).toEqual([]);
    expect(on.published).toHaveLength(1);
  });

  test('announced by a program that is known to assume states is acknowledged', async () => {
    const { announce, attach, say } = await announcer();
    await announce('switch/irrigation', { ...irrigation, o: { name: 'Zigbee2MQTT' } });
    const { write, call } = await attach('garden01ad');
    const on = call();
    const outcome = write('irrigation', true, on);
    await say('homeassistant/switch/irrigation/state', 'ON');
    await outcome;
    expect(on.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
  });
});

describe('descriptions that come and go', () => {
  test('a device that nobody announces is absent, and is there as soon as somebody does', async () => {
    const { attach, announce, say } = await announcer();
    const { session, told, write, call } = await attach('garden01ad');
    expect(session.model).toMatchObject({ name: 'home-assistant', properties: {} });
    expect(told.availability).toEqual([{ available: false, detail: 'garden01ad is not announced on this broker' }]);
    await announce('switch/irrigation', irrigation);
    expect(told.available).toBe(true);
    expect(Object.keys(told.models.at(-1)?.properties ?? {})).toEqual(['irrigation']);
    const outcome = write('irrigation', true, call());
    await say('homeassistant/switch/irrigation/state', 'ON');
    await outcome;
  });

  test('a new description is a new model, with new topics, limits and handlers', async () => {
    const { announce, told, write, call, say, session, sent } = await garden();
    await announce('switch/irrigation', { ...irrigation, '~': 'elsewhere' });
    await announce('number/rain', { name: 'Rain', cmd_t: 'rain/set', stat_t: 'rain', min: 0, max: 5, dev: device });
    expect(Object.keys(told.models.at(-1)?.properties ?? {})).toEqual(['irrigation', 'rain']);
    sent();
    const outcome = Promise.all([write('irrigation', true, call()), write('rain', 3, call())]);
    await say('elsewhere/state', 'ON');
    await say('rain', '3.0');
    await outcome;
    expect(sent().slice(0, 2)).toEqual([
      ['elsewhere/set', 'ON'],
      ['rain/set', '3'],
    ]);
    await announce('number/rain', '');
    expect(session.write?.['rain']).toBeUndefined();
    expect(Object.keys(told.models.at(-1)?.properties ?? {})).toEqual(['irrigation']);
  });

  test('the same description once more changes nothing', async () => {
    const { announce, told } = await garden();
    await announce('switch/irrigation', irrigation);
    expect(told.models).toEqual([]);
    expect(told.availability).toHaveLength(1);
  });

  test('what is taken back is away, and not forgotten', async () => {
    const { announce, told, write, session } = await garden();
    await announce('switch/irrigation', '');
    expect(told.available).toBe(false);
    await expect(write('irrigation', true)).rejects.toMatchObject({ code: 'device-offline' });
    expect(session.model?.properties).toHaveProperty('irrigation');
    await announce('switch/irrigation', irrigation);
    expect(told.available).toBe(true);
  });

  test('one of which nothing is understood is absent, and says why', async () => {
    const { announce, attach } = await announcer();
    await announce('switch/irrigation', { ...irrigation, cmd_t: 'a/#' });
    const { told } = await attach('garden01ad');
    expect(told.availability).toEqual([
      { available: false, detail: 'nothing of what the device announces is understood' },
    ]);
  });

  test('a session that has ended hears nothing more', async () => {
    const { announce, attach, near } = await announcer();
    await announce('switch/irrigation', irrigation);
    const { end, told } = await attach('garden01ad');
    told.models.length = 0;
    end();
    await announce('switch/irrigation', { ...irrigation, name: 'Other' });
    expect(told.models).toEqual([]);
    expect(near.isOpen).toBe(true);
  });
});

describe('presence', () => {
  const two = (more: object) => ({
    ...irrigation,
    avty: [{ t: 'bridge' }, { t: 'self', val_tpl: '{{ value_json.state }}' }],
    ...more,
  });

  async function withTwo(more: object) {
    const it = await announcer();
    await it.announce('switch/irrigation', two(more));
    return { ...it, ...(await it.attach('garden01ad')) };
  }

  test('all: one that is away suffices', async () => {
    const { say, told, write } = await withTwo({ avty_mode: 'all' });
    expect(told.available).toBe(true);
    await say('bridge', 'online');
    await say('self', '{"state":"offline"}');
    expect(told.available).toBe(false);
    await expect(write('irrigation', true)).rejects.toMatchObject({ code: 'device-offline' });
    await say('self', '{"state":"online"}');
    expect(told.available).toBe(true);
    await say('bridge', 'offline');
    expect(told.available).toBe(false);
  });

  test('any: all must be away', async () => {
    const { say, told } = await withTwo({ avty_mode: 'any' });
    await say('bridge', 'offline');
    expect(told.available).toBe(true);
    await say('self', '{"state":"offline"}');
    expect(told.available).toBe(false);
    await say('bridge', 'online');
    expect(told.available).toBe(true);
  });

  test('latest: the last word counts, and what says neither does not', async () => {
    const { say, told } = await withTwo({});
    await say('bridge', 'offline');
    await say('self', 'nonsense');
    await say('bridge', 'perhaps');
    expect(told.available).toBe(false);
    await say('self', '{"state":"online"}');
    expect(told.available).toBe(true);
  });

  test('a retained word counts: that is what it is retained for', async () => {
    const { say, announce, attach } = await announcer();
    await say('garden/status', 'offline', true);
    await announce('switch/irrigation', { ...irrigation, avty_t: 'garden/status' });
    const { told } = await attach('garden01ad');
    expect(told.available).toBe(false);
  });

  test('one part that is away leaves the others, and its readings are not known', async () => {
    const { announce, attach, say } = await announcer();
    await announce('switch/irrigation', { ...irrigation, avty_t: 'valve/status' });
    await announce('switch/light', { name: 'Light', cmd_t: 'light/set', dev: device });
    const { told, write } = await attach('garden01ad');
    await say('valve/status', 'offline');
    expect(told.available).toBe(true);
    expect(told.losses).toEqual([{ property: 'irrigation', why: 'the device says that it is not available' }]);
    await expect(write('irrigation', true)).rejects.toMatchObject({ code: 'device-offline' });
    await write('light', true);
  });

  test('whoever comes later to a topic that others listen to hears its last word, too', async () => {
    const { announce, attach, say } = await announcer();
    await say('bridge', 'offline', true);
    for (const id of ['a', 'b']) {
      await announce(`switch/${id}`, { ...irrigation, '~': id, avty_t: 'bridge', dev: { ids: [id] } });
      expect((await attach(id)).told.available).toBe(false);
    }
  });
});

describe('retained states', () => {
  test('are the last word of a device that is there, and the past of any other', async () => {
    const { say, announce, attach } = await announcer();
    await say('homeassistant/switch/irrigation/state', 'ON', true);
    await announce('switch/irrigation', { ...irrigation, avty_t: 'garden/status' });
    const { told } = await attach('garden01ad');
    expect(told.reports).toEqual([]);
    await say('garden/status', 'online');
    expect(told.reports).toEqual([{ property: 'irrigation', value: true }]);
  });

  test('are not reported of a device that does not tell whether it is there', async () => {
    const { say, announce, attach } = await announcer();
    await say('homeassistant/switch/irrigation/state', 'ON', true);
    await announce('switch/irrigation', irrigation);
    expect((await attach('garden01ad')).told.reports).toEqual([]);
  });

  test('are not reported of measurements, nor of what expires', async () => {
    const { say, announce, attach } = await announcer();
    await say('garden/status', 'online', true);
    await say('t', '21', true);
    const base = { stat_t: 't', avty_t: 'garden/status', dev: device };
    await announce('sensor/t', { ...base, name: 'T', unit_of_meas: '°C' });
    await announce('sensor/x', { ...base, name: 'X', exp_aft: 60 });
    await announce('sensor/y', { ...base, name: 'Y' });
    const { told } = await attach('garden01ad');
    expect(told.reports).toEqual([{ property: 'y', value: '21' }]);
    await say('t', '22');
    expect([told.value('t'), told.value('x'), told.value('y')]).toEqual([22, '22', '22']);
  });
});

describe('sensors', () => {
  test('expire, and return to off', async () => {
    const { announce, attach, say, clock } = await announcer();
    await announce('sensor/t', { name: 'T', stat_t: 't', unit_of_meas: '°C', exp_aft: 30, dev: device });
    await announce('binary_sensor/m', { name: 'M', stat_t: 'm', off_dly: 5, dev: device });
    const { told, end } = await attach('garden01ad');
    await say('t', '21.5');
    await clock.advance(29_000);
    await say('t', '21.6');
    await clock.advance(29_999);
    expect(told.losses).toEqual([]);
    await clock.advance(1);
    expect(told.losses).toEqual([{ property: 't', why: 'nothing was told for 30 s (expire_after)' }]);
    await say('m', 'ON');
    expect(told.value('m')).toBe(true);
    await clock.advance(5000);
    expect(told.value('m')).toBe(false);
    await say('t', '1');
    end();
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([
    ['{"t":21.5}', [{ property: 't', value: 21.5 }], [], 0],
    ['{"t":null}', [], [{ property: 't', why: 'the device says that it does not know' }], 0],
    ['{"t":""}', [], [], 0],
    ['{"t":"x"}', [], [], 1],
    ['{"t":1e999}', [], [], 1],
    ['{"t":"nan"}', [], [], 1],
    ['{}', [], [], 0],
    ['[]', [], [], 1],
    ['nothing', [], [], 1],
  ])('a number from %s', async (payload, reports, losses, unmatched) => {
    const { announce, attach, say } = await announcer();
    const template =
      payload === '{}'
        ? '{{ value_json.t | is_defined }}'
        : '{{ value_json.t + 0 if value_json.t is number else value_json.t }}';
    await announce('sensor/t', {
      name: 'T',
      stat_t: 't',
      unit_of_meas: '°C',
      val_tpl: payload === '[]' ? '{{ value_json.t.u }}' : template,
      dev: device,
    });
    const { told } = await attach('garden01ad');
    await say('t', payload);
    expect([told.reports, told.losses, told.unmatched.length]).toEqual([reports, losses, unmatched]);
  });
});

describe('options', () => {
  test.each([
    [{ device: 'garden01ad' }, true],
    [{ device: 'mac:02:5b:26:a8:dc:12', prefix: 'ha/discovery', replyTimeoutMs: 500 }, true],
    [{ device: 'x', stop: [{ property: 'pump', value: false }, { command: 'blind-close' }] }, true],
    [{ device: '' }, false],
    [{ device: 'x', prefix: 'a/#' }, false],
    [{ device: 'x', stop: [] }, false],
    [{ device: 'x', qos: 1 }, false],
  ])('%j', (options, valid) => expect(validate(homeAssistant.options, options).length === 0).toBe(valid));

  test('the address is the device under its prefix', () => {
    expect(homeAssistant.address?.({ device: 'x' })).toBe('homeassistant x');
    expect(homeAssistant.address?.({ device: 'x', prefix: 'ha' })).toBe('ha x');
  });

  test('another prefix is another inventory', async () => {
    const { say, attach, announce } = await announcer();
    await announce('switch/irrigation', irrigation);
    await say('ha/switch/irrigation/config', { ...irrigation, name: 'Other' }, true);
    expect(Object.keys((await attach('garden01ad', { prefix: 'ha' })).session.model?.properties ?? {})).toEqual([
      'other',
    ]);
  });

  test('a stop of its owner takes the place of the evident one', async () => {
    const { announce, attach, sent } = await announcer();
    await announce('number/pump', { name: 'Pump', cmd_t: 'pump/set', min: 0, max: 9, dev: device });
    await announce('button/home', { name: 'Home', cmd_t: 'home/set', dev: device });
    const stop = [{ property: 'pump', value: 0 }, { command: 'home-press' }];
    const { session, call } = await attach('garden01ad', { stop });
    expect(session.model?.stop).toMatchObject({ summary: 'pump 0, home-press', confirmation: 'sent' });
    sent();
    await session.stop?.(call().call as never);
    expect(sent()).toEqual([
      ['pump/set', '0'],
      ['home/set', 'PRESS'],
    ]);
  });

  test.each([[[{ property: 'pump', value: 10 }]], [[{ property: 'lamp', value: false }]], [[{}]]])(
    'a stop that cannot be: %j',
    async (stop) => {
      const { announce, attach } = await announcer();
      await announce('number/pump', { name: 'Pump', cmd_t: 'pump/set', min: 0, max: 9, dev: device });
      await expect(attach('garden01ad', { stop })).rejects.toMatchObject({ code: 'invalid-request' });
    },
  );
});
