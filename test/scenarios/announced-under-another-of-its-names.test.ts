import { expect, test } from 'vitest';
import { homeAssistant } from '../../drivers/home-assistant/driver.ts';
import { zigbee2mqtt } from '../../drivers/zigbee2mqtt/driver.ts';
import type { AnyDriver } from '../../src/driver/index.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig } from '../support/rig.ts';

async function found(driver: AnyDriver, options: unknown, say: (line: HubLine) => void) {
  const line = new HubLine();
  const discovery = { broker: { options: {}, autoAdopt: [{ match: {} }] } };
  const rig = createRig([driver], { broker: line }, [{ id: 'mine', connection: 'broker', options }], { discovery });
  rig.discovery.start();
  await rig.control.restore();
  rig.discovery.begin();
  say(line);
  await rig.until(() => rig.discovery.list({ limit: 10 }).length === 2);
  await rig.clock.advance(2000);
  const candidates = rig.discovery.list({ limit: 10 }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return candidates.map(({ name, device }) => `${name} ${device?.id}`);
}

const relay = (identifiers: readonly string[], name: string) => ({
  cmd_t: `${name}/set`,
  stat_t: `${name}/state`,
  dev: { name, ids: identifiers, cns: [['mac', `02:5B:26:00:00:0${identifiers.length}`]] },
});
const plug = (ieee_address: string, friendly_name: string) => ({
  ieee_address,
  friendly_name,
  type: 'Router',
  definition: { model: 'M', vendor: 'V', exposes: [{ type: 'numeric', name: 'power', property: 'power', access: 1 }] },
});

test.each(['a2', 'mac:02:5b:26:00:00:02'])(
  'a Home Assistant device that is there as %s is not adopted again',
  async (device) => {
    const candidates = await found(homeAssistant, { device }, (line) => {
      line.publish('homeassistant/switch/a/config', relay(['a1', 'a2'], 'a'));
      line.publish('homeassistant/switch/b/config', relay(['b1'], 'b'));
    });
    expect(candidates).toEqual(['a mine', 'b b']);
  },
);

test.each(['left', '0x00158D0000000001'])(
  'a Zigbee device that is there as %s is not adopted again',
  async (device) => {
    const candidates = await found(zigbee2mqtt, { device }, (line) => {
      line.publish('zigbee2mqtt/bridge/state', { state: 'online' });
      line.publish('zigbee2mqtt/bridge/devices', [
        plug('0x00158d0000000001', 'left'),
        plug('0x00158d0000000002', 'right'),
      ]);
    });
    expect(candidates).toEqual(['left mine', 'right right']);
  },
);
