import { describe, expect, test } from 'vitest';
import type { AnySession, Candidate, Message } from '../../src/driver/index.ts';
import { DryRunEnd } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, readProperty, recordingContext, runCommand, sharedOn } from '../../test/support/message-call.ts';
import { tasmotaDriver } from './driver.ts';

const sts = (power: string) => `{"StatusSTS":{"Time":"2026-01-01T00:00:00","POWER":"${power}"}}`;
const net = '{"StatusNET":{"Hostname":"plug","Mac":"DE:AD:BE:4A:3B:2C"}}';
const sns =
  '{"StatusSNS":{"Time":"2026-01-01T00:00:00","ENERGY":{"Total":6.404,"Today":1.064,"Power":40,"ApparentPower":41,"Voltage":230,"Current":0.178}}}';

/** A plug played by the test: it hears commands and says, word for word, what the firmware's documentation shows. */
async function bench(options: Record<string, unknown> = {}) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect('near');
  const far = hub.connect('far');
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const heard: (Message & { text: string })[] = [];
  const script = new Map<string, readonly (readonly [string, string])[]>();
  const say = async (topic: string, payload: string, retain = false): Promise<void> => {
    await far.publish(topic, payload, { retain });
    await settle();
  };
  /** Answers `cmnd/plug/<command>` with these messages. */
  const answer = (command: string, payload: string, ...messages: (readonly [string, string])[]): void => {
    script.set(`cmnd/plug/${command} ${payload}`, messages);
  };
  await far.subscribe('cmnd/#', (message) => {
    const text = Buffer.from(message.payload).toString();
    heard.push({ ...message, text });
    for (const [topic, payload] of script.get(`${message.topic} ${text}`) ?? []) void far.publish(topic, payload);
  });
  const call = (extra: { dryRun?: boolean } = {}) => messageCall({ connection: near, clock, ...extra });
  answer('STATUS', '5', ['stat/plug/STATUS5', net]);
  const begin = (): Promise<AnySession> => tasmotaDriver.attach(near, { topic: 'plug', ...options }, context);
  const attach = async (): Promise<AnySession> => {
    const session = begin();
    await clock.advance(0);
    return await session;
  };
  return { clock, hub, near, far, context, told, heard, say, answer, call, begin, attach };
}

/** Attached to a plug that is online and off. */
async function attached(options: Record<string, unknown> = {}) {
  const it = await bench(options);
  it.answer('STATUS', '11', ['stat/plug/STATUS11', sts('OFF')]);
  it.answer('STATUS', '10', ['stat/plug/STATUS10', sns]);
  await it.say('tele/plug/LWT', 'Online', true);
  const session = await it.attach();
  it.heard.length = 0;
  const power = (on: boolean, call = it.call()) => runCommand(session, 'power', { on }, call);
  const toggle = (call = it.call()) => runCommand(session, 'toggle', {}, call);
  return { ...it, session, power, toggle };
}

describe('attach', () => {
  test('asks a plug that is online for its state and its meter, and nothing else', async () => {
    const it = await bench();
    it.answer('STATUS', '11', ['stat/plug/STATUS11', sts('ON')]);
    it.answer('STATUS', '10', ['stat/plug/STATUS10', sns]);
    await it.say('tele/plug/LWT', 'Online', true);
    await it.attach();
    expect(it.heard.map(({ topic, text, retained }) => [topic, text, retained])).toEqual([
      ['cmnd/plug/STATUS', '5', false],
      ['cmnd/plug/STATUS', '11', false],
      ['cmnd/plug/STATUS', '10', false],
    ]);
    expect(it.told.availability).toEqual([{ available: true, detail: 'the device answered STATUS 11' }]);
    expect(Object.fromEntries(it.told.reports.map(({ property, value }) => [property, value]))).toEqual({
      power: true,
      voltage: 230,
      current: 0.178,
      'active-power': 40,
      'apparent-power': 41,
      'energy-today': 1.064,
      'energy-total': 6.404,
    });
    expect(it.told.events).toEqual([]);
    expect(it.clock.pendingTimers).toBe(0);
  });

  test('needs the broker alone: a plug whose last will says Offline is not asked', async () => {
    const it = await bench();
    await it.say('tele/plug/LWT', 'Offline', true);
    await it.attach();
    expect(it.heard).toEqual([]);
    expect(it.told.availability).toEqual([{ available: false, detail: "the device's last will says Offline" }]);
    expect(it.clock.pendingTimers).toBe(0);
  });

  test('asks a plug without a last will, after a short wait', async () => {
    const it = await bench();
    it.answer('STATUS', '11', ['stat/plug/STATUS11', sts('OFF')]);
    it.answer('STATUS', '10', ['stat/plug/STATUS10', sns]);
    const session = it.begin();
    await it.clock.advance(299);
    expect(it.heard).toEqual([]);
    await it.clock.advance(1);
    await session;
    expect(it.told.available).toBe(true);
    expect(it.told.value('power')).toBe(false);
  });

  test('ends with an absent plug when nobody answers, whatever an old last will says', async () => {
    const it = await bench();
    await it.say('tele/plug/LWT', 'Online', true);
    const session = it.begin();
    await it.clock.advance(2000);
    await session;
    expect(it.told.availability).toEqual([{ available: false, detail: 'the device did not answer STATUS 11' }]);
    await it.say('tele/plug/STATE', '{"POWER":"ON"}');
    expect(it.told.availability.at(-1)).toEqual({ available: true, detail: 'the device published tele/plug/STATE' });
  });

  test('asks once more a plug that came back while it was asked: it has not heard the question', async () => {
    const it = await bench();
    it.answer('STATUS', '5');
    const session = it.begin();
    // Nobody tells a last will, and nobody hears the question.
    await it.clock.advance(500);
    expect(it.heard.map(({ text }) => text)).toEqual(['5']);
    it.answer('STATUS', '5', ['stat/plug/STATUS5', net]);
    it.answer('STATUS', '11', ['stat/plug/STATUS11', sts('ON')]);
    it.answer('STATUS', '10', ['stat/plug/STATUS10', sns]);
    await it.say('tele/plug/LWT', 'Online');
    await it.clock.advance(2000);
    await session;
    expect(it.told.available).toBe(true);
    expect(it.told.value('power')).toBe(true);
  });

  test('does without a meter', async () => {
    const it = await bench();
    it.answer('STATUS', '11', ['stat/plug/STATUS11', sts('OFF')]);
    await it.say('tele/plug/LWT', 'Online', true);
    const session = it.begin();
    await it.clock.advance(2000);
    await session;
    expect(it.told.available).toBe(true);
  });

  test('fails when the connection goes meanwhile', async () => {
    const it = await bench();
    const session = it.begin();
    const outcome = expect(session).rejects.toMatchObject({ code: 'device-offline' });
    await settle();
    it.near.lose(new Error('cable'));
    await outcome;
    expect(it.clock.pendingTimers).toBe(0);
  });

  test('follows its signal', async () => {
    const it = await bench();
    const controller = new AbortController();
    const { context } = recordingContext(it.clock, controller.signal, sharedOn(it.near, it.clock));
    const session = tasmotaDriver.attach(it.near, { topic: 'plug' }, context);
    const outcome = expect(session).rejects.toThrow('enough');
    await settle();
    controller.abort(new Error('enough'));
    await outcome;
    expect(it.heard).toEqual([]);
  });
});

describe('power', () => {
  test('is confirmed by the RESULT that tells the state asked for', async () => {
    const { answer, power, call, heard, told, say } = await attached();
    answer('POWER', 'ON', ['stat/plug/RESULT', '{"POWER":"ON"}'], ['stat/plug/POWER', 'ON']);
    const on = call();
    expect(await power(true, on)).toEqual({ on: true });
    expect(on.confirmed).toEqual([
      { level: 'confirmed', evidence: { topic: 'stat/plug/RESULT', payload: '{"POWER":"ON"}' } },
    ]);
    expect(on.published).toMatchObject([{ topic: 'cmnd/plug/POWER', payload: 'ON', options: { qos: 0 } }]);
    expect(heard).toMatchObject([{ text: 'ON', retained: false }]);
    expect(told.value('power')).toBe(true);
    expect(told.events).toEqual([]);
    await say('stat/plug/RESULT', '{"POWER":"OFF"}');
    expect(told.events).toEqual([{ event: 'power-changed', data: { on: false } }]);
  });

  test('waits on when a RESULT tells another state', async () => {
    const { power, call, say, clock } = await attached();
    const on = call();
    const result = power(true, on);
    await settle();
    await say('stat/plug/RESULT', '{"POWER":"OFF"}');
    expect(on.confirmed).toEqual([]);
    await say('stat/plug/RESULT', '{"POWER":"ON"}');
    expect(await result).toEqual({ on: true });
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([
    ['tele/plug/STATE', '{"POWER":"ON"}'],
    ['stat/plug/POWER', 'ON'],
    ['stat/plug/STATUS11', sts('ON')],
  ])('is not confirmed by %s %s', async (topic, payload) => {
    const { power, call, say, clock, told } = await attached();
    const on = call();
    const outcome = expect(power(true, on)).rejects.toMatchObject({ code: 'device-timeout' });
    await settle();
    await say(topic, payload);
    await clock.advance(2000);
    await outcome;
    expect(on.confirmed).toEqual([]);
    expect(told.value('power')).toBe(true);
  });

  test('is refused in the words of the plug', async () => {
    const { answer, power, clock } = await attached();
    answer('POWER', 'ON', ['stat/plug/RESULT', '{"Command":"Unknown"}']);
    const outcome = expect(power(true)).rejects.toMatchObject({
      code: 'device-refused',
      device: { code: 'Unknown', text: '{"Command":"Unknown"}' },
    });
    // It may be that of another client: the answer to ours may still come.
    await clock.advance(2000);
    await outcome;
  });

  test('times out after replyTimeoutMs, and a late RESULT resolves nothing', async () => {
    const { power, call, say, clock, told } = await attached({ replyTimeoutMs: 500 });
    const on = call();
    const outcome = expect(power(true, on)).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(500);
    await outcome;
    await say('stat/plug/RESULT', '{"POWER":"ON"}');
    expect(on.late).toEqual([]);
    expect(told.unmatched).toEqual(['late answer on stat/plug/RESULT']);
    expect(told.value('power')).toBe(true);
    expect(told.events).toEqual([]);
  });

  test('names the relay where there are several', async () => {
    const { answer, session, call, heard, say, told } = await attached();
    await say('tele/plug/STATE', '{"POWER1":"OFF","POWER2":"OFF"}');
    answer('POWER2', 'ON', ['stat/plug/RESULT', '{"POWER1":"ON"}'], ['stat/plug/RESULT', '{"POWER2":"ON"}']);
    // Erased handlers take `never`.
    await session.write?.['power-2']?.(true as never, call().call as never);
    expect(heard[0]?.topic).toBe('cmnd/plug/POWER2');
    expect(told.value('power-2')).toBe(true);
    expect(session.commands['power']).toBeUndefined();
    expect(told.models.at(-1)?.commands['toggle-2']).toBeDefined();
  });

  test('sends nothing to a plug whose last will says Offline', async () => {
    const { power, toggle, say, heard } = await attached();
    await say('tele/plug/LWT', 'Offline');
    await expect(power(true)).rejects.toMatchObject({ code: 'device-offline' });
    await expect(toggle()).rejects.toMatchObject({ code: 'device-offline' });
    expect(heard).toEqual([]);
  });

  test('in a dry run shows its message and ends', async () => {
    const { power, toggle, call, heard, told, say } = await attached();
    const dry = call({ dryRun: true });
    const end: unknown = await power(true, dry).catch((error: unknown) => error);
    expect(end).toBeInstanceOf(DryRunEnd);
    expect(end).toMatchObject({ complete: true });
    expect(dry.published).toMatchObject([{ topic: 'cmnd/plug/POWER', payload: 'ON' }]);
    const dryToggle = call({ dryRun: true });
    await toggle(dryToggle).catch(() => {});
    expect(dryToggle.published).toMatchObject([{ payload: 'TOGGLE' }]);
    expect(heard).toEqual([]);
    await say('stat/plug/RESULT', '{"POWER":"ON"}');
    expect(told.events).toEqual([{ event: 'power-changed', data: { on: true } }]);
  });
});

describe('toggle', () => {
  test('is acknowledged, with the state that the answer tells', async () => {
    const { answer, toggle, call } = await attached();
    answer('POWER', 'TOGGLE', ['stat/plug/RESULT', '{"POWER":"ON"}'], ['stat/plug/POWER', 'ON']);
    const one = call();
    expect(await toggle(one)).toEqual({ on: true });
    expect(one.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
  });

  test('is not answered by the plain message that follows the answer before', async () => {
    const { toggle, call, say } = await attached();
    const first = toggle();
    await settle();
    await say('stat/plug/RESULT', '{"POWER":"ON"}');
    expect(await first).toEqual({ on: true });
    const second = toggle(call());
    await settle();
    await say('stat/plug/POWER', 'ON');
    await say('stat/plug/RESULT', '{"POWER":"OFF"}');
    expect(await second).toEqual({ on: false });
  });
});

describe('stop', () => {
  test('switches the relay off, also when the plug is said to be away', async () => {
    const { session, answer, call, say, heard } = await attached();
    answer('POWER', 'OFF', ['stat/plug/RESULT', '{"POWER":"OFF"}']);
    await say('tele/plug/LWT', 'Offline');
    const stop = call();
    // Erased handlers take `never`.
    await session.stop?.(stop.call as never);
    expect(heard).toMatchObject([{ topic: 'cmnd/plug/POWER', text: 'OFF' }]);
    expect(stop.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
  });
});

describe('resync', () => {
  test('ends with STATUS11; what comes before it is the past', async () => {
    const { session, toggle, call, say, answer, clock, told } = await attached();
    const outcome = expect(toggle()).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(2000);
    await outcome;
    answer('STATUS', '11');
    let inStep = false;
    // Erased handlers take `never`.
    const resync = session.resync?.(call().call as never).then(() => (inStep = true));
    await settle();
    await say('stat/plug/RESULT', '{"POWER":"ON"}');
    await say('stat/plug/RESULT', '{"Command":"Unknown"}');
    expect(inStep).toBe(false);
    expect(told.unmatched).toEqual(['late answer on stat/plug/RESULT']);
    await say('stat/plug/STATUS11', sts('ON'));
    await resync;
    expect(told.value('power')).toBe(true);
    expect(told.events).toEqual([]);
    await say('stat/plug/RESULT', '{"POWER":"OFF"}');
    expect(told.unmatched).toHaveLength(1);
    expect(told.events).toEqual([{ event: 'power-changed', data: { on: false } }]);
  });

  test('makes a RESULT that comes after it one that nobody asked for', async () => {
    const { session, toggle, call, say, clock, told } = await attached();
    const outcome = expect(toggle()).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(2000);
    await outcome;
    // Erased handlers take `never`.
    await session.resync?.(call().call as never);
    await say('stat/plug/RESULT', '{"POWER":"ON"}');
    expect(told.unmatched).toEqual([]);
    expect(told.events).toEqual([{ event: 'power-changed', data: { on: true } }]);
  });

  test('asks who it is and for the sensors again where it has been away, and only then', async () => {
    const { session, call, say, heard } = await attached();
    const resync = async (): Promise<readonly string[]> => {
      heard.length = 0;
      await session.resync?.(call().call as never);
      return heard.map(({ text }) => text);
    };
    expect(await resync()).toEqual(['11']);
    await say('tele/plug/LWT', 'Offline', true);
    await say('tele/plug/LWT', 'Online', true);
    expect(await resync()).toEqual(['5', '11', '10']);
    expect(await resync()).toEqual(['11']);
  });

  test('fails while the plug is silent, and says so at once when it is away', async () => {
    const { session, call, say, answer, clock, heard } = await attached();
    answer('STATUS', '11');
    const outcome = expect(session.resync?.(call().call as never)).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(2000);
    await outcome;
    heard.length = 0;
    await say('tele/plug/LWT', 'Offline');
    await expect(session.resync?.(call().call as never)).rejects.toMatchObject({ code: 'device-offline' });
    expect(heard).toEqual([]);
  });
});

describe('reads', () => {
  test('ask the plug', async () => {
    const { session, call, answer, heard } = await attached();
    answer('STATUS', '11', ['stat/plug/STATUS11', sts('ON')]);
    expect(await readProperty(session, 'power', call())).toBe(true);
    expect(await readProperty(session, 'voltage', call())).toBe(230);
    expect(await readProperty(session, 'energy-total', call())).toBe(6.404);
    expect(heard.map(({ text }) => text)).toEqual(['11', '10', '10']);
  });

  test('of many ask once for the relay and once for the meter', async () => {
    const { session, call, heard } = await attached();
    const names = ['power', 'current', 'active-power'];
    // Erased handlers take `never`.
    expect(await session.readMany?.(names, call().call as never)).toEqual({
      power: false,
      current: 0.178,
      'active-power': 40,
    });
    expect(heard.map(({ text }) => text)).toEqual(['11', '10']);
    heard.length = 0;
    await session.readMany?.(['power'], call().call as never);
    expect(heard.map(({ text }) => text)).toEqual(['11']);
  });

  test('of what the plug does not have fail, and are left out of many', async () => {
    const { session, call, answer } = await attached();
    answer('STATUS', '11', ['stat/plug/STATUS11', '{"StatusSTS":{"UptimeSec":1}}']);
    answer('STATUS', '10', ['stat/plug/STATUS10', '{"StatusSNS":{"ENERGY":{"Voltage":230,"Current":[1,2,3]}}}']);
    await expect(readProperty(session, 'power', call())).rejects.toMatchObject({ code: 'device-failed' });
    await expect(readProperty(session, 'current', call())).rejects.toMatchObject({ code: 'device-failed' });
    expect(await session.readMany?.(['current', 'voltage'], call().call as never)).toStrictEqual({ voltage: 230 });
  });

  test('do not take a malformed answer', async () => {
    const { session, call, answer, clock, told } = await attached();
    answer('STATUS', '11', ['stat/plug/STATUS11', '{"StatusSTS":']);
    const outcome = expect(readProperty(session, 'power', call())).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(2000);
    await outcome;
    expect(told.unmatched).toEqual(['unreadable payload on stat/plug/STATUS11']);
  });
});

describe('what the plug tells by itself', () => {
  test('a change that no command explains is an event', async () => {
    const { say, told } = await attached();
    await say('stat/plug/RESULT', '{"POWER":"ON"}');
    await say('stat/plug/POWER', 'ON');
    expect(told.value('power')).toBe(true);
    expect(told.events).toEqual([{ event: 'power-changed', data: { on: true } }]);
    expect(told.unmatched).toEqual([]);
  });

  test('telemetry fills the properties', async () => {
    const { say, told } = await attached();
    await say('tele/plug/SENSOR', '{"Time":"2026-01-01T00:00:00","ENERGY":{"Power":1200,"Voltage":[230,231]}}');
    await say('tele/plug/STATE', '{"Time":"2026-01-01T00:00:00","POWER":"ON"}');
    expect(told.value('active-power')).toBe(1200);
    expect(told.value('voltage')).toBe(230);
    expect(told.value('power')).toBe(true);
  });

  test('a retained state is a past one and fills nothing', async () => {
    const it = await bench();
    await it.say('tele/plug/LWT', 'Offline', true);
    await it.say('stat/plug/POWER', 'ON', true);
    await it.say('tele/plug/SENSOR', '{"ENERGY":{"Power":1200}}', true);
    await it.attach();
    expect(it.told.reports).toEqual([]);
    expect(it.told.available).toBe(false);
  });

  test('its last will tells when it goes and when it is back', async () => {
    const { say, told, answer, power, heard } = await attached();
    await say('tele/plug/LWT', 'Offline');
    expect(told.available).toBe(false);
    await say('tele/plug/LWT', 'nonsense');
    expect(told.available).toBe(false);
    heard.length = 0;
    await say('tele/plug/LWT', 'Online');
    expect(told.availability.at(-1)).toEqual({ available: true, detail: 'the device says Online' });
    expect(heard).toEqual([]);
    await say('stat/plug/RESULT', '{"POWER":"ON"}');
    expect(told.events).toEqual([]);
    answer('POWER', 'ON', ['stat/plug/RESULT', '{"POWER":"ON"}']);
    expect(await power(true)).toEqual({ on: true });
  });

  test('an Online of a plug that restarted unnoticed is told again', async () => {
    const { say, told } = await attached();
    await say('tele/plug/LWT', 'Online');
    expect(told.availability).toHaveLength(2);
  });

  test.each(['stat/plug/RESULT', 'tele/plug/SENSOR', 'stat/plug/POWER'])(
    'a malformed payload on %s is counted and hurts nobody',
    async (topic) => {
      const { say, told } = await attached();
      await say(topic, '{"POWER":');
      expect(told.unmatched).toEqual([`unreadable payload on ${topic}`]);
      expect(told.errors).toEqual([]);
    },
  );

  test('with another FullTopic it is heard there, and only there', async () => {
    const it = await bench({ fullTopic: 'lab/%topic%/%prefix%/' });
    await it.say('lab/plug/tele/LWT', 'Offline', true);
    await it.attach();
    await it.say('lab/plug/tele/STATE', '{"POWER":"ON"}');
    await it.say('tele/plug/STATE', '{"POWER":"OFF"}');
    expect(it.told.reports).toEqual([{ property: 'power', value: true }]);
  });
});

describe('what it announces (SetOption19 0)', () => {
  const under = 'tasmota/discovery/DEADBE4A3B2C';
  const config = (changes: object = {}) =>
    JSON.stringify({
      mac: 'DEADBE4A3B2C',
      dn: 'Kitchen',
      md: 'Sonoff TH',
      sw: '14.2.0',
      ofln: 'weg',
      onln: 'da',
      state: ['aus', 'an', 'TOGGLE', 'HOLD'],
      t: 'plug',
      ft: 'home/%topic%/%prefix%/',
      tp: ['do', 'said', 'tells'],
      rl: [1, 0],
      ...changes,
    });
  const sensors = '{"sn":{"Time":"2026-01-01T00:00:00","DS18B20":{"Temperature":20.6},"TempUnit":"C"},"ver":1}';

  test('is honoured: its topics, prefixes and words', async () => {
    const it = await bench();
    await it.say(`${under}/config`, config(), true);
    await it.say('home/plug/tells/LWT', 'weg', true);
    const session = await it.attach();
    expect(it.told.identities).toEqual(['DEADBE4A3B2C']);
    expect(it.told.available).toBe(false);
    expect(it.told.models.at(-1)).toMatchObject({ name: 'tasmota-sonoff-th', properties: { power: {} } });
    expect(it.heard).toEqual([]);
    await it.say('home/plug/tells/LWT', 'da');
    expect(it.told.available).toBe(true);
    await it.far.subscribe('home/plug/do/+', ({ topic }) => {
      if (topic.endsWith('POWER')) void it.far.publish('home/plug/said/RESULT', '{"POWER":"an"}');
    });
    expect(await runCommand(session, 'power', { on: true }, it.call())).toEqual({ on: true });
    expect(it.told.value('power')).toBe(true);
  });

  test('tells what an absent device has, and what it has then when it changes', async () => {
    const it = await bench();
    await it.say(`${under}/config`, config({ tp: ['cmnd', 'stat', 'tele'], ft: '%prefix%/%topic%/' }), true);
    await it.say(`${under}/sensors`, sensors, true);
    await it.say('tele/plug/LWT', 'weg', true);
    await it.attach();
    const names = (): string[] => Object.keys(it.told.models.at(-1)?.properties ?? {});
    expect(names()).toEqual(['power', 'uptime', 'wifi-signal', 'ds18b20-temperature']);
    const before = it.told.models.length;
    await it.say(`${under}/config`, config({ tp: ['cmnd', 'stat', 'tele'], ft: '%prefix%/%topic%/' }), true);
    expect(it.told.models).toHaveLength(before);
    await it.say(
      `${under}/config`,
      config({ rl: [1, 1], tp: ['cmnd', 'stat', 'tele'], ft: '%prefix%/%topic%/' }),
      true,
    );
    expect(names()).toEqual(['power-1', 'power-2', 'uptime', 'wifi-signal', 'ds18b20-temperature']);
    await it.say(`${under}/config`, '', true);
    expect(names()).toContain('power-2');
    expect(it.told.identities).toEqual(['DEADBE4A3B2C', 'DEADBE4A3B2C']);
  });

  test('that comes late moves the session to its topics', async () => {
    const it = await bench();
    const session = it.begin();
    await settle();
    await it.say(`${under}/config`, config(), true);
    await it.say('home/plug/tells/LWT', 'weg', true);
    await it.clock.advance(0);
    await session;
    expect(it.told.available).toBe(false);
    await it.say('tele/plug/STATE', '{"POWER":"an"}');
    expect(it.told.reports).toEqual([]);
    await it.say('home/plug/tells/STATE', '{"POWER":"an"}');
    expect(it.told.value('power')).toBe(true);
  });

  test('a topic with a wildcard in it is not listened to', async () => {
    const it = await bench();
    await it.say(`${under}/config`, config({ ft: '%prefix%/%topic%/#' }), true);
    await it.say('tele/plug/LWT', 'weg', true);
    await it.attach();
    expect(it.told.available).toBe(false);
  });

  test('of another MAC address is another device', async () => {
    const it = await bench({ mac: 'DEADBE000000' });
    await it.say(`${under}/config`, config(), true);
    await it.say('tele/plug/LWT', 'Online', true);
    const refused = expect(it.begin()).rejects.toMatchObject({ code: 'identity-mismatch' });
    await it.clock.advance(0);
    await refused;
  });

  test('is found, changes and goes', async () => {
    const it = await bench();
    const log: unknown[] = [];
    const controller = new AbortController();
    const { context } = it;
    await it.say(`${under}/config`, config(), true);
    await it.say('tasmota/discovery/DEADBE000001/config', config({ mac: 'DEADBE000001', t: 'a b' }), true);
    await it.say(
      'tasmota/discovery/DEADBE000002/config',
      config({ mac: 'DEADBE000002', t: 'two', ft: '%topic%' }),
      true,
    );
    await it.say('tasmota/discovery/nonsense/config', config(), true);
    await it.say('tasmota/discovery/DEADBE000003/config', '{"mac":', true);
    const discovery = {
      found: ({ identity, options, unsupported }: Candidate) => log.push({ identity, options, unsupported }),
      gone: (identity: string) => log.push({ gone: identity }),
    };
    await tasmotaDriver.discover?.(it.near, discovery, {
      log: context.log,
      clock: it.clock,
      signal: controller.signal,
      shared: context.shared,
      options: {},
    });
    await settle();
    expect(log).toEqual([
      { identity: 'DEADBE4A3B2C', options: { topic: 'plug', mac: 'DEADBE4A3B2C' }, unsupported: undefined },
      { identity: 'DEADBE000001', options: { topic: 'a b', mac: 'DEADBE000001' }, unsupported: expect.any(String) },
      { identity: 'DEADBE000002', options: { topic: 'two', mac: 'DEADBE000002' }, unsupported: expect.any(String) },
    ]);
    await it.say(`${under}/config`, '', true);
    expect(log.at(-1)).toEqual({ gone: 'DEADBE4A3B2C' });
    controller.abort();
    const told = log.length;
    await it.say(`${under}/config`, config(), true);
    expect(log).toHaveLength(told);
    expect(it.heard).toEqual([]);
  });
});

describe('what a broker kept', () => {
  test('a retained command is warned of, and a retained answer is counted', async () => {
    const it = await bench();
    it.answer('STATUS', '11', ['stat/plug/STATUS11', sts('OFF')]);
    it.answer('STATUS', '10', ['stat/plug/STATUS10', sns]);
    await it.say('cmnd/plug/POWER', 'ON', true);
    await it.say('stat/plug/RESULT', '{"POWER":"ON"}', true);
    await it.say('tele/plug/LWT', 'Online', true);
    const session = await it.attach();
    expect(it.told.unmatched).toEqual(['retained message on stat/plug/RESULT', 'retained command on cmnd/plug/POWER']);
    const before = it.told.unmatched.length;
    it.answer('POWER', 'ON', ['stat/plug/RESULT', '{"POWER":"ON"}']);
    expect(await runCommand(session, 'power', { on: true }, it.call())).toEqual({ on: true });
    expect(it.told.unmatched).toHaveLength(before);
  });
});
