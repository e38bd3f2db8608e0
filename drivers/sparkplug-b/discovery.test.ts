import { onTestFinished, expect, test } from 'vitest';
import type { Candidate } from '../../src/driver/index.ts';
import { validate } from '../../src/driver/index.ts';
import { settle } from '../../src/testing/virtual-clock.ts';
import { sparkplugBench } from '../../test/support/sparkplug.ts';
import { sparkplugB } from './driver.ts';

async function searching(options: object = {}) {
  const its = sparkplugBench();
  const found: Candidate[] = [];
  const gone: string[] = [];
  const controller = new AbortController();
  const end = (): void => controller.abort(new Error('over'));
  onTestFinished(end);
  const silent = (): void => {};
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  await sparkplugB.discover?.(
    its.near,
    { found: (candidate) => found.push(candidate), gone: (identity) => gone.push(identity) },
    { log, clock: its.clock, signal: controller.signal, shared: its.shared, options },
  );
  return { its, found, gone, end };
}

const make = { name: 'Properties/Hardware Make', datatype: 12, value: 'Acme' };
const type = { name: 'Properties/Hardware Model', datatype: 12, value: 'Edge 5' };
const level = { name: 'Level', datatype: 10, value: 1.5 };

test('nodes and devices are found as they are born, and gone as they die', async () => {
  const { its, found, gone } = await searching();
  await its.say('G/NBIRTH/N', [its.bdSeq(1), make, type], 0);
  await its.say('G/DBIRTH/N/D', [level], 1);
  expect(found).toEqual([
    {
      identity: 'G/N',
      name: 'N',
      options: { group: 'G', node: 'N' },
      summary: 'Sparkplug B edge node with 3 metrics',
      manufacturer: 'Acme',
      model: 'Edge 5',
    },
    {
      identity: 'G/N/D',
      name: 'D',
      options: { group: 'G', node: 'N', device: 'D' },
      summary: 'Sparkplug B device of G/N with 1 metrics',
    },
  ]);
  for (const { options } of found) expect(validate(sparkplugB.options, options)).toEqual([]);
  expect(found.map(({ options }) => sparkplugB.address?.(options))).toEqual(['G/N', 'G/N/D']);
  await its.say('G/DDEATH/N/D', [], 2);
  expect(gone).toEqual(['G/N/D']);
  await its.say('G/NDEATH/N', [its.bdSeq(1)]);
  expect(gone).toEqual(['G/N/D', 'G/N']);
});

test('whoever is heard without a birth certificate is asked for it, once', async () => {
  const { its, found } = await searching();
  for (let seq = 7; seq < 20; seq++) await its.say('G/DDATA/N/D', [level], seq);
  await its.say('H/NDATA/M', [level], 7);
  await its.clock.advance(100);
  expect(its.commands.map(({ topic }) => topic)).toEqual(['spBv1.0/G/NCMD/N', 'spBv1.0/H/NCMD/M']);
  await its.say('G/NBIRTH/N', [its.bdSeq(1), make], 0);
  await its.say('G/DBIRTH/N/D', [level], 1);
  expect(found.map(({ identity }) => identity)).toEqual(['G/N', 'G/N/D']);
  await its.say('G/DDATA/N/D', [level], 2);
  await its.say('H/NBIRTH/M', [its.bdSeq(1), make], 0);
  await its.clock.advance(100_000);
  expect(its.commands).toHaveLength(2);
});

test('what is no birth certificate, or retained, or a command, announces nobody', async () => {
  const { its, found } = await searching();
  await its.say('G/NBIRTH/N', [], 0);
  await its.say('G/NBIRTH/N', [{ alias: 1, value: 1 }], 0);
  await its.far.publish('spBv1.0/G/NBIRTH/N', Buffer.from('{"a":1}'));
  await its.far.publish('spBv1.0/STATE/host', Buffer.from('{"online":true,"timestamp":1}'));
  await its.say(`${'x'.repeat(201)}/NBIRTH/N`, [make], 0);
  await settle();
  expect(found).toEqual([]);
});

test('devices that are attached already hear each message once, and what is adopted needs no other subscription', async () => {
  const { its } = await searching();
  const device = await its.attach({ device: 'D' });
  await its.say('G/NBIRTH/N', [its.bdSeq(1), make], 0);
  await its.say('G/DBIRTH/N/D', [level], 1);
  await its.say('G/DDATA/N/D', [{ ...level, value: 2 }], 2);
  expect(device.told.reports.map(({ value }) => value)).toEqual([1.5, 2]);
  await its.clock.advance(5000);
  expect(device.told.losses).toEqual([]);
});

test('a search takes the place of the groups that were heard before', async () => {
  const its = sparkplugBench();
  const device = await its.attach({ device: 'D' });
  const found: string[] = [];
  const silent = (): void => {};
  await sparkplugB.discover?.(
    its.near,
    { found: ({ identity }) => found.push(identity), gone: silent },
    {
      log: { debug: silent, info: silent, warn: silent, error: silent },
      clock: its.clock,
      signal: new AbortController().signal,
      shared: its.shared,
      options: {},
    },
  );
  await its.say('G/NBIRTH/N', [its.bdSeq(1), make], 0);
  await its.say('G/DBIRTH/N/D', [level], 1);
  expect(device.told.reports.map(({ value }) => value)).toEqual([1.5]);
  expect(found).toEqual(['G/N', 'G/N/D']);
});

test('groups, and asking, may be chosen', async () => {
  const { its, found } = await searching({ groups: ['G'], rebirth: false });
  const attached = await its.attach({ group: 'H', device: 'D', rebirth: false });
  await its.say('H/NBIRTH/N', [its.bdSeq(1), make], 0);
  await its.say('H/DBIRTH/N/D', [level], 1);
  await its.say('G/NDATA/N', [level], 7);
  expect(attached.told.available).toBe(true);
  expect(found).toEqual([]);
  expect(its.commands).toEqual([]);
  await its.say('G/NBIRTH/N', [its.bdSeq(1), make], 0);
  expect(found.map(({ identity }) => identity)).toEqual(['G/N']);
});

test('asks nobody any more once it is over', async () => {
  const { its, found, end } = await searching();
  await its.say('G/DDATA/N/D', [level], 7);
  end();
  await its.say('G/NBIRTH/N', [make], 0);
  await its.clock.advance(1_000_000);
  expect(its.commands).toHaveLength(1);
  expect(found).toEqual([]);
});
