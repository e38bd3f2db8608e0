import { expect, test } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import { about, chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig } from '../support/rig.ts';

async function remembering(store: MemoryStore) {
  const line = new HubLine();
  const discovery = { broker: { options: {}, autoAdopt: [{ match: {} }] } };
  const rig = createRig([chirpDriver()], { broker: line }, [], { discovery, store });
  rig.discovery.start();
  await rig.control.restore();
  rig.discovery.begin();
  const say = async (name: string, most: number): Promise<void> => {
    about(line, name, { serial: name, most });
    await rig.until(() => rig.registry.find(name)?.state === 'ready');
    await rig.clock.advance(2000);
  };
  const kept = (): unknown[] =>
    [...store.facts.entries('model:')].map(([, model]) => Object(model).properties.level.schema.maximum as unknown);
  return { rig, say, kept };
}

test('only what devices are now stays on record', async () => {
  const store = new MemoryStore(10);
  const { rig, say, kept } = await remembering(store);
  for (const name of ['lamp', 'hall']) await say(name, 1);
  expect(kept()).toEqual([1]);
  for (let most = 2; most < 50; most++) await say('lamp', most);
  // The other one still is what it was.
  expect(kept()).toEqual([1, 49]);
  await say('hall', 49);
  expect(kept()).toEqual([49]);
  rig.control.close();

  const next = await remembering(store);
  await next.say('hall', 49);
  await next.say('lamp', 2);
  expect(next.kept()).toEqual([49, 2]);
  await next.say('lamp', 49);
  expect(next.kept()).toEqual([49]);
});
