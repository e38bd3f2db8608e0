import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { homeAssistant } from './driver.ts';

const device = { ids: 'room', name: 'Room' };
const announced = {
  'cover/room/blind': {
    name: 'Blind',
    pos_t: 'room/position',
    set_pos_t: 'room/position/set',
    pos_open: 255,
    dev: device,
  },
  'number/room/setpoint': {
    name: 'Setpoint',
    stat_t: 'room/sp',
    cmd_t: 'room/sp/set',
    min: 5,
    max: 30,
    step: 0.1,
    dev: device,
  },
};

async function attached() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (topic: string, payload: string, retain = false): Promise<void> => {
    await far.publish(topic, payload, { retain });
    await settle();
  };
  for (const [where, config] of Object.entries(announced))
    await say(`homeassistant/${where}/config`, JSON.stringify(config), true);
  const attaching = homeAssistant.attach(near, { device: 'room' }, context);
  await clock.advance(1000);
  const session = await attaching;
  const write = async (property: string, value: number) => {
    const call = messageCall({ connection: near, clock });
    // Erased handlers take `never`.
    const outcome = Promise.resolve(session.write?.[property]?.(value as never, call.call as never)).then(
      () => call.confirmed.map(({ level }) => level),
      (error: unknown) => error,
    );
    await settle();
    return { outcome };
  };
  return { clock, told, say, write };
}

test('a cover that comes nearer has taken its position; one that goes on from it has not', async () => {
  const { clock, told, say, write } = await attached();
  expect(told.models.at(-1)?.properties['blind-position']).toMatchObject({ write: { confirmation: 'acknowledged' } });
  await say('room/position', '100');
  const { outcome } = await write('blind-position', 50);
  // It was on its way up.
  await say('room/position', '102');
  await say('room/position', '98');
  expect(await outcome).toEqual(['acknowledged']);
  const other = await write('blind-position', 20);
  for (const place of ['98', '99', '150']) await say('room/position', place);
  await clock.advance(5000);
  expect(await other.outcome).toMatchObject({ code: 'device-timeout' });
});

test('a position that nothing was told of before is answered by itself alone', async () => {
  const { say, write } = await attached();
  const { outcome } = await write('blind-position', 50);
  await say('room/position', '98');
  await say('room/position', '50');
  expect(await outcome).toEqual(['acknowledged']);
});

test('a fraction that the device holds in single precision is the one that was asked for', async () => {
  const { clock, say, write } = await attached();
  const { outcome } = await write('setpoint', 21.3);
  await say('room/sp', '21.299999');
  expect(await outcome).toEqual(['confirmed']);
  const other = await write('setpoint', 21.3);
  await say('room/sp', '21.29');
  await clock.advance(5000);
  expect(await other.outcome).toMatchObject({ code: 'device-timeout' });
});
