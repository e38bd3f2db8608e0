import { expect, test } from 'vitest';
import { BellcrankError } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { tasmotaDriver } from './driver.ts';

const answers: Readonly<Record<string, string>> = {
  '5': '{"StatusNET":{"Mac":"DE:AD:BE:4A:3B:2C"}}',
  '11': '{"StatusSTS":{"UptimeSec":10}}',
  '10': '{"StatusSNS":{"AM2301":{"Temperature":21.5,"Humidity":40.1},"DS18B20":{"Temperature":7},"TempUnit":"C"}}',
};

/** Attached to a room sensor that answers its questions. */
async function attached() {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const said = { ...answers };
  await far.subscribe('cmnd/room/STATUS', ({ payload }) => {
    const number = Buffer.from(payload).toString();
    void far.publish(`stat/room/STATUS${number}`, said[number] ?? '');
  });
  const attaching = tasmotaDriver.attach(near, { topic: 'room' }, context);
  await clock.advance(1000);
  const session = await attaching;
  const say = async (payload: string): Promise<void> => {
    await far.publish('tele/room/SENSOR', payload);
    await settle();
  };
  return { clock, near, told, session, say, said };
}

test('what a sensor told before it failed does not pass for what it tells now', async () => {
  const { told, say } = await attached();
  expect(told.value('am2301-temperature')).toBe(21.5);
  await say('{"AM2301":{"Temperature":null,"Humidity":null},"DS18B20":{"Temperature":8},"TempUnit":"C"}');
  expect(told.losses.map(({ property }) => property)).toEqual(['am2301-humidity', 'am2301-temperature']);
  expect(told.value('ds18b20-temperature')).toBe(8);
  await say('{"AM2301":{"Temperature":22,"Humidity":41},"TempUnit":"C"}');
  expect(told.value('am2301-temperature')).toBe(22);
});

test('what a device that is asked for several values does not tell has a reason in its place', async () => {
  const { clock, near, session, said } = await attached();
  said['10'] = '{"StatusSNS":{"AM2301":{"Temperature":null,"Humidity":41},"TempUnit":"C"}}';
  const names = ['am2301-temperature', 'am2301-humidity', 'ds18b20-temperature'];
  // Erased handlers take `never`.
  const values = await session.readMany?.(names, messageCall({ connection: near, clock }).call as never);
  expect(values).toMatchObject({ 'am2301-humidity': 41 });
  for (const name of ['am2301-temperature', 'ds18b20-temperature']) {
    expect(values?.[name]).toBeInstanceOf(BellcrankError);
  }
});
