import { expect, test } from 'vitest';
import { definedDevice } from '../support/defined-device.ts';

/** Without a terminator of its own a reply ends where the device says that it is ready: half of one is no value. */
test('a reply that pauses before its prompt is not taken for whole', async () => {
  const bench = definedDevice({
    line: { inTerminator: '', prompt: '> ', interByteTimeoutMs: 50, replyTimeoutMs: 500 },
    properties: { value: { schema: { type: 'number' }, read: { send: 'V?', expect: '{value:%d}' } } },
  });
  const { read } = await bench.attached();
  const value = read('value', bench.call().call).catch((error: { code?: string }) => error.code);
  await bench.clock.advance(5);
  await bench.device.say('12');
  await bench.clock.advance(80);
  await bench.device.say('34> ');
  expect(await bench.settled(value)).not.toBe(12);
});
