import { expect, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';
import { follow } from '../support/sse.ts';

test('how things stand comes first, then each change, and who comes back goes on where they were', async () => {
  await using lab = await createLab({ devices: { a: { model: 'scpi-supply' }, b: { model: 'scpi-supply' } } });
  const { url } = await lab.listen();
  const reader = await follow(url);
  await reader.until(({ told }) => told.some(({ event }) => event === 'synced'));
  expect(reader.snapshots().map(({ device }) => device)).toMatchObject([{ id: 'a' }, { id: 'b' }]);
  expect(reader.data('synced')).toMatchObject([{ devices: 2 }]);
  const { id } = await lab.device('a').command('set-voltage', { volts: 5 });
  await reader.until((its) => its.data('command').some(({ state }) => state === 'ended'));
  expect(reader.data('command')).toMatchObject([
    { id, state: 'queued' },
    { id, state: 'sent' },
    { id, state: 'ended', outcome: 'succeeded' },
  ]);
  const [first] = reader.events('command');
  const again = await follow(url, '', { 'last-event-id': String(first?.id) });
  await again.until((its) => its.events('command').length === 2);
  expect(again.events('snapshot')).toEqual([]);
  expect(again.events('command')).toEqual(reader.events('command').slice(1));
  for (const each of [reader, again]) each.close();
});
