import { expect, onTestFinished, test } from 'vitest';
import { topicMapDriver } from '../../drivers/declarative/topics/driver.ts';
import { topicMapSimulator } from '../../simulators/declarative/topics/index.ts';
import { createLab, type LabDevice } from '../../src/testing/index.ts';
import { topicMapOf } from '../support/topic-map-texts.ts';

/** All topics begin with an option of several levels, and another one follows it. */
const source = topicMapOf(`
model: gate
options: { base: { type: string, default: plant/hall }, name: { type: string, default: g1 } }
topics: { paths: [base], replyTimeoutMs: 500 }
properties:
  height-{leaf}:
    each: { leaf: [1, 2] }
    schema: { type: integer, minimum: 0, maximum: 100 }
    pollMs: 60000
    read: { send: { topic: '{base}/{name}/{leaf}/get' }, reply: { topic: '{base}/{name}/{leaf}/is', payload: '{value:%d}' } }
    write: { send: { topic: '{base}/{name}/{leaf}/set', payload: '{value:%d}' }, reply: { topic: '{base}/{name}/{leaf}/is', payload: '{value:%d}' } }
commands:
  go-{leaf}:
    each: { leaf: [1, 2] }
    effect: actuate
    params: { to: { type: string, enum: [up, down] } }
    send: { topic: '{base}/{name}/{leaf}/go/{to}/{id}' }
    reply: { topic: '{base}/{name}/{leaf}/went/{id}', payload: '{to}' }
  unlock:
    effect: actuate
    params: { pin: { type: integer, minimum: 0, maximum: 9999 }, seconds: { type: integer, minimum: 1, maximum: 60 } }
    result: { lock: { type: integer } }
    steps:
      - { send: { topic: '{base}/{name}/pin', payload: '{pin:%d}' }, reply: { topic: '{base}/{name}/pin/ok', payload: '{pin:%d}' } }
      - { send: { topic: '{base}/{name}/open', payload: '{seconds:%d}' }, reply: { topic: '{base}/{name}/opened', payload: '{lock:%d} {pin:%d}' } }
simulator:
  initial: { lock: 7 }
  sets: { unlock: { height-1: pin, height-2: seconds } }
  refuse: [{ on: unlock, param: pin, above: 9000 }]
`);

async function gate(): Promise<LabDevice> {
  const lab = await createLab({
    devices: { gate: { model: 'gate' } },
    drivers: [topicMapDriver(source)],
    simulators: [topicMapSimulator(source)],
  });
  onTestFinished(async () => await lab.close());
  return lab.device('gate');
}

test('the simulator hears what is sent under a path of several levels, and its answers are found by their ids', async () => {
  const device = await gate();
  expect(await device.write('height-2', 40)).toMatchObject({ outcome: 'succeeded' });
  expect(await device.read('height-2')).toBe(40);
  expect(await device.command('go-1', { to: 'down' })).toMatchObject({ outcome: 'succeeded' });
});

test('it knows in the last message what was said in those before', async () => {
  const device = await gate();
  const done = await device.command('unlock', { pin: 12, seconds: 30 });
  expect(done).toMatchObject({ outcome: 'succeeded', result: { lock: 7 } });
  expect(device.state).toMatchObject({ 'height-1': 12, 'height-2': 30 });
  expect(await device.command('unlock', { pin: 9001, seconds: 3 })).toMatchObject({ outcome: 'unknown' });
  expect(device.state).toMatchObject({ 'height-1': 12, 'height-2': 30 });
});
