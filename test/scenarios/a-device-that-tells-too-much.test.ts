import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { type AnyDriver, type Context, contractVersion, type Model } from '../../src/driver/index.ts';
import { createRig } from '../support/rig.ts';

const anything = Type.Unsafe<unknown>({});
const model: Model = {
  name: 'chatty',
  summary: 'Says anything',
  commands: {
    ask: {
      summary: 'Ask',
      effect: 'read',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      params: Type.Object({}),
      result: anything,
    },
  },
  properties: { state: { summary: 'State', access: 'read', source: 'pushed', schema: anything } },
  events: { news: { summary: 'News', data: anything } },
};

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
}

const tooDeep = nested(20_000);
const tooLong = { text: 'x'.repeat(2_000_000) };

async function attached(answer: unknown) {
  const its: { context?: Context } = {};
  const driver: AnyDriver = {
    contract: contractVersion,
    model,
    transports: ['none'],
    options: Type.Object({}),
    selfDescribing: true,
    async attach(_connection, _options, context) {
      its.context = context;
      const ask = async (_params: never, call: never): Promise<unknown> => {
        const { sending, confirm } = call as { sending(): Promise<void>; confirm(level: string): void };
        await sending();
        confirm('acknowledged');
        return answer;
      };
      return { model: { ...model, summary: 'One of them' }, commands: { ask } };
    },
  };
  const rig = createRig(driver, {}, []);
  const device = rig.registry.add({
    id: 'chatty',
    driver: 'chatty',
    connection: undefined,
    options: {},
    labels: {},
    restrictions: {},
    enabled: true,
    managedBy: 'api',
  });
  await rig.until(() => device.state === 'ready');
  const { context } = its;
  if (context === undefined) throw new Error('it did not attach');
  return { rig, device, context };
}

test('a value that is too deep or too long is bad, and what was known stays', async () => {
  const { device, context } = await attached(1);
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
  const { rig, context } = await attached(1);
  const told: unknown[] = [];
  rig.stream.follow(({ type, data }) => void (type === 'event' && told.push(data)));
  for (const data of [tooDeep, tooLong, 'short']) context.emit('news', data);
  expect(rig.logged.filter((line) => line === 'driver emitted an invalid event')).toHaveLength(2);
  expect(told).toEqual([expect.objectContaining({ data: 'short' })]);
});

test.each([tooDeep, tooLong])('an answer that is too much is none', async (answer) => {
  const { rig } = await attached(answer);
  const record = await rig.settled(rig.submit('chatty', 'ask', {}));
  expect(record).toMatchObject({ outcome: 'failed', error: { code: 'device-protocol' } });
  expect(record.result).toBeUndefined();
});

test('a model that is too deep or too long is not taken', async () => {
  const { rig, device, context } = await attached(1);
  const before = device.model;
  for (const schema of [{ type: 'object', default: tooDeep }, { enum: ['x'.repeat(9_000_000)] }]) {
    context.remodel({ ...model, events: { news: { summary: 'News', data: schema } } });
    expect(device.model).toBe(before);
  }
  expect(rig.logged).toContain('the new model of the device is not taken');
});
