import { expect, test } from 'vitest';
import { trusted } from '../../src/access/caller.ts';
import { Follower } from '../../src/http/trace/follower.ts';
import { LiveTrace } from '../../src/http/trace/live.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

test.each([
  ['server-sent events', LiveTrace],
  ['a recording', Follower],
])('a reader of %s who reads nothing keeps nobody from following once they may not any more', async (_, Kind) => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const { device, clock, until } = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await until(() => device('toy').state === 'ready');
  let isInSight = true;
  const parts = { device: device('toy'), clock, caller: trusted('me'), isThere: () => true, sees: () => true };
  const { stream } = new Kind({ ...parts, isInSight: () => isInSight }, undefined);
  await clock.advance(60_000);
  expect(stream.destroyed).toBe(false);
  isInSight = false;
  // What waits may be read for a while, and the goodbye with it.
  await clock.advance(2000);
  expect(stream.destroyed).toBe(false);
  await clock.advance(30_000);
  expect(stream.destroyed).toBe(true);
});
