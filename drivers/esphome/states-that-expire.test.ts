import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { esphomeDriver } from './driver.ts';

/** As ESPHome announces a sensor with `expire_after: 60s`, and one without. */
const announced = {
  'homeassistant/sensor/shed/moss/config': {
    name: 'Moss',
    stat_t: 'shed/sensor/moss/state',
    unit_of_meas: '%',
    exp_aft: 60,
    dev: { ids: 'aabbcc000001', name: 'shed' },
  },
  'homeassistant/sensor/shed/rain/config': {
    name: 'Rain',
    stat_t: 'shed/sensor/rain/state',
    dev: { ids: 'aabbcc000001', name: 'shed' },
  },
};

/** Node's timers may fire up to a millisecond before their time (`early`). */
async function attached(early = 0) {
  const clock = new VirtualClock();
  const timer = clock.timer.bind(clock);
  clock.timer = (ms, fire) => timer(Math.max(0, ms - early), fire);
  const hub = new MemoryHub();
  const { context, told } = recordingContext(clock, undefined, sharedOn(hub.connect(), clock));
  const say = async (topic: string, payload: string, retain = true): Promise<void> => {
    hub.publish(topic, Buffer.from(payload), { retain });
    await settle();
  };
  for (const [topic, config] of Object.entries(announced)) await say(topic, JSON.stringify(config));
  await say('shed/status', 'online');
  for (const sensor of ['moss', 'rain']) await say(`shed/sensor/${sensor}/state`, '11');
  const attaching = esphomeDriver.attach(hub.connect(), { prefix: 'shed' }, context);
  await clock.advance(1000);
  await attaching;
  return { clock, told, say };
}

test('a state that is to expire holds from when it comes live, and until then or the next one', async () => {
  const { clock, told, say } = await attached();
  // Nobody knows how old it is.
  expect([told.value('moss'), told.value('rain')]).toEqual([undefined, 11]);
  await say('shed/sensor/moss/state', '12');
  expect(told.value('moss')).toBe(12);
  await clock.advance(50_000);
  await say('shed/sensor/moss/state', '13');
  told.losses.length = 0;
  await clock.advance(59_000);
  expect(told.losses).toEqual([]);
  await clock.advance(2000);
  const why = 'nothing was told for 60 s (expire_after)';
  expect(told.losses).toEqual([{ property: 'moss', why }]);
  await say('shed/sensor/moss/state', '14');
  expect(told.value('moss')).toBe(14);
  await say('shed/status', 'offline');
  await clock.advance(120_000);
  expect(told.losses).toHaveLength(1);
});

test('a state that expires is not told once more by a timer that is early', async () => {
  const { clock, told, say } = await attached(0.5);
  await say('shed/sensor/moss/state', '12');
  told.reports.length = 0;
  told.losses.length = 0;
  await clock.advance(61_000);
  expect([told.reports, told.losses.map(({ property }) => property)]).toEqual([[], ['moss']]);
});
