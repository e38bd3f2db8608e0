import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { homeAssistant } from './driver.ts';

const dev = { ids: 'room', name: 'Room' };
const announced = {
  'light/room/lamp': {
    name: 'Lamp',
    cmd_t: 'lamp/set',
    stat_t: 'lamp/state',
    bri_cmd_t: 'lamp/bri/set',
    bri_stat_t: 'lamp/bri',
    dev,
  },
  'light/room/strip': { name: 'Strip', schema: 'json', cmd_t: 'strip/set', stat_t: 'strip', brightness: true, dev },
  'cover/room/blind': { name: 'Blind', cmd_t: 'blind/set', tilt_cmd_t: 'tilt/set', tilt_status_t: 'tilt', dev },
};

async function attached() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (topic: string, payload: unknown, retain = false): Promise<void> => {
    await far.publish(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { retain });
    await settle();
  };
  for (const [where, config] of Object.entries(announced)) await say(`homeassistant/${where}/config`, config, true);
  const attaching = homeAssistant.attach(near, { device: 'room' }, context);
  await clock.advance(1000);
  const session = await attaching;
  /** What a write comes to while the device tells these. */
  const write = async (property: string, value: number, topic: string, ...then: unknown[]) => {
    const call = messageCall({ connection: near, clock });
    // Erased handlers take `never`.
    const outcome = Promise.resolve(session.write?.[property]?.(value as never, call.call as never)).then(
      () => call.confirmed.map(({ level }) => level),
      ({ code }: { code: string }) => code,
    );
    await settle();
    for (const payload of then) await say(topic, payload);
    await clock.advance(5000);
    return await outcome;
  };
  return { say, write };
}

const strip = (brightness: number): object => ({ state: 'ON', brightness });

test('a brightness that a light holds in per cent is confirmed where it has come nearer', async () => {
  const { say, write } = await attached();
  await say('lamp/bri', '20');
  expect(await write('lamp-brightness', 100, 'lamp/bri', '99')).toEqual(['confirmed']);
  // It is told again, and may be what was there before.
  expect(await write('lamp-brightness', 100, 'lamp/bri', '99')).toBe('device-timeout');
  expect(await write('lamp-brightness', 120, 'lamp/bri', '110')).toBe('device-timeout');
});

test('the same of one that tells JSON', async () => {
  const { say, write } = await attached();
  await say('strip', strip(20));
  expect(await write('strip-brightness', 100, 'strip', strip(99))).toEqual(['confirmed']);
  expect(await write('strip-brightness', 100, 'strip', strip(99))).toBe('device-timeout');
  expect(await write('strip-brightness', 120, 'strip', { ...strip(120), state: 'OFF' })).toBe('device-timeout');
});

test('what was not known before is confirmed by itself alone', async () => {
  const { write } = await attached();
  expect(await write('lamp-brightness', 100, 'lamp/bri', '99')).toBe('device-timeout');
});

test('slats on their way have taken their tilt', async () => {
  const { say, write } = await attached();
  await say('tilt', '0');
  expect(await write('blind-tilt', 60, 'tilt', '5', '60')).toEqual(['acknowledged']);
});
