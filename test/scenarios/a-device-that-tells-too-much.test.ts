import { expect, test } from 'vitest';
import { chatty, chattyModel as model } from '../support/chatty.ts';

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
}

const tooDeep = nested(20_000);
const tooLong = { text: 'x'.repeat(2_000_000) };

test('a value that is too deep or too long is bad, and what was known stays', async () => {
  const { device, context } = await chatty(() => 1);
  context.report('state', { on: true });
  for (const value of [tooDeep, tooLong]) {
    context.report('state', value);
    expect(device.reading('state')).toMatchObject({ value: { on: true }, quality: 'bad' });
  }
  expect(device.reading('state').error).toContain('longer than 1048576 characters');
  context.report('state', { on: false });
  expect(device.reading('state')).toMatchObject({ value: { on: false }, quality: 'good' });
});

test('an event that is too deep or too long is told to nobody', async () => {
  const { rig, context } = await chatty(() => 1);
  const told: unknown[] = [];
  rig.stream.follow(({ type, data }) => void (type === 'event' && told.push(data)));
  for (const data of [tooDeep, tooLong, 'short']) context.emit('news', data);
  expect(rig.logged.filter((line) => line === 'driver emitted an invalid event')).toHaveLength(2);
  expect(told).toEqual([expect.objectContaining({ data: 'short' })]);
});

test.each([tooDeep, tooLong])('an answer that is too much is none', async (answer) => {
  const { rig } = await chatty(() => answer);
  const record = await rig.settled(rig.submit('chatty', 'ask', {}));
  expect(record).toMatchObject({ outcome: 'failed', error: { code: 'device-protocol' } });
  expect(record.result).toBeUndefined();
});

test('a model that is too deep or too long is not taken', async () => {
  const { rig, device, context } = await chatty(() => 1);
  const before = device.model;
  for (const schema of [{ type: 'object', default: tooDeep }, { enum: ['x'.repeat(9_000_000)] }]) {
    context.remodel({ ...model, events: { news: { summary: 'News', data: schema } } });
    expect(device.model).toBe(before);
  }
  expect(rig.logged).toContain('the new model of the device is not taken');
});
