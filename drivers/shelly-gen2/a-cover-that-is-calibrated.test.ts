import { expect, test } from 'vitest';
import { payloadFields } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { shellyGen2Driver } from './driver.ts';

const id = 'shellyplus2pm-aabbccddeeff';

test('a cover that comes to know where it is can be sent somewhere, and what it tells once is asked for once', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  let cover: object = { id: 0, state: 'stopped', pos_control: false };
  await far.subscribe(`${id}/rpc`, ({ payload }) => {
    const { id: request, src, method } = payloadFields(payload) ?? {};
    const result = method === 'Shelly.GetStatus' ? { 'cover:0': cover } : { id, gen: 2, app: 'Plus2PM' };
    void far.publish(`${String(src)}/rpc`, JSON.stringify({ id: request, src: id, dst: src, result }));
  });
  const notify = async (status: object): Promise<void> => {
    const frame = { src: id, method: 'NotifyStatus', params: { 'cover:0': status } };
    await far.publish(`${id}/events/rpc`, JSON.stringify(frame));
    await settle();
  };
  const attaching = shellyGen2Driver.attach(near, { topic: id }, context);
  await clock.advance(1000);
  const session = await attaching;
  expect(told.models.at(-1)?.commands['cover-0-go-to']).toBeUndefined();
  const before = told.availability.length;
  await notify({ state: 'opening' });
  expect(told.availability).toHaveLength(before);
  cover = { id: 0, state: 'open', pos_control: true, current_pos: 100 };
  await notify({ state: 'open', pos_control: true, current_pos: 100 });
  expect(told.availability.at(-1)?.detail).toBe('the device says that it has changed');
  // What the runtime does then. Erased handlers take `never`.
  await session.resync?.(messageCall({ connection: near, clock }).call as never);
  expect(told.models.at(-1)?.commands['cover-0-go-to']).toBeDefined();
  expect(told.value('cover-0-position')).toBe(100);
  await notify({ apower: 3 });
  await notify({ apower: 4 });
  expect(told.availability).toHaveLength(before + 2);
  // Once it has lost its position, that it has one is news again.
  cover = { id: 0, state: 'stopped', pos_control: false };
  await session.resync?.(messageCall({ connection: near, clock }).call as never);
  expect(told.models.at(-1)?.commands['cover-0-go-to']).toBeUndefined();
  await notify({ state: 'open', pos_control: true, current_pos: 100 });
  expect(told.availability).toHaveLength(before + 3);
});
