import { expect, test } from 'vitest';
import type { AnySession } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { messageCall, recordingContext, runCommand, sharedOn, type TestCall } from '../../test/support/message-call.ts';
import { tasmotaDriver } from './driver.ts';

/** A device that tells this state, and answers no order by itself. */
async function attached(state: Readonly<Record<string, unknown>>) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const [near, far] = [hub.connect(), hub.connect()];
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = async (topic: string, payload: unknown): Promise<void> => {
    await far.publish(topic, typeof payload === 'string' ? payload : JSON.stringify(payload));
    await settle();
  };
  const heard: string[] = [];
  const answers: Readonly<Record<string, object>> = {
    5: { StatusNET: { Mac: 'DE:AD:BE:4A:3B:2C' } },
    10: { StatusSNS: { Switch1: 'ON' } },
    11: { StatusSTS: state },
  };
  await far.subscribe('cmnd/plug/+', ({ topic, payload }) => {
    const text = Buffer.from(payload).toString();
    const command = topic.slice('cmnd/plug/'.length);
    if (command === 'STATUS') void far.publish(`stat/plug/STATUS${text}`, JSON.stringify(answers[text]));
    else heard.push(`${command} ${text}`);
  });
  hub.publish('tele/plug/LWT', Buffer.from('Online'), { retain: true });
  const attaching = tasmotaDriver.attach(near, { topic: 'plug' }, context);
  await clock.advance(0);
  const session = await attaching;
  return { clock, say, heard, told, session, call: messageCall({ connection: near, clock }) };
}

const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

// Erased handlers take `never`.
const stop = (session: AnySession, { call }: TestCall): Promise<unknown> =>
  outcomeOf(session.stop?.(call as never) ?? Promise.resolve('no stop'));

test.each([
  ['its last will', ['Offline', 'Online']],
  ['its start alone', ['Online']],
])('what it tells when it has started afresh (%s) answers no command of before', async (_, says) => {
  const { clock, say, session, call } = await attached({ POWER: 'OFF' });
  const outcome = outcomeOf(runCommand(session, 'toggle', {}, call));
  await settle();
  for (const word of says) await say('tele/plug/LWT', word);
  await say('stat/plug/RESULT', { POWER: 'ON' });
  await clock.advance(2000);
  expect(await outcome).toMatchObject({ code: 'device-timeout' });
  expect(call.confirmed).toEqual([]);
});

test.each([
  ['POWERONSTATE', undefined],
  ['POWERRETAINN 1', undefined],
  ['POWER2', undefined],
  ['POWER', 'device-refused'],
  ['POWER1', 'device-refused'],
  ['power ON', 'device-refused'],
])('another command that it does not know (%s)', async (input, code) => {
  const { clock, say, session, call } = await attached({ POWER: 'OFF' });
  const outcome = outcomeOf(runCommand(session, 'power', { on: true }, call));
  await settle();
  await say('stat/plug/RESULT', { Command: 'Unknown', Input: input });
  if (code === undefined) await say('stat/plug/RESULT', { POWER: 'ON' });
  await clock.advance(2000);
  expect(await outcome).toMatchObject(code === undefined ? { on: true } : { code });
});

test('a refusal that does not say of what may be that of another client: what the device did after it counts', async () => {
  const { clock, say, session, call } = await attached({ POWER: 'OFF' });
  const outcome = outcomeOf(runCommand(session, 'power', { on: true }, call));
  await settle();
  await say('stat/plug/RESULT', { Command: 'Unknown' });
  await clock.advance(1000);
  await say('stat/plug/RESULT', { POWER: 'ON' });
  expect(await outcome).toEqual({ on: true });
  expect(call.confirmed).toMatchObject([{ level: 'confirmed' }]);
});

test('a stop of more relays than any device has goes to each', async () => {
  const relays = Array.from({ length: 40 }, (_, index) => `POWER${index + 1}`);
  const { say, heard, session, call } = await attached(Object.fromEntries(relays.map((relay) => [relay, 'ON'])));
  const outcome = stop(session, call);
  await settle();
  expect(heard).toEqual(relays.map((relay) => `${relay} OFF`));
  for (const relay of relays) await say('stat/plug/RESULT', { [relay]: 'OFF' });
  expect(await outcome).toBeUndefined();
  expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
});

test('a stop of what has told sensors alone is more than nothing, and not confirmed', async () => {
  const { say, heard, session, call } = await attached({ UptimeSec: 7 });
  const outcome = stop(session, call);
  await settle();
  expect(heard).toEqual(['POWER0 OFF']);
  await say('stat/plug/RESULT', { POWER1: 'OFF' });
  expect(await outcome).toBeUndefined();
  expect(call.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
});
