import { expect, test } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import { readyMill } from '../support/grbl-mill.ts';

const resetsIn = (heard: readonly number[]): number => heard.filter((byte) => byte === 0x18).length;

test('a reset that is not answered is sent once: a second one could undo what came in between', async () => {
  const { rig, port, held, letGo, ready } = await readyMill();
  port.heard.length = 0;
  held.said = [];
  expect(await rig.settled(rig.submit('mill', 'soft-reset'))).toMatchObject({
    outcome: 'unknown',
    error: { code: 'device-timeout' },
  });
  letGo();
  await ready();
  await rig.clock.advance(30_000);
  expect(resetsIn(port.heard)).toBe(1);
});

test('the start-up message that a reset is owed does not confirm the stop that interrupted it', async () => {
  const { rig, port, held, letGo } = await readyMill();
  await rig.clock.advance(100);
  port.heard.length = 0;
  held.said = [];
  const reset = rig.submit('mill', 'soft-reset');
  await rig.clock.advance(5);
  expect(resetsIn(port.heard)).toBe(1);
  let isOver = false;
  const stopping = rig.stops.stop('mill', { by: 'test' }).finally(() => (isOver = true));
  await rig.clock.advance(100);
  expect(resetsIn(port.heard)).toBe(2);
  // Of the two, only the first one is heard of.
  letGo(1);
  await rig.clock.advance(100);
  expect(isOver).toBe(false);
  expect((await rig.settled(stopping)).record).toMatchObject({ outcome: 'succeeded', confirmation: 'acknowledged' });
  expect(resetsIn(port.heard)).toBe(3);
  expect((await rig.settled(reset)).outcome).toBe('unknown');
});

test('a stop whose own start-up message comes behind that of a reset waits no longer than for that', async () => {
  const { rig, port, held, letGo } = await readyMill();
  await rig.clock.advance(100);
  port.heard.length = 0;
  held.said = [];
  void rig.submit('mill', 'soft-reset');
  await rig.clock.advance(5);
  const stopping = rig.stops.stop('mill', { by: 'test' });
  await rig.clock.advance(100);
  const from = rig.clock.monotonic();
  letGo();
  expect((await rig.settled(stopping)).record).toMatchObject({ outcome: 'succeeded' });
  expect(rig.clock.monotonic() - from).toBeLessThan(50);
  expect(resetsIn(port.heard)).toBe(2);
});

test('a stop is confirmed where the controller takes it and the resets before it for one', async () => {
  const { rig, port, held, letGo } = await readyMill();
  await rig.clock.advance(100);
  port.heard.length = 0;
  held.said = [];
  const resets = Array.from({ length: 3 }, () => rig.submit('mill', 'soft-reset'));
  await rig.clock.advance(5);
  expect(resetsIn(port.heard)).toBe(3);
  const stopping = rig.stops.stop('mill', { by: 'test' });
  await rig.clock.advance(100);
  // Of all of them only one start-up message comes.
  letGo(1);
  expect((await rig.settled(stopping)).record).toMatchObject({ outcome: 'succeeded', confirmation: 'acknowledged' });
  expect(resetsIn(port.heard)).toBe(5);
  await Promise.all(resets.map((reset) => rig.settled(reset)));
});

test('of two resets that the controller takes for one, both have had their effect', async () => {
  const { rig, port, held, letGo } = await readyMill();
  await rig.clock.advance(100);
  port.heard.length = 0;
  held.said = [];
  const first = rig.submit('mill', 'soft-reset');
  await rig.clock.advance(100);
  const resets = [first, rig.submit('mill', 'soft-reset')];
  await rig.clock.advance(5);
  expect(resetsIn(port.heard)).toBe(2);
  letGo(1);
  for (const reset of resets) {
    expect(await rig.settled(reset)).toMatchObject({ outcome: 'succeeded', confirmation: 'acknowledged' });
  }
  expect(resetsIn(port.heard)).toBe(2);
});

test('a stop waits for nothing of a reset that never left', async () => {
  const store = new MemoryStore(1000);
  const { rig, port } = await readyMill({}, {}, store);
  await rig.clock.advance(100);
  port.heard.length = 0;
  const { commands } = store;
  const put = commands.put.bind(commands);
  const written = Promise.withResolvers<void>();
  commands.put = async (record, ...others) => {
    if (record.command === 'soft-reset' && record.state === 'sent') await written.promise;
    await put(record, ...others);
  };
  const reset = rig.submit('mill', 'soft-reset');
  await rig.clock.advance(10);
  expect(resetsIn(port.heard)).toBe(0);
  const from = rig.clock.monotonic();
  const { record } = await rig.settled(rig.stops.stop('mill', { by: 'test' }));
  expect(record).toMatchObject({ outcome: 'succeeded' });
  expect(rig.clock.monotonic() - from).toBeLessThan(50);
  expect(resetsIn(port.heard)).toBe(1);
  written.resolve();
  expect(await rig.settled(reset)).toMatchObject({ outcome: 'not-sent' });
});
