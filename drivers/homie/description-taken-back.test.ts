import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { homie } from './driver.ts';

test('a device that takes back what it said that it is can be told nothing, whatever its state', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect();
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (attribute: string, text: string): Promise<void> => {
    hub.publish(`homie/5/lamp/${attribute}`, Buffer.from(text), { retain: true });
    await settle();
  };
  const description = '{"homie":"5.0","version":1,"name":"Lamp","nodes":{}}';
  await say('$description', description);
  await say('$state', 'ready');
  await homie.attach(near, { device: 'lamp' }, context);
  await settle();
  expect(told.available).toBe(true);
  await say('$description', '');
  expect(told.availability.at(-1)).toEqual({ available: false, detail: 'the device has not described itself' });
  await say('$description', description);
  expect(told.available).toBe(true);
});
