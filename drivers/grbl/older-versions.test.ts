import { expect, onTestFinished, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeContext } from '../../test/support/context.ts';
import { grbl } from './driver.ts';

/** What attaching to a controller comes to that says this at its start, and this when it is asked for its status. */
async function attach(banner: string, status: string): Promise<unknown> {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  onTestFinished(() => near.close());
  const say = (text: string): void => void far.write(Buffer.from(`${text}\r\n`, 'latin1'));
  far.onData(() => void (status !== '' && say(status)));
  if (banner !== '') say(banner);
  const attached = grbl.attach(near, {}, makeContext(clock).context).catch((error: unknown) => error);
  await settle();
  await clock.advance(4000);
  return await attached;
}

const old = '<Idle,MPos:0.000,0.000,0.000,WPos:0.000,0.000,0.000>';

test.each([
  ["Grbl 0.9j ['$' for help]", old, 'Grbl 0.9j'],
  ["Grbl 0.8c ['$' for help]", '', 'Grbl 0.8c'],
  ['', old, '<Idle,MPos:'],
])('another version is told as that: %j %j', async (banner, status, told) => {
  const message = expect.stringContaining(told) as string;
  expect(await attach(banner, status)).toMatchObject({ code: 'identity-mismatch', message });
});

test('a controller that says nothing is no other version', async () => {
  expect(await attach('', '')).toMatchObject({ code: 'device-timeout' });
  expect(await attach("Grbl 1.1h ['$' for help]", '')).toMatchObject({ code: 'device-timeout' });
});
