import { expect, test } from 'vitest';
import { definedDevice } from '../support/defined-device.ts';

/** One of its replies has a framing of its own, and the device never stops talking. */
test('what is sent unasked is heard again once a device that never stops talking was found', async () => {
  const bench = definedDevice(
    {
      identify: { send: 'ID?', expect: 'ID {id:%d}' },
      properties: {
        wave: {
          schema: { type: 'string' },
          read: { send: 'W?', expect: '{value:%s}', reply: { by: 'length', bytes: 100 } },
        },
        t: { schema: { type: 'number' } },
      },
      unsolicited: [{ match: 'T={t:%d}', report: { t: 't' } }],
    },
    { 'ID?': 'ID 1\n' },
  );
  const { read, resync } = await bench.attached();
  await expect(bench.settled(read('wave', bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
  const resynced = resync(bench.call().call);
  const state = { done: false };
  void resynced.finally(() => (state.done = true)).catch(() => {});
  for (let at = 0; at < 3000 && !state.done; at += 50) {
    await bench.device.say('T=1\n');
    await bench.clock.advance(50);
  }
  await bench.settled(resynced);
  const before = bench.told.reports.length;
  for (let at = 0; at < 10; at++) {
    await bench.device.say('T=2\n');
    await bench.clock.advance(50);
  }
  expect(bench.told.reports.slice(before)).toHaveLength(10);
  expect(bench.told.reports.at(-1)).toEqual({ property: 't', value: 2 });
});
