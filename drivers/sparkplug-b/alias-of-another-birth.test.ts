import { expect, test } from 'vitest';
import type { OutMetric } from '../../simulators/sparkplug-b/encode.ts';
import { settle } from '../../src/testing/virtual-clock.ts';
import { messageCall } from '../../test/support/message-call.ts';
import { sparkplugBench, writeProperty } from '../../test/support/sparkplug.ts';

const rebirth: OutMetric = { name: 'Node Control/Rebirth', datatype: 11, value: false };
const speed: OutMetric = { name: 'Speed', alias: 11, datatype: 3, value: 0 };
const heat: OutMetric = { name: 'Heat', alias: 11, datatype: 3, value: 0 };

async function bornDevice() {
  const its = sparkplugBench();
  const device = await its.attach({ device: 'D' });
  await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0);
  await its.say('G/DBIRTH/N/D', [speed], 1);
  its.commands.splice(0);
  const written = () => its.commands.flatMap(({ topic, command }) => (topic.includes('/DCMD/') ? command.metrics : []));
  return { its, ...device, written };
}

const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

test('a node that has restarted may have given the alias to another metric: its device is told nothing until it is born', async () => {
  const { its, session, written } = await bornDevice();
  await its.say('G/NBIRTH/N', [its.bdSeq(2), rebirth], 0);
  const outcome = caught(writeProperty(session, 'speed', 5, its.call()));
  await settle();
  expect(written()).toEqual([]);
  await its.say('G/DBIRTH/N/D', [{ ...heat }, { ...speed, alias: 12 }], 1);
  await its.clock.advance(400);
  expect(await outcome).toMatchObject({ code: 'device-offline' });
  expect(written()).toEqual([]);
});

test('while a node tells its births anew its devices are told by name', async () => {
  const { its, session, written } = await bornDevice();
  await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0);
  const call = its.call();
  const outcome = caught(writeProperty(session, 'speed', 5, call));
  await settle();
  await its.say('G/DBIRTH/N/D', [heat, { ...speed, alias: 12, value: 5 }], 1);
  expect(await outcome).toBeUndefined();
  expect(written()).toMatchObject([{ name: 'Speed' }]);
  expect(written()[0]?.alias).toBeUndefined();
});

test('what was born anew while its command was put on record is told nothing by an alias of before', async () => {
  const { its, session, written } = await bornDevice();
  const record = Promise.withResolvers<void>();
  const call = messageCall({ connection: its.near, clock: its.clock, sending: () => record.promise });
  const outcome = caught(writeProperty(session, 'speed', 5, call));
  await settle();
  await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0);
  await its.say('G/DBIRTH/N/D', [heat, { ...speed, alias: 12 }], 1);
  record.resolve();
  await its.clock.advance(400);
  expect(await outcome).toMatchObject({ code: 'device-offline' });
  expect(written()).toEqual([]);
});
