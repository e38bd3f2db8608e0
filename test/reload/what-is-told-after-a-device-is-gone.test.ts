import { expect, onTestFinished, test } from 'vitest';
import { fits, type StreamEntry } from '../../src/stream/index.ts';
import { reloadable } from './service.ts';

const toy = '  a: { driver: toy, connection: first, options: { unit: a }, labels: { room: lab } }\n';
const file = `
connections: { first: { tcp: { host: one }, simulated: true }, second: { tcp: { host: two } } }
alarms: [{ name: high, label: room=lab, property: setpoint, high: 8, delayMs: 0 }]
devices:
  other: { driver: toy, connection: second, labels: { room: lab } }
${toy}`;
const without = file.replace(toy, '');

/** What is told to who follows a room, or a hook or a key for it: the type, and what became of it. */
async function lab() {
  const service = await reloadable(file);
  await service.ready('a', 'other');
  const entries: StreamEntry[] = [];
  onTestFinished(service.app.stream.follow((entry) => void entries.push(entry)));
  const room = (value: string) => ({ labels: [{ key: 'room', value }] });
  const told = (type: string, value = 'lab') =>
    entries.filter((entry) => entry.type === type && fits(room(value), entry)).map(({ data }) => data);
  return { ...service, told };
}

test('a command of a device that is removed meanwhile is told to its end', async () => {
  const { ends, start, settled, reload, told } = await lab();
  ends.one.unit('a').mute = true;
  const { ended } = await start('a', 'set', { value: 1 });
  await reload(without);
  await settled(ended);
  expect(told('device').at(-1)).toMatchObject({ change: 'removed' });
  expect(told('command').at(-1)).toMatchObject({ state: 'ended', outcome: 'unknown' });
});

test('a lease of a simulated device that is removed is told to be over, and to be that of a simulated one', async () => {
  const { app, reload, told, logged, settled } = await lab();
  await settled(app.control.leases.take('a', { by: 'me', ttlMs: 60_000 }));
  await reload(without);
  expect(told('lease').at(-1)).toMatchObject({ change: 'dropped', lease: null, simulated: true });
  expect(logged.find(({ message }) => message === 'lease dropped')).toMatchObject({ fields: { simulated: true } });
});

test('an alarm of a device that is removed is told to be over to whoever was told of it', async () => {
  const { outcome, reload, told, clock } = await lab();
  expect(await outcome('a', 'set', { value: 9 })).toBe('succeeded');
  // The next poll finds it.
  await clock.advance(61_000);
  expect(told('alarm')).toMatchObject([{ change: 'raised' }]);
  await reload(without);
  const kinds = told('alarm').map((data) => (data as { change?: string }).change);
  expect(kinds).toEqual(['raised', 'cleared']);
});

test('an alarm whose device gets other labels is told to be over to whoever was told of it', async () => {
  const { outcome, reload, told, clock } = await lab();
  expect(await outcome('a', 'set', { value: 9 })).toBe('succeeded');
  // The next poll finds it.
  await clock.advance(61_000);
  expect(told('alarm')).toMatchObject([{ change: 'raised' }]);
  await reload(file.replace(toy, toy.replace('room: lab', 'room: hall')));
  expect(told('alarm').at(-1)).toMatchObject({ change: 'cleared' });
  // Those who have it now are told of it as well.
  expect(told('alarm', 'hall')).toMatchObject([{ change: 'cleared' }]);
});
