import { expect, test } from 'vitest';
import { topicMapDriver } from '../../drivers/declarative/topics/driver.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig } from '../support/rig.ts';
import { topicMapOf } from '../support/topic-map-texts.ts';

const property = (name: string): string =>
  `  ${name}: { schema: { type: number }, pollMs: 2000, read: { send: { topic: tank/get/${name} }, reply: { topic: tank/is/${name}, payload: '{value:%f}' } } }\n`;

test.each([
  ['level', 'flow'],
  ['flow', 'level'],
])('%s, %s: a property that a device never tells is bad, and the device is there', async (...names) => {
  const map = topicMapOf(`model: tank\nsummary: A tank\ntopics: {}\nproperties:\n${names.map(property).join('')}`);
  const line = new HubLine();
  const rig = createRig(topicMapDriver(map), { line }, [{ id: 'tank', connection: 'line' }]);
  const far = line.hub.connect();
  await far.subscribe('tank/get/level', () => line.publish('tank/is/level', '1', false));
  await rig.clock.advance(10_000);
  const states: string[] = [];
  const leave = rig.stream.follow(({ type, data }) => {
    if (type === 'device') states.push(JSON.stringify(data));
  });
  await rig.clock.advance(50_000);
  leave();
  expect(states).toEqual([]);
  expect(rig.logged).toEqual(['connection open']);
  expect(rig.device('tank').reading('level')).toMatchObject({ value: 1, quality: 'good' });
  expect(rig.device('tank').reading('flow').quality).not.toBe('good');
});
