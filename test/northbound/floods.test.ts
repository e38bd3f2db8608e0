import { expect, test } from 'vitest';
import { MemoryHub } from '../../src/transport/memory.ts';
import { Outbox } from '../../src/northbound/outbox.ts';
import { northbound } from './bench.ts';

const both = { homeAssistant: { discoveryPrefix: 'homeassistant' }, homie: { domain: 'homie' } };
const base = 'bellcrank/lab/oven-1';

test('a flood of commands is bounded, each has an outcome or none, and a stop goes before all of it', async () => {
  const { user, oven, control, settle, said, clock } = await northbound(both);
  said.length = 0;
  const flood = Array.from({ length: 2000 }, (_, index) =>
    user.publish(`${base}/properties/setpoint/set`, String(index % 200)),
  );
  await Promise.all(flood);
  const stopping = control.stops.stop('oven-1', { by: 'test' });
  await settle();
  await stopping;
  for (let step = 0; step < 20; step++) await clock.advance(100);
  const stopped = oven.done.indexOf('stop');
  expect(stopped).toBeGreaterThanOrEqual(0);
  expect(stopped).toBeLessThan(100);
  expect(oven.done.slice(stopped + 1)).toEqual([]);
  const outcomes = said.filter(({ topic }) => topic === `${base}/outcome`);
  expect(outcomes.length).toBeGreaterThan(0);
  expect(outcomes.length).toBeLessThanOrEqual(2000);
  // It takes commands as before once the stop is released.
  await control.stops.release('oven-1', 'test');
  await user.publish(`${base}/properties/setpoint/set`, '50');
  await settle();
  expect(oven.done.at(-1)).toBe('setpoint=50');
});

test('values that change faster than the broker takes them are one each, and commands are heard all the while', async () => {
  const hub = new MemoryHub();
  const connect = hub.connect.bind(hub);
  let taken = Promise.withResolvers<void>();
  taken.resolve();
  let published = 0;
  hub.connect = (label, will) => {
    const connection = connect(label, will);
    const { publish } = connection;
    if (label !== 'northbound') return connection;
    connection.publish = async (topic, payload, options, signal) => {
      published++;
      await taken.promise;
      await publish.call(connection, topic, payload, options, signal);
    };
    return connection;
  };
  const { oven, settle, publish, expectTold, said } = await northbound(both, hub);
  taken = Promise.withResolvers<void>();
  said.length = 0;
  published = 0;
  for (let value = 0; value < 20_000; value++) oven.context?.report('temperature', value);
  for (let index = 0; index < 20_000; index++) oven.context?.emit('done', { minutes: index });
  await publish(`${base}/properties/setpoint/set`, '180');
  expect(oven.done).toEqual(['setpoint=180']);
  expect(published).toBe(1);
  taken.resolve();
  await settle();
  const of = (topic: string): number => said.filter((one) => one.topic === topic).length;
  expect(of(`${base}/properties/temperature`)).toBeLessThanOrEqual(2);
  expect(of(`${base}/event`)).toBeLessThanOrEqual(1000);
  expectTold(`${base}/properties/temperature`, '19999');
  expectTold(`${base}/properties/setpoint`, '180');
});

test('who says again and again that he has come hears all of it once', async () => {
  const { user, clock, said, settle } = await northbound(both);
  said.length = 0;
  for (let index = 0; index < 1000; index++) await user.publish('homeassistant/status', 'online');
  await clock.advance(3000);
  await settle();
  expect(said.filter(({ topic }) => topic === 'homeassistant/device/bellcrank_lab/oven-1/config')).toHaveLength(1);
});

test('what is told of a device while all of it waits is what it is by then', async () => {
  const hub = new MemoryHub();
  const told: string[] = [];
  await hub.connect().subscribe('#', ({ topic, payload }) => told.push(`${topic} ${Buffer.from(payload).toString()}`));
  const outbox = new Outbox(hub.connect(), new AbortController().signal);
  const value = (payload: string) => ({ topic: 'a/value', payload, retain: true, latest: true }) as const;
  let now = '1';
  outbox.putLater('a', () => [{ topic: 'a', payload: 'description', retain: true }, value(now)]);
  outbox.putLater('a', () => [{ topic: 'a', payload: 'description', retain: true }, value(now)]);
  now = '2';
  await outbox.idle();
  outbox.putChanges([value('2')]);
  outbox.putChanges([value('3')]);
  outbox.putChanges([value('2')]);
  await outbox.idle();
  expect(told).toEqual(['a description', 'a/value 2', 'a/value 2']);
});

test('a value that changes while all of its device is being told is the last that is told', async () => {
  const hub = new MemoryHub();
  const told: string[] = [];
  await hub.connect().subscribe('#', ({ payload }) => told.push(Buffer.from(payload).toString()));
  const outbox = new Outbox(hub.connect(), new AbortController().signal);
  const value = (payload: string) => ({ topic: 'a/value', payload, retain: true, latest: true }) as const;
  outbox.putLater('a', () => {
    queueMicrotask(() => outbox.putChanges([value('new')]));
    return [{ topic: 'a', payload: 'description', retain: true }, value('old')];
  });
  await outbox.idle();
  outbox.putChanges([value('old')]);
  await outbox.idle();
  expect(told.slice(-2)).toEqual(['new', 'old']);
});
