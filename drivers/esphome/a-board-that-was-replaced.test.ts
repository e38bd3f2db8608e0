import { expect, test } from 'vitest';
import { BellcrankError, type Context } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { esphomeDriver } from './driver.ts';
import { Inventory } from './inventory.ts';

async function attached(announced: boolean | 'ghost' = true) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context: plain, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  // As the runtime holds it: whoever it was is whoever it has to be.
  const identify: Context['identify'] = (identity) => {
    plain.identify(identity);
    if (told.identities[0] !== identity) throw new BellcrankError('identity-mismatch', `it is ${identity}`);
  };
  const announce = async (id: string, mac: string): Promise<void> => {
    const config = { stat_t: `room/switch/${id}/state`, dev: { ids: mac, name: 'Room' } };
    await far.publish(`homeassistant/switch/room/${id}/config`, JSON.stringify(config), { retain: true });
    await settle();
  };
  await far.publish('room/status', 'online', { retain: true });
  if (announced !== false) await announce(announced === 'ghost' ? 'pump' : 'relay', 'aaaaaa000001');
  if (announced === 'ghost') await announce('relay', 'bbbbbb000002');
  const attaching = esphomeDriver.attach(near, { prefix: 'room' }, { ...plain, identify });
  await clock.advance(1000);
  const session = await attaching;
  const resync = () => {
    // Erased handlers take `never`.
    const resyncing = Promise.resolve(session.resync?.(messageCall({ connection: near, clock }).call as never));
    return resyncing.then(
      () => 'in step',
      (error: unknown) => error,
    );
  };
  return { told, announce, resync };
}

test('a board that announces itself as the one before is that one', async () => {
  const { told, announce, resync } = await attached();
  const before = told.availability.length;
  await announce('relay', 'aaaaaa000001');
  await announce('pump', 'aaaaaa000001');
  expect(told.availability).toHaveLength(before);
  expect(await resync()).toBe('in step');
});

test('another board under its prefix is told', async () => {
  const { told, announce, resync } = await attached();
  await announce('relay', 'bbbbbb000002');
  expect(told.availability.at(-1)?.detail).toBe('its discovery messages tell another MAC address');
  expect(await resync()).toMatchObject({ code: 'identity-mismatch' });
});

test('a board that tells who it is once it is attached goes on', async () => {
  const { told, announce, resync } = await attached(false);
  const before = told.availability.length;
  await announce('relay', 'aaaaaa000001');
  expect(told.availability).toHaveLength(before);
  expect(told.identities).toEqual(['aaaaaa000001']);
  expect(await resync()).toBe('in step');
});

test('an announcement that a board of before has left with the broker is not who is there', async () => {
  const { told, announce, resync } = await attached('ghost');
  expect(told.identities).toEqual([]);
  const before = told.availability.length;
  await announce('relay', 'bbbbbb000002');
  expect(told.availability).toHaveLength(before);
  expect(told.identities).toEqual(['bbbbbb000002']);
  expect(await resync()).toBe('in step');
});

test('nor is what one with another name has told of itself', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const announce = async (name: string, mac: string): Promise<void> => {
    const config = { stat_t: `room/switch/${name}/state`, dev: { ids: mac, name } };
    await far.publish(`homeassistant/switch/${name}/${name}/config`, JSON.stringify(config), { retain: true });
    await far.publish(`esphome/discover/${name}`, JSON.stringify({ mac, name }), { retain: true });
  };
  await far.publish('room/status', 'online', { retain: true });
  await announce('pump', 'aaaaaa000001');
  await announce('relay', 'bbbbbb000002');
  const attaching = esphomeDriver.attach(near, { prefix: 'room' }, context);
  await clock.advance(1000);
  await attaching;
  expect(told.identities).toEqual([]);
  await announce('relay', 'bbbbbb000002');
  await settle();
  expect(told.identities).toEqual(['bbbbbb000002']);
});

test('of many boards one after the other the last is known, and forgotten with its announcement', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context } = recordingContext(clock);
  const inventory = new Inventory(near, context);
  const topic = 'homeassistant/switch/room/relay/config';
  let mac = '';
  for (let board = 10; board < 30; board++) {
    mac = `aaaaaa0000${board}`;
    await far.publish(topic, JSON.stringify({ stat_t: 'room/switch/relay/state', dev: { ids: mac } }));
    await settle();
  }
  expect(inventory.find('room')?.info.mac).toBe(mac);
  await far.publish(topic, '');
  await far.publish('esphome/discover/valve', JSON.stringify({ mac, name: 'valve' }));
  await settle();
  expect(inventory.find('valve')?.info.mac).toBe(mac);
});
