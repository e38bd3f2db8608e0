import { beforeAll, expect, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';

/** The first one loads the whole service. */
beforeAll(async () => await (await createLab({ devices: {} })).close(), 60_000);

/** Two faults in a row: it goes with a command in flight, and once more with its own greeting when it is back. */
const gone = { kind: 'broker-gone', match: 'LWT|POWER', clearAfter: 2, returnAfterMs: 2000 };

test('a device that is away when it is attached anew is ready as soon as it says that it is there', async () => {
  await using lab = await createLab({
    devices: { plug: { model: 'tasmota', simulate: { topic: 'plug' }, options: { topic: 'plug' } } },
  });
  const plug = lab.device('plug');
  await plug.faults.set([gone]);
  expect(await plug.command('write:power', { value: true })).toMatchObject({ outcome: 'unknown' });
  await lab.clock.advance(500);
  expect(plug.status).toBe('offline');
  await plug.until('ready', 5000);
  expect(plug.faults.report().faults).toMatchObject([{ acted: 2 }]);
  expect(await plug.command('write:power', { value: false })).toMatchObject({ outcome: 'succeeded' });
});

test('one that was stopped meanwhile is stopped before anything else when it is back', async () => {
  await using lab = await createLab({
    devices: { plug: { model: 'tasmota', simulate: { topic: 'plug' }, options: { topic: 'plug' } } },
  });
  const plug = lab.device('plug');
  await plug.faults.set([gone]);
  await plug.command('write:power', { value: true });
  expect(plug.state['power']).toBe(true);
  await lab.clock.advance(500);
  await plug.stop();
  await plug.until('ready', 10_000);
  expect(plug.state['power']).toBe(false);
  await expect(plug.command('write:power', { value: true })).rejects.toMatchObject({ code: 'stopped' });
});
