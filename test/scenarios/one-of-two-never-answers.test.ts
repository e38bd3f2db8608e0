import { expect, test } from 'vitest';
import { topicMapDriver } from '../../drivers/declarative/topics/driver.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig } from '../support/rig.ts';
import { topicMapOf } from '../support/topic-map-texts.ts';

const property = (name: string, source = 'pollMs: 2000'): string =>
  `  ${name}: { schema: { type: number }, ${source}, read: { send: { topic: tank/get/${name} }, reply: { topic: tank/is/${name}, payload: '{value:%f}' } } }\n`;

const tankOf = (properties: readonly string[]) =>
  topicMapOf(`model: tank\nsummary: A tank\ntopics: {}\nproperties:\n${properties.join('')}`);
const pushed = (name: string): string => property(name, `pushed: { topic: tank/is/${name}, payload: '{value:%f}' }`);

test.each([
  ['level', 'flow'],
  ['flow', 'level'],
])('%s, %s: a property that a device never tells is bad, and the device is there', async (...names) => {
  const map = tankOf(names.map((name) => property(name)));
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

test.each([
  ['is polled', property],
  ['tells by itself, and is probed', pushed],
])('a device that %s and tells nothing any more is no longer ready', async (_, properties) => {
  const map = tankOf(['level', 'flow'].map((name) => properties(name)));
  const line = new HubLine();
  const rig = createRig(topicMapDriver(map), { line }, [{ id: 'tank', connection: 'line', idleProbeMs: 5000 }]);
  const far = line.hub.connect();
  const leaving = ['level', 'flow'].map((name) =>
    far.subscribe(`tank/get/${name}`, () => line.publish(`tank/is/${name}`, '1', false)),
  );
  // Before the first probe, which would be answered.
  await rig.clock.advance(4000);
  expect(rig.device('tank').state).toBe('ready');
  for (const leave of await Promise.all(leaving)) await leave();
  const isAway = (): boolean => rig.device('tank').state !== 'ready';
  await rig.until(isAway);
  expect(isAway()).toBe(true);
});
