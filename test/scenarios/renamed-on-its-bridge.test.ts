import { expect, test } from 'vitest';
import { zigbee2mqtt } from '../../drivers/zigbee2mqtt/driver.ts';
import type { AdoptionRule } from '../../src/discovery/rule.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig, type RigDevice } from '../support/rig.ts';

const exposes = [{ type: 'numeric', name: 'power', property: 'power', access: 1 }];
const byName: RigDevice = { id: 'mine', connection: 'broker', options: { device: 'left' } };
const plug = (friendly_name: string, ieee_address = '0x00158d0000000001') => ({
  ieee_address,
  friendly_name,
  type: 'Router',
  definition: { model: 'M', vendor: 'V', exposes },
});

async function bridgeWith(devices: readonly RigDevice[], autoAdopt: readonly AdoptionRule[] = [{ match: {} }]) {
  const line = new HubLine();
  const discovery = { broker: { options: {}, autoAdopt } };
  const rig = createRig([zigbee2mqtt], { broker: line }, devices, { discovery });
  rig.discovery.start();
  await rig.control.restore();
  rig.discovery.begin();
  const named = async (name: string): Promise<void> => {
    line.publish('zigbee2mqtt/bridge/state', { state: 'online' });
    line.publish('zigbee2mqtt/bridge/devices', [plug(name)]);
    await rig.until(() => rig.discovery.list({ limit: 10 }).some((candidate) => candidate.name === name));
    await rig.clock.advance(5000);
  };
  const ids = (): string[] => rig.registry.devices.map(({ id, state }) => `${id} ${state}`);
  return { rig, line, named, ids };
}

test('one that was adopted keeps its id', async () => {
  const { named, ids } = await bridgeWith([]);
  await named('left');
  await named('right');
  expect(ids()).toEqual(['left ready']);
});

test('one that was put there by its name is not adopted as another one', async () => {
  const { rig, line, named, ids } = await bridgeWith([byName]);
  await named('left');
  await named('right');
  expect(ids()).toEqual(['mine ready']);
  line.publish('zigbee2mqtt/right', { power: 7 });
  await rig.until(() => rig.device('mine').reading('power').value === 7);
  // What is still told under the former name is another's.
  line.publish('zigbee2mqtt/left', { power: 1 });
  await rig.clock.advance(1000);
  expect(rig.device('mine').reading('power').value).toBe(7);
});

test('nor when the broker comes back: it is still the one', async () => {
  const { rig, line, named, ids } = await bridgeWith([byName]);
  await named('left');
  line.lose();
  await named('right');
  await rig.until(() => rig.device('mine').state === 'ready', 60_000);
  await rig.clock.advance(5000);
  expect(ids()).toEqual(['mine ready']);
});

test('a device that has its former name now is another one', async () => {
  const { rig, line, named } = await bridgeWith([], []);
  await named('left');
  await named('right');
  line.publish('zigbee2mqtt/bridge/devices', [plug('right'), plug('left', '0x00158d0000000002')]);
  const settings = {
    driver: zigbee2mqtt.model.name,
    labels: {},
    enabled: true,
    managedBy: 'api',
    restrictions: {},
  } as const;
  await rig.settled(rig.devices.add({ options: {}, ...byName, ...settings }));
  await rig.until(() => rig.device('mine').state === 'ready');
  const devices = rig.discovery.list({ limit: 10 }).map(({ name, device }) => `${name} ${device?.id}`);
  expect(devices.toSorted()).toEqual(['left mine', 'right undefined']);
});
