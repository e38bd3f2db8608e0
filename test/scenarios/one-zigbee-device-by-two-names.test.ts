import { expect, test } from 'vitest';
import { zigbee2mqtt } from '../../drivers/zigbee2mqtt/driver.ts';
import { BellcrankError } from '../../src/errors.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig, type RigDevice } from '../support/rig.ts';

const exposes = [{ type: 'numeric', name: 'p', property: 'p', access: 7 }];
const plug = (friendly_name: string) => ({
  ieee_address: '0xaa',
  friendly_name,
  type: 'Router',
  definition: { model: 'M', vendor: 'V', exposes },
});
const byAddress: RigDevice = { id: 'address', connection: 'broker', options: { device: '0xAA' } };
const byName: RigDevice = { id: 'name', connection: 'broker', options: { device: 'x' } };

test.each([
  ['before', [byAddress, byName]],
  ['after', [byName, byAddress]],
])('only the one that was put there by its name takes commands; added %s', async (_, devices) => {
  const line = new HubLine();
  const rig = createRig([zigbee2mqtt], { broker: line }, devices);
  await rig.control.restore();
  line.publish('zigbee2mqtt/bridge/state', 'online');
  line.publish('zigbee2mqtt/bridge/devices', [plug('x')]);
  await rig.until(() => rig.device('name').state === 'ready');
  await rig.clock.advance(2000);
  expect([rig.device('name').state, rig.device('address').state]).toEqual(['ready', 'offline']);
  expect(rig.device('address').detail).toContain('by its friendly name');
  // A rename changes nothing about who it is.
  line.publish('zigbee2mqtt/bridge/devices', [plug('renamed')]);
  await rig.clock.advance(2000);
  expect([rig.device('name').state, rig.device('address').state]).toEqual(['ready', 'offline']);
  await rig.settled(rig.registry.remove('name', new BellcrankError('device-offline', 'removed')));
  await rig.clock.advance(2000);
  expect(rig.device('address').state).toBe('ready');
});
