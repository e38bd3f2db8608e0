import { expect, test } from 'vitest';
import { BellcrankError, type Call } from '../../src/driver/index.ts';
import { chatty } from '../support/chatty.ts';

/** What a schema without a type lets through, and nobody can be told. */
const noJson: readonly (readonly [string, unknown])[] = [
  ['a bigint', 10n],
  ['a bigint within', { list: [1, { big: 10n }] }],
  ['no number', Number.NaN],
  ['an infinite number within', { a: Infinity }],
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['a Map', new Map([[1, 2]])],
  ['bytes', Buffer.from('hi')],
  ['a promise that was not awaited', { value: Promise.resolve(1) }],
  ['an error', new Error('x')],
  ['undefined in a list', [1, undefined]],
  [
    'a getter that throws',
    {
      get a() {
        throw new Error('no');
      },
    },
  ],
  [
    'a toJSON that throws',
    {
      toJSON() {
        throw new Error('no');
      },
    },
  ],
];

test.each(noJson)('%s is no value, no event and no result, and nobody else is harmed', async (_, value) => {
  const { rig, device, context } = await chatty(() => value, 'actuate');
  const told: unknown[] = [];
  rig.stream.follow(({ type, data }) => void (type === 'event' && told.push(data)));
  context.report('state', 'known');
  context.report('state', value);
  expect(device.reading('state')).toMatchObject({ value: 'known', quality: 'bad' });
  context.emit('news', value);
  expect(told).toEqual([]);
  const record = await rig.settled(rig.submit('chatty', 'ask', {}));
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'device-protocol' } });
});

class Printed {
  readonly as: string | undefined;

  constructor(as: string | undefined) {
    this.as = as;
  }

  toJSON(): string | undefined {
    return this.as;
  }
}

test.each([
  ['a date', new Date(0)],
  ['an object that prints itself', new Printed('one')],
  ['one that prints nothing', new Printed(undefined)],
])('%s is judged as what JSON makes of it', async (_, value) => {
  const schema = { type: 'object' };
  const { rig, device, context } = await chatty(() => value, 'actuate', schema);
  context.report('state', value);
  expect(device.reading('state')).toMatchObject({ quality: 'bad' });
  const record = await rig.settled(rig.submit('chatty', 'ask', {}));
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'device-protocol' } });
});

test('a value that is undefined is none', async () => {
  const { device, context } = await chatty(() => 1);
  context.report('state', undefined);
  expect(device.reading('state')).toMatchObject({ quality: 'bad' });
});

test('what it tells is as it was then, whatever its driver makes of it afterwards', async () => {
  const state = { n: 1 };
  const { rig, device, context } = await chatty(() => state);
  const told: unknown[] = [];
  rig.stream.follow(({ type, data }) => void (type !== 'device' && told.push(data)));
  context.report('state', state);
  context.emit('news', state);
  const record = await rig.settled(rig.submit('chatty', 'ask', {}));
  state.n = 2;
  expect(device.reading('state').value).toEqual({ n: 1 });
  expect(record.result).toEqual({ n: 1 });
  context.report('state', state);
  const values = told.map((entry) => (entry as { value?: unknown }).value).filter((value) => value !== undefined);
  expect(values).toEqual([{ n: 1 }, { n: 2 }]);
});

test('evidence that is no plain value is on record as text', async () => {
  const circle: Record<string, unknown> = {};
  circle['me'] = circle;
  const evidence = { nothing: undefined, big: 10n, nan: Number.NaN, nested: { a: 1 }, circle, text: 'ok' };
  const { rig } = await chatty((call: Call) => call.confirm('acknowledged', evidence as never));
  const record = await rig.settled(rig.submit('chatty', 'ask', {}));
  const text = { big: '10', nan: 'NaN', nested: '{"a":1}', circle: '[object Object]', text: 'ok' };
  expect(record).toMatchObject({ outcome: 'succeeded', evidence: text });
  expect(record.evidence).not.toHaveProperty('nothing');
});

test('a confirmation that there is not is a mistake in the driver, and not on record', async () => {
  const { rig } = await chatty((call: Call) => call.confirm('done' as never), 'actuate');
  const record = await rig.settled(rig.submit('chatty', 'ask', {}));
  expect(record).toMatchObject({ outcome: 'unknown', confirmation: 'acknowledged', error: { code: 'driver-fault' } });
  expect(record.error?.detail).toContain('one of sent, acknowledged, confirmed, not done');
});

const unseen = (): never => {
  throw new Error('no');
};

test.each([
  ['what cannot be looked at', new Proxy({}, { get: unseen, has: unseen, getPrototypeOf: unseen })],
  ['an error whose message cannot be read', Object.defineProperty(new Error('x'), 'message', { get: unseen })],
  ['an error with a code that there is not', new BellcrankError('odd' as never, 'x')],
  ['an error with a reason that there is not', new BellcrankError('busy', 'x', { reason: 'odd' as never })],
])('%s, thrown after it left, leaves it unknown, by the mistake of its driver', async (_, error) => {
  const { rig } = await chatty(() => Promise.reject(error), 'actuate');
  const record = await rig.settled(rig.submit('chatty', 'ask', {}));
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'driver-fault' } });
  expect(record.reason).toBeUndefined();
});
