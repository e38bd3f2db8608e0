import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { recordingContext, sharedOn } from '../../test/support/message-call.ts';
import { homie } from './driver.ts';

const attributes = {
  $name: 'Pump',
  $nodes: 'motor',
  'motor/$name': 'Motor',
  'motor/$properties': 'on,note',
  'motor/on/$datatype': 'boolean',
  'motor/on/$settable': 'true',
  'motor/note/$settable': 'true',
  'motor/on': 'true',
  'motor/note': 'hello',
  $state: 'ready',
};

async function attached(version: string, more: Readonly<Record<string, string>> = {}) {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect();
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = (path: string, text: string): void =>
    hub.publish(`homie/pump/${path}`, Buffer.from(text), { retain: true });
  say('$homie', version);
  for (const [path, text] of Object.entries({ ...attributes, ...more })) say(path, text);
  await settle();
  await homie.attach(near, { device: 'pump' }, context);
  await clock.advance(1000);
  return { clock, told, say };
}

test('in Homie 3 a property that tells no datatype is a text', async () => {
  const { told } = await attached('3.0.1');
  expect(told.available).toBe(true);
  expect(told.models).toHaveLength(1);
  expect(told.models[0]?.properties['motor-note']).toMatchObject({ access: 'read-write', schema: { type: 'string' } });
  expect([told.value('motor-on'), told.value('motor-note')]).toEqual([true, 'hello']);
});

test('in Homie 4, where each has one, it is waited for', async () => {
  const { clock, told, say } = await attached('4.0.0');
  expect(told.available).toBe(false);
  say('motor/note/$datatype', 'string');
  await clock.advance(1000);
  expect(told.available).toBe(true);
  expect(told.value('motor-note')).toBe('hello');
});

test('a datatype that comes a little later is not taken for none', async () => {
  const clock = new VirtualClock();
  const hub = new MemoryHub();
  const near = hub.connect();
  const { context, told } = recordingContext(clock, undefined, sharedOn(near, clock));
  const say = (path: string, text: string): void =>
    hub.publish(`homie/pump/${path}`, Buffer.from(text), { retain: true });
  await homie.attach(near, { device: 'pump' }, context);
  say('$homie', '3.0.1');
  for (const [path, text] of Object.entries(attributes)) if (path !== 'motor/on/$datatype') say(path, text);
  await clock.advance(90);
  say('motor/note/$name', 'Note');
  await clock.advance(90);
  say('motor/on/$datatype', 'boolean');
  await clock.advance(1000);
  expect(told.models).toHaveLength(1);
  expect(told.value('motor-on')).toBe(true);
});

test('what is left out of Homie 3 and 4 is said: arrays of nodes, and what is no identifier', async () => {
  const { told } = await attached('3.0.1', { $nodes: 'motor,wheels[],', 'motor/$properties': 'on,note,Speed' });
  expect(told.models[0]?.summary).toContain(
    'left out: wheels[] (it is an array of nodes), motor/Speed (it is no identifier)',
  );
  expect(told.value('motor-on')).toBe(true);
});
