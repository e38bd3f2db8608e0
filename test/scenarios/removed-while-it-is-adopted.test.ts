import { expect, test } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import type { FactStore, Store } from '../../src/store/store.ts';
import { about, chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig } from '../support/rig.ts';

test('who takes a device away before its adoption is on record has it stay away', async () => {
  const memory = new MemoryStore(10);
  const written = Promise.withResolvers<void>();
  const facts: FactStore = {
    get: (key) => memory.facts.get(key),
    keys: (prefix) => memory.facts.keys(prefix),
    entries: (prefix) => memory.facts.entries(prefix),
    lend: () => {},
    async set(key, value) {
      const isAdoption = key === 'device:mine' && value !== undefined;
      if (isAdoption) await written.promise;
      await memory.facts.set(key, isAdoption ? memory.facts.get(key) : value);
    },
  };
  const store: Store = Object.assign(Object.create(memory) as MemoryStore, { facts });
  const line = new HubLine();
  const discovery = { broker: { options: {}, autoAdopt: [{ match: { model: 'loud' } }] } };
  const rig = createRig([chirpDriver()], { broker: line }, [], { discovery, store });
  rig.discovery.start();
  await rig.control.restore();
  rig.discovery.begin();
  about(line, 'lamp', { serial: 'S1' });
  await rig.until(() => rig.discovery.list({ limit: 1 }).length === 1);
  const [{ id } = { id: '' }] = rig.discovery.list({ limit: 1 });
  const adopting = rig.discovery.adopt(id, { id: 'mine', restrictions: {} });
  await rig.settled(rig.devices.remove('mine', { by: 'test' }));
  expect(rig.discovery.get(id).dismissed).toBe(true);
  written.resolve();
  await rig.settled(adopting);
  expect(rig.discovery.get(id).dismissed).toBe(true);
  about(line, 'lamp', { serial: 'S1', make: 'loud' });
  await rig.clock.advance(5000);
  expect(rig.registry.devices).toEqual([]);
});
