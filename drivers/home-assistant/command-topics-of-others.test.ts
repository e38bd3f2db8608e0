import { expect, test } from 'vitest';
import { announcer } from '../../test/support/home-assistant.ts';

const evil = { ids: ['evil'], name: 'Evil' };

test.each([
  ['$SYS', '$SYS/broker/log/M/all'],
  ['a broker’s control', '$CONTROL/dynamic-security/v1'],
  ['a wildcard', 'lamps/+/set'],
  ['another announcement', 'homeassistant/switch/other/config'],
  ['a device’s announcement', 'homeassistant/device/other/config'],
  ['Home Assistant’s own status', 'homeassistant/status'],
  ['a property of a Bellcrank', 'bellcrank/main/oven/properties/setpoint/set'],
  ['one of a Bellcrank with another base', 'plant/north/site2/oven/properties/setpoint/set'],
  ['a command of a Bellcrank', 'x/main/oven-1/commands/heat/set'],
  ['a stop of a Bellcrank', 'bellcrank/main/oven/stop/set'],
  ['one of a Bellcrank as Homie has it', 'homie/5/bellcrank-main-oven/properties/setpoint/set'],
])('%s is no command topic of a device', async (_, cmd_t) => {
  const { announce, discover } = await announcer();
  await announce('button/evil', { name: 'Push', cmd_t, dev: evil });
  const { found } = await discover();
  expect(found.get('evil')?.unsupported).toContain('topic');
});

test.each([
  ['the example of Home Assistant', 'homeassistant/switch/irrigation/set'],
  ['zigbee2mqtt', 'zigbee2mqtt/hall/lamp/set'],
  ['its bridge', 'zigbee2mqtt/bridge/request/permit_join'],
  ['Tasmota', 'cmnd/tasmota_A8DC12/POWER1'],
  ['ESPHome', 'garden/switch/relay/command'],
  ['OpenMQTTGateway', 'home/OpenMQTTGateway/commands/MQTTtoSYS/config'],
  ['Shelly', 'shellyplus1pm-a8032abe54dc/command/switch:0'],
])('what %s announces is taken', async (_, cmd_t) => {
  const { announce, discover } = await announcer();
  await announce('button/good', { name: 'Push', cmd_t, dev: { ids: ['good'] } });
  const { found } = await discover();
  expect(found.get('good')?.unsupported).toBeUndefined();
});

const lamp = { name: 'On', cmd_t: 'lamp/set', stat_t: 'lamp/state', dev: { ids: ['lamp'], name: 'Lamp' } };
const alias = { name: 'On', cmd_t: 'lamp/set', stat_t: 'lamp/state', dev: evil };

test('a topic of another attached device is not commanded: it would get around its limits and its stop', async () => {
  const { announce, attach } = await announcer();
  await announce('switch/lamp', lamp);
  await announce('switch/evil', alias);
  await announce('sensor/evil', { name: 'Light', stat_t: 'evil/light', dev: evil });
  const first = await attach('lamp');
  const second = await attach('evil');
  expect(Object.keys(first.session.model?.properties ?? {})).toEqual(['on']);
  expect(Object.keys(second.session.model?.properties ?? {})).toEqual(['light']);
  // It is left out when it describes itself anew, too, and is free when the first one has gone.
  await announce('switch/evil', { ...alias, name: 'Again' });
  expect(Object.keys(second.session.model?.properties ?? {})).toEqual(['light']);
  first.end();
  await announce('switch/evil', alias);
  expect(Object.keys(second.session.model?.properties ?? {})).toEqual(['light', 'on']);
});

test('a device that describes itself anew keeps its own topics', async () => {
  const { announce, attach } = await announcer();
  await announce('switch/lamp', lamp);
  const { session } = await attach('lamp');
  await announce('switch/lamp', { ...lamp, name: 'Power' });
  expect(Object.keys(session.model?.properties ?? {})).toEqual(['power']);
  await announce('switch/lamp', { ...lamp, cmd_t: 'lamp/other' });
  await announce('switch/evil', alias);
  const { session: other } = await attach('evil');
  expect(Object.keys(other.model?.properties ?? {})).toEqual(['on']);
});
