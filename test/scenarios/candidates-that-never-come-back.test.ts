import { expect, test } from 'vitest';
import { about, chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig } from '../support/rig.ts';

test('those that were lost with their connection make room for those that are there', async () => {
  const line = new HubLine();
  const discovery = { broker: { options: {}, autoAdopt: [] } };
  const rig = createRig([chirpDriver()], { broker: line }, [], { discovery, maxCandidates: 3 });
  rig.discovery.start();
  await rig.control.restore();
  rig.discovery.begin();
  await rig.until(() => line.near !== undefined);
  for (const name of ['a', 'b', 'c', 'd']) about(line, name, { serial: name });
  await rig.clock.advance(10);
  const names = (): string[] =>
    rig.discovery
      .list({ limit: 100 })
      .map(({ name, state }) => `${name} ${state}`)
      .toSorted();
  expect(names()).toEqual(['a announced', 'b announced', 'c announced']);
  line.down = true;
  line.lose();
  await rig.clock.advance(10);
  for (const name of ['a', 'b', 'c', 'd']) about(line, name, undefined);
  for (const name of ['e', 'f']) about(line, name, { serial: name });
  line.down = false;
  await rig.until(() => line.opens === 2);
  await rig.clock.advance(10);
  expect(names()).toEqual(['c stale', 'e announced', 'f announced']);
  about(line, 'c', { serial: 'c' });
  about(line, 'g', { serial: 'g' });
  await rig.clock.advance(10);
  expect(names()).toEqual(['c announced', 'e announced', 'f announced']);
});
