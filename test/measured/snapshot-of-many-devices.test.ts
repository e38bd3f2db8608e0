import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { counted } from '../support/counted.ts';
import { follow } from '../support/sse.ts';

test('thousands of devices are told without holding anybody else up', { timeout: 60_000 }, async () => {
  const ids = Array.from({ length: 2000 }, (_, index) => `d${index}`);
  const { url } = await counted(ids);
  const reader = await follow(url);
  let longest = 0;
  const over = reader.until((its) => its.events('synced').length === 1).then(() => true);
  for (let done = false; !done;) {
    const begun = performance.now();
    done = await Promise.race([over, setImmediate(false)]);
    longest = Math.max(longest, performance.now() - begun);
  }
  expect(reader.snapshots()).toHaveLength(2000);
  // The reader shares the loop, and the machine may have others: what is meant is far from the time that all take.
  expect(longest).toBeLessThan(250);
  reader.close();
});
