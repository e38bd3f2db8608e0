import { describe, expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { hubFarClient } from '../wire/far-client.ts';
import { tasmotaSimulator } from './index.ts';

async function bench(options: Record<string, unknown> = {}, before = async (_hub: MemoryHub): Promise<void> => {}) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  await before(hub);
  const simulator = tasmotaSimulator.create({ clock, seed: 1, options: { topic: 'plug', ...options } });
  const { wire, behaviour } = simulator;
  if (wire.shape !== 'messages') throw new Error('a plug speaks messages');
  const user = hub.connect('user');
  const heard: [string, string][] = [];
  const listen = ({ topic, payload }: { topic: string; payload: Uint8Array }): void => {
    heard.push([topic, Buffer.from(payload).toString()]);
  };
  await user.subscribe('stat/#', listen);
  await user.subscribe('tele/#', listen);
  const client = hubFarClient(hub, wire.will);
  wire.serve(client);
  await settle();
  const greeting = heard.splice(0);
  /** Publishes a command and returns what comes back. */
  const ask = async (topic: string, payload = ''): Promise<[string, string][]> => {
    heard.length = 0;
    await user.publish(topic, payload);
    await settle();
    return heard.splice(0);
  };
  const json = async (topic: string, payload = ''): Promise<unknown> =>
    JSON.parse((await ask(topic, payload))[0]?.[1] ?? '');
  return { clock, hub, simulator, wire, plug: behaviour, client, heard, greeting, ask, json };
}

async function retainedOn(hub: MemoryHub): Promise<[string, string][]> {
  const retained: [string, string][] = [];
  await hub.connect('later').subscribe('#', ({ topic, payload }) => {
    retained.push([topic, Buffer.from(payload).toString()]);
  });
  await settle();
  return retained;
}

const told = (state: 'ON' | 'OFF') => [
  ['stat/plug/RESULT', `{"POWER":"${state}"}`],
  ['stat/plug/POWER', state],
];

describe('Power (docs, "Commands", "MQTT")', () => {
  test.each([
    ['cmnd/plug/POWER', 'ON', 'ON'],
    ['cmnd/plug/Power', 'on', 'ON'],
    ['cmnd/plug/power1', '1', 'ON'],
    ['cmnd/plug/POWER0', 'true', 'ON'],
    ['cmnd/plug/POWER', 'TOGGLE', 'ON'],
    ['cmnd/plug/POWER', '2', 'ON'],
    ['cmnd/plug/POWER', 'OFF', 'OFF'],
    ['cmnd/plug/POWER', '0', 'OFF'],
    ['cmnd/plug/POWER', ' on', 'ON'],
    ['cmnd/plug/POWER', 'False', 'OFF'],
    ['cmnd/plug/POWER', '', 'OFF'],
    ['cmnd/plug/POWER', '?', 'OFF'],
    ['cmnd/plug/POWER', 'perhaps', 'OFF'],
    ['cmnd/tasmotas/POWER', 'ON', 'ON'],
    ['cmnd/DVES_8F1C0D_fb/POWER', 'ON', 'ON'],
  ] as const)('%s %j answers %s', async (topic, payload, state) => {
    const { ask, plug } = await bench();
    expect(await ask(topic, payload)).toEqual(told(state));
    expect(plug.on).toBe(state === 'ON');
  });

  test('asks without switching', async () => {
    const { ask, plug } = await bench();
    await ask('cmnd/plug/POWER', 'ON');
    expect(await ask('cmnd/plug/POWER')).toEqual(told('ON'));
    expect(plug.on).toBe(true);
  });

  test('of a relay that it does not have is an error', async () => {
    const { ask } = await bench();
    expect(await ask('cmnd/plug/POWER2', 'ON')).toEqual([['stat/plug/RESULT', '{"Command":"Error"}']]);
  });

  test('obeys a retained command at every start: ghost switching (docs, "MQTT", "Retained MQTT Messages")', async () => {
    const { plug, greeting } = await bench({}, async (hub) => {
      await hub.connect('earlier').publish('cmnd/plug/POWER', 'ON', { retain: true });
    });
    expect(plug.on).toBe(true);
    expect(greeting.slice(-2)).toEqual(told('ON'));
  });

  test('for others is not heard', async () => {
    const { ask } = await bench();
    expect(await ask('cmnd/plug2/POWER', 'ON')).toEqual([]);
    expect(await ask('stat/plug/POWER', 'ON')).toEqual([['stat/plug/POWER', 'ON']]);
  });
});

describe('other commands', () => {
  test('unknown ones say so, with what was asked', async () => {
    const { ask } = await bench();
    expect(await ask('cmnd/plug/AlarmActivate', '1')).toEqual([
      ['stat/plug/RESULT', '{"Command":"Unknown","Input":"ALARMACTIVATE"}'],
    ]);
  });

  test('Status 11 tells the state', async () => {
    const { ask, json } = await bench();
    expect((await ask('cmnd/plug/STATUS', '11')).map(([topic]) => topic)).toEqual(['stat/plug/STATUS11']);
    expect(await json('cmnd/plug/Status', '11')).toMatchObject({
      StatusSTS: { Time: '2026-01-01T00:00:00', Uptime: '0T00:00:00', UptimeSec: 0, POWER: 'OFF' },
    });
  });

  test.each(['8', '10'])('Status %s tells the meter', async (number) => {
    const { ask, json } = await bench();
    await ask('cmnd/plug/POWER', 'ON');
    expect((await ask('cmnd/plug/STATUS', number)).map(([topic]) => topic)).toEqual([`stat/plug/STATUS${number}`]);
    expect(await json('cmnd/plug/STATUS', number)).toMatchObject({
      StatusSNS: { ENERGY: { Total: 0, Power: expect.any(Number), Voltage: expect.any(Number) } },
    });
  });

  test('Status 0 tells everything, one above the last is an error', async () => {
    const { ask } = await bench();
    expect((await ask('cmnd/plug/STATUS', '0')).map(([topic]) => topic)).toEqual([
      'stat/plug/STATUS',
      'stat/plug/STATUS2',
      'stat/plug/STATUS5',
      'stat/plug/STATUS10',
      'stat/plug/STATUS11',
    ]);
    expect(await ask('cmnd/plug/STATUS', '99')).toEqual([['stat/plug/RESULT', '{"Command":"Error"}']]);
    expect((await ask('cmnd/plug/STATUS')).map(([topic]) => topic)).toEqual(['stat/plug/STATUS']);
  });

  test('TelePeriod sets the telemetry, or forces it', async () => {
    const { ask, plug } = await bench();
    expect(await ask('cmnd/plug/TelePeriod', '60')).toEqual([['stat/plug/RESULT', '{"TelePeriod":60}']]);
    expect(plug.telePeriodSeconds).toBe(60);
    expect((await ask('cmnd/plug/TelePeriod')).map(([topic]) => topic)).toEqual([
      'stat/plug/RESULT',
      'tele/plug/STATE',
      'tele/plug/SENSOR',
    ]);
    expect(await ask('cmnd/plug/TelePeriod', 'abc')).toEqual([['stat/plug/RESULT', '{"TelePeriod":60}']]);
  });

  test('PowerOnState is kept, State is told', async () => {
    const { ask, json, plug } = await bench();
    expect(await ask('cmnd/plug/PowerOnState', '1')).toEqual([['stat/plug/RESULT', '{"PowerOnState":1}']]);
    expect(plug.powerOnState).toBe(1);
    expect(await ask('cmnd/plug/PowerOnState', '9')).toEqual([['stat/plug/RESULT', '{"PowerOnState":1}']]);
    expect(await json('cmnd/plug/State')).toMatchObject({ POWER: 'OFF' });
  });

  test('packets that its buffer does not hold are dropped', async () => {
    const { ask } = await bench();
    expect(await ask('cmnd/plug/POWER', 'x'.repeat(1201))).toEqual([]);
  });
});

describe('what else there may be', () => {
  const rich = { relays: 2, light: 'rgbcw', shutters: 1, fan: true, telePeriodSeconds: 0 };

  test('several relays are counted, shutters first and the light last', async () => {
    const { ask, hub } = await bench(rich);
    expect(await ask('cmnd/plug/POWER3', 'ON')).toEqual([
      ['stat/plug/RESULT', '{"POWER3":"ON"}'],
      ['stat/plug/POWER3', 'ON'],
    ]);
    expect((await ask('cmnd/plug/POWER0', 'OFF')).filter(([topic]) => topic.endsWith('RESULT'))).toHaveLength(3);
    expect(await ask('cmnd/plug/POWER1', 'ON')).toEqual([['stat/plug/RESULT', '{"Command":"Error"}']]);
    const [, announced] = await retainedOn(hub);
    expect(JSON.parse(announced?.[1] ?? '')).toMatchObject({
      rl: [3, 3, 1, 1, 2, ...Array(27).fill(0)],
      lt_st: 5,
      lk: 1,
      if: 1,
      sho: [0],
    });
  });

  test('a light tells all of itself (docs, "Lights")', async () => {
    const { json } = await bench(rich);
    expect(await json('cmnd/plug/Dimmer', '50')).toMatchObject({ POWER5: 'ON', Dimmer: 50, HSBColor: '0,0,50' });
    expect(await json('cmnd/plug/HSBColor', '120,100,100')).toMatchObject({ Color: '00FF00', HSBColor: '120,100,100' });
    expect(await json('cmnd/plug/CT', '300')).toMatchObject({ CT: 300 });
    expect(await json('cmnd/plug/CT', '501')).toMatchObject({ CT: 300 });
    expect(await json('cmnd/plug/Dimmer', '0')).toMatchObject({ POWER5: 'OFF', Dimmer: 0 });
    expect(await json('cmnd/plug/HSBColor', 'red')).toMatchObject({ HSBColor: '120,100,0' });
  });

  test('a fan has four speeds', async () => {
    const { json, ask } = await bench(rich);
    expect(await json('cmnd/plug/FanSpeed')).toEqual({ FanSpeed: 0 });
    const said = await ask('cmnd/plug/FanSpeed', '3');
    expect(said.at(-1)).toEqual(['stat/plug/RESULT', '{"FanSpeed":3}']);
    expect((await ask('cmnd/plug/FanSpeed', '4')).at(-1)?.[1]).toBe('{"FanSpeed":3}');
  });

  test('a shutter tells its way (docs, "Shutters and Blinds")', async () => {
    const { ask, clock, heard } = await bench(rich);
    expect(await ask('cmnd/plug/ShutterPosition1', '50')).toEqual([
      ['stat/plug/RESULT', '{"Shutter1":{"Position":0,"Direction":1,"Target":50}}'],
      ['stat/plug/RESULT', '{"ShutterPosition1":50}'],
    ]);
    await clock.advance(2500);
    expect((await ask('cmnd/plug/ShutterStop1')).at(-1)).toEqual(['stat/plug/RESULT', '{"ShutterStop1":"Done"}']);
    expect(await ask('cmnd/plug/ShutterClose')).toEqual([
      ['stat/plug/RESULT', '{"Shutter1":{"Position":25,"Direction":-1,"Target":0}}'],
      ['stat/plug/RESULT', '{"ShutterClose1":0}'],
    ]);
    await clock.advance(2500);
    expect(heard).toEqual([
      ['stat/plug/RESULT', '{"Shutter1":{"Position":0,"Direction":0,"Target":0}}'],
      ['stat/plug/SHUTTER1', '0'],
    ]);
    expect(await ask('cmnd/plug/ShutterOpen2')).toEqual([['stat/plug/RESULT', '{"Command":"Error"}']]);
  });

  test.each(['Dimmer', 'CT', 'HSBColor', 'FanSpeed'])('a plug has no %s', async (command) => {
    const { ask } = await bench();
    expect(await ask(`cmnd/plug/${command}`, '1')).toEqual([
      ['stat/plug/RESULT', `{"Command":"Unknown","Input":"${command.toUpperCase()}"}`],
    ]);
  });

  test('it has other words, topics and places for its answers', async () => {
    const words = { fullTopic: 'stat/%topic%/%prefix%', stateText: { off: 'aus', on: 'an' }, answersByCommand: true };
    const { ask } = await bench(words);
    expect(await ask('stat/plug/cmnd/POWER', 'ON')).toEqual([
      ['stat/plug/cmnd/POWER', 'ON'],
      ['stat/plug/stat/POWER', '{"POWER":"an"}'],
      ['stat/plug/stat/POWER', 'an'],
    ]);
  });

  test('it starts again', async () => {
    const { ask, plug } = await bench();
    const said = await ask('cmnd/plug/Restart', '1');
    expect(said.slice(0, 3)).toEqual([
      ['stat/plug/RESULT', '{"Restart":"Restarting"}'],
      ['tele/plug/LWT', 'Offline'],
      ['tele/plug/LWT', 'Online'],
    ]);
    expect((await ask('cmnd/plug/Restart', '2')).map(([, payload]) => payload)).toEqual(['{"Restart":"1 to restart"}']);
    expect(plug.on).toBe(false);
  });

  test('without SetOption19 0 it announces nothing', async () => {
    const { hub } = await bench({ announces: false });
    expect((await retainedOn(hub)).map(([topic]) => topic)).toEqual(['tele/plug/LWT']);
  });
});

describe('Backlog (docs, "Commands", "The Power of Backlog")', () => {
  test('runs commands in order with a pause between them', async () => {
    const { ask, clock, heard } = await bench();
    expect(await ask('cmnd/plug/Backlog', 'Power on; Power toggle;;Status 99')).toEqual(told('ON'));
    await clock.advance(200);
    expect(heard.splice(0)).toEqual(told('OFF'));
    await clock.advance(200);
    expect(heard).toEqual([['stat/plug/RESULT', '{"Command":"Error"}']]);
  });

  test('Backlog0 has no pause', async () => {
    const { ask, clock, heard } = await bench();
    await ask('cmnd/plug/Backlog0', 'Power on;Power off');
    await clock.advance(0);
    expect(heard).toEqual(told('OFF'));
  });

  test('without commands clears the queue', async () => {
    const { ask, clock, heard, plug } = await bench();
    await ask('cmnd/plug/Backlog', 'Power on; Power off');
    expect(await ask('cmnd/plug/Backlog')).toEqual([['stat/plug/RESULT', '{"Backlog":"Aborted"}']]);
    await clock.advance(1000);
    expect(heard).toEqual([]);
    expect(plug.on).toBe(true);
    expect(await ask('cmnd/plug/Backlog')).toEqual([['stat/plug/RESULT', '{"Backlog":"Empty"}']]);
  });

  test('holds thirty commands', async () => {
    const { ask, clock, heard } = await bench({ telePeriodSeconds: 0 });
    await ask('cmnd/plug/Backlog0', Array.from({ length: 40 }, () => 'Power toggle').join(';'));
    await clock.advance(1000);
    expect(heard).toHaveLength(29 * 2);
  });
});

describe('what it says by itself', () => {
  test('begins with everything, its last will retained', async () => {
    const { greeting, hub, wire } = await bench();
    expect(greeting.map(([topic]) => topic)).toEqual([
      'tele/plug/LWT',
      'tele/plug/INFO1',
      'stat/plug/RESULT',
      'stat/plug/POWER',
      'tele/plug/STATE',
      'tele/plug/SENSOR',
    ]);
    expect(wire).toMatchObject({ will: { topic: 'tele/plug/LWT', payload: 'Offline', retain: true } });
    expect(await retainedOn(hub)).toEqual([
      ['tele/plug/LWT', 'Online'],
      ['tasmota/discovery/DEADBE8F1C0D/config', expect.stringContaining('"t":"plug","ft":"%prefix%/%topic%/"')],
      ['tasmota/discovery/DEADBE8F1C0D/sensors', expect.stringMatching(/^{"sn":{"Time":.*"ver":1}$/)],
    ]);
  });

  test('goes on each TelePeriod and with each press of the button', async () => {
    const { clock, heard, plug } = await bench();
    await clock.advance(10_000);
    expect(heard.splice(0).map(([topic]) => topic)).toEqual(['tele/plug/STATE', 'tele/plug/SENSOR']);
    plug.pressButton();
    await settle();
    expect(heard).toEqual(told('ON'));
  });

  test('stops when it is offline, and nothing is heard', async () => {
    const { clock, ask, heard, plug } = await bench();
    plug.goOffline();
    await settle();
    expect(heard.splice(0)).toEqual([['tele/plug/LWT', 'Offline']]);
    expect(await ask('cmnd/plug/POWER', 'ON')).toEqual([]);
    await clock.advance(10_000);
    expect(heard).toEqual([]);
    expect(plug.on).toBe(false);
    plug.comeOnline();
    await settle();
    expect(heard).toEqual([['tele/plug/LWT', 'Online']]);
  });

  test('begins again after its power was cut', async () => {
    const { heard, plug } = await bench();
    plug.powerOnState = 1;
    plug.powerCycle();
    await settle();
    expect(heard.slice(0, 4).map(([topic, payload]) => [topic, topic.endsWith('INFO1') ? '' : payload])).toEqual([
      ['tele/plug/LWT', 'Offline'],
      ['tele/plug/LWT', 'Online'],
      ['tele/plug/INFO1', ''],
      ['stat/plug/RESULT', '{"POWER":"ON"}'],
    ]);
  });

  test('comes back on a new connection with an Online alone, and leaves the old one', async () => {
    const { heard, hub, wire, client, ask } = await bench();
    await client.kill();
    await settle();
    expect(heard.splice(0)).toEqual([['tele/plug/LWT', 'Offline']]);
    if (wire.shape === 'messages') wire.serve(hubFarClient(hub, wire.will));
    await settle();
    expect(heard.splice(0)).toEqual([['tele/plug/LWT', 'Online']]);
    expect(await ask('cmnd/plug/POWER', 'ON')).toEqual(told('ON'));
  });

  test('obeys a command once, though an earlier connection still hears it', async () => {
    const { hub, wire, ask } = await bench();
    if (wire.shape === 'messages') wire.serve(hubFarClient(hub, wire.will));
    await settle();
    expect(await ask('cmnd/plug/POWER', 'TOGGLE')).toEqual(told('ON'));
  });

  test('on a connection that comes while it is away is its last will', async () => {
    const { heard, hub, wire, plug } = await bench();
    plug.goOffline();
    await settle();
    heard.length = 0;
    if (wire.shape === 'messages') wire.serve(hubFarClient(hub, wire.will));
    await settle();
    expect(heard).toEqual([['tele/plug/LWT', 'Offline']]);
  });

  test('does not go on with a Backlog that a power cut ended', async () => {
    const { ask, clock, plug } = await bench();
    plug.powerOnState = 0;
    await ask('cmnd/plug/Backlog', 'Power off; Power on');
    plug.powerCycle();
    await clock.advance(1000);
    expect(plug.on).toBe(false);
  });

  test('ends with the simulator', async () => {
    const { simulator, clock, ask, plug } = await bench();
    await ask('cmnd/plug/Backlog', 'Power on; Power off');
    simulator.close();
    expect(clock.pendingTimers).toBe(0);
    expect(await ask('cmnd/plug/POWER', 'ON')).toEqual([]);
    plug.pressButton();
    await settle();
    expect(plug.on).toBe(false);
  });
});
