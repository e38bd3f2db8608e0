import { expect, test } from 'vitest';
import { definedDevice } from '../support/defined-device.ts';

/** Some devices answer everything alike, the question who they are included: then nothing is found by it. */
test('a late reply that looks like the identity does not bring the line into step', async () => {
  const bench = definedDevice(
    {
      line: { quietMs: 100, replyTimeoutMs: 200 },
      identify: { send: 'ID', expect: 'OK' },
      commands: { go: { send: 'GO', expect: 'OK' }, halt: { send: 'HALT', expect: 'OK' } },
    },
    { ID: 'OK\n' },
  );
  const { command, resync } = await bench.attached();
  await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
  bench.device.mute();
  const halted = resync(bench.call().call).then(() => command('halt', {}, bench.call().call));
  while (!bench.heard.includes('ID')) await bench.clock.advance(5);
  // The answer to GO; the one to ID is under way.
  await bench.device.say('OK\n');
  await bench.clock.advance(20);
  await bench.device.say('OK\n');
  await expect(bench.settled(halted)).rejects.toMatchObject({ code: 'device-timeout' });
  expect(bench.heard.at(-1)).toBe('HALT');
});
