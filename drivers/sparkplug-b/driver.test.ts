import { describe, expect, test } from 'vitest';
import { encode, type OutMetric } from '../../simulators/sparkplug-b/encode.ts';
import { BellcrankError, DryRunEnd } from '../../src/driver/index.ts';
import { settle } from '../../src/testing/virtual-clock.ts';
import { readProperty, runCommand } from '../../test/support/message-call.ts';
import { randomFrom } from '../../test/support/random.ts';
import { type Attached, type SparkplugBench, sparkplugBench, writeProperty } from '../../test/support/sparkplug.ts';

const speed = (value: number, more: Partial<OutMetric> = {}): OutMetric => ({
  name: 'Setpoints/Speed',
  alias: 11,
  datatype: 3,
  value,
  ...more,
});
const valve = (value: boolean): OutMetric => ({ name: 'Valve', alias: 12, datatype: 11, value });
const rebirth: OutMetric = { name: 'Node Control/Rebirth', datatype: 11, value: false };

/** Births of the node N and its device D. */
async function born({ say, bdSeq }: SparkplugBench, session = 1, metrics = [speed(0), valve(false)]): Promise<void> {
  await say('G/NBIRTH/N', [bdSeq(session), rebirth], 0);
  await say('G/DBIRTH/N/D', metrics, 1);
}

async function bornDevice(options: object = {}): Promise<{ its: SparkplugBench; device: Attached }> {
  const its = sparkplugBench();
  const device = await its.attach({ device: 'D', ...options });
  await born(its);
  its.commands.splice(0);
  return { its, device };
}

const dead = async ({ say, bdSeq }: SparkplugBench, session: number): Promise<void> =>
  await say('G/NDEATH/N', [bdSeq(session)]);

describe('births', () => {
  test('what is not announced is away, is asked for, and is there as soon as it is born', async () => {
    const its = sparkplugBench();
    const { session, told } = await its.attach({ device: 'D' });
    expect(told.available).toBe(false);
    expect(told.availability.at(-1)?.detail).toBe('the device G/N/D is not announced on this broker');
    expect(session.model).toMatchObject({ commands: {}, properties: {} });
    const [asked] = its.commands;
    expect(asked).toMatchObject({
      topic: 'spBv1.0/G/NCMD/N',
      retained: false,
      command: { hasTimestamp: true, hasSeq: false, metrics: [{ name: 'Node Control/Rebirth', value: true }] },
    });
    await born(its);
    expect(told.available).toBe(true);
    expect(Object.keys(told.models.at(-1)?.properties ?? {})).toEqual(['setpoints-speed', 'valve']);
    expect(told.value('setpoints-speed')).toBe(0);
    expect(session.model).toBe(told.models.at(-1));
  });

  test('a request is repeated, ever more seldom, until it is answered', async () => {
    const its = sparkplugBench();
    const { told } = await its.attach({ device: 'D' });
    const times: number[] = [];
    for (let second = 0; second < 120; second++) {
      const before = its.rebirths;
      await its.clock.advance(1000);
      if (its.rebirths > before) times.push(second);
    }
    expect(times).toEqual([0, 2, 6, 14, 30, 62]);
    expect(told.availability.at(-1)?.detail).toContain('does not answer');
    await born(its);
    await its.clock.advance(1_000_000);
    expect(its.rebirths).toBe(1 + times.length);
  });

  test('a host that may not ask does not', async () => {
    const its = sparkplugBench();
    const { session, told } = await its.attach({ device: 'D', rebirth: false });
    await its.clock.advance(100_000);
    expect(its.rebirths).toBe(0);
    await born(its);
    expect(told.available).toBe(true);
    expect(Object.keys(session.read ?? {})).toEqual([]);
    await its.say('G/DDATA/N/D', [speed(5)], 9);
    await its.clock.advance(100_000);
    expect(its.rebirths).toBe(0);
  });

  test('devices of one node ask together, and nodes one after the other', async () => {
    const its = sparkplugBench();
    await Promise.all(['A', 'B', 'C'].flatMap((node) => ['D', 'E'].map((device) => its.attach({ node, device }))));
    expect(its.commands.map(({ topic }) => topic)).toEqual([
      'spBv1.0/G/NCMD/A',
      'spBv1.0/G/NCMD/B',
      'spBv1.0/G/NCMD/C',
    ]);
  });

  test('another birth certificate is another model, and the handlers are its own', async () => {
    const { its, device } = await bornDevice();
    const { session, told } = device;
    await born(its, 1, [{ name: 'Brightness', alias: 11, datatype: 5, value: 7 }]);
    expect(Object.keys(session.write ?? {})).toEqual(['brightness']);
    expect(Object.keys(told.models.at(-1)?.properties ?? {})).toEqual(['brightness']);
    expect(told.value('brightness')).toBe(7);
    expect(told.available).toBe(true);
  });

  test('the same one is no change, and no restart', async () => {
    const { its, device } = await bornDevice();
    await born(its);
    expect(device.told.models).toHaveLength(1);
    expect(device.told.availability.filter(({ available }) => available)).toHaveLength(1);
  });

  test('one of another session is a restart', async () => {
    const { its, device } = await bornDevice();
    await born(its, 2);
    expect(device.told.availability.filter(({ available }) => available)).toHaveLength(2);
  });

  test('the birth of its node alone leaves a device without one: it is away unless its own follows', async () => {
    const { its, device } = await bornDevice();
    await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0);
    await its.clock.advance(999);
    expect(device.told.available).toBe(true);
    await its.clock.advance(1);
    expect(device.told.availability.at(-1)).toEqual({
      available: false,
      detail: 'the edge node G/N is online and announces no such device',
    });
  });

  test('data after the birth of its node alone is of a device that was not born', async () => {
    const { its, device } = await bornDevice();
    await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0);
    await its.say('G/DDATA/N/D', [speed(5, { name: undefined } as never)], 1);
    expect(device.told.value('setpoints-speed')).toBe(0);
    expect(device.told.losses.map(({ property }) => property)).toEqual(['setpoints-speed', 'valve']);
  });

  test.each([
    ['no metric', []],
    ['a metric without a type', [{ name: 'x', value: 1 }]],
    ['two metrics of one alias', [speed(1), { name: 'x', alias: 11, datatype: 3, value: 1 }]],
  ] satisfies [string, OutMetric[]][])(
    'half a birth (%s) changes nothing, and a whole one is asked for',
    async (_, half) => {
      const { its, device } = await bornDevice();
      await its.say('G/DBIRTH/N/D', half, 2);
      expect(device.told.unmatched).toEqual([expect.stringContaining('unreadable DBIRTH')]);
      expect(device.told.models).toHaveLength(1);
      expect(device.told.losses.map(({ property }) => property)).toEqual(['setpoints-speed', 'valve']);
      await its.clock.advance(1000);
      expect(its.rebirths).toBe(1);
    },
  );

  test('retained messages are counted and not believed', async () => {
    const its = sparkplugBench();
    await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0, true);
    await its.say('G/DBIRTH/N/D', [speed(3)], 1, true);
    const { told } = await its.attach({ device: 'D' });
    expect(told.available).toBe(false);
    expect(told.unmatched).toEqual(['retained DBIRTH']);
  });

  test('a second device of a node that is in step is asked for, too', async () => {
    const { its } = await bornDevice();
    await its.clock.advance(2000);
    const { told } = await its.attach({ device: 'E' });
    expect(its.rebirths).toBe(1);
    await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0);
    await its.say('G/DBIRTH/N/D', [speed(0), valve(false)], 1);
    await its.say('G/DBIRTH/N/E', [valve(true)], 2);
    expect(told.value('valve')).toBe(true);
  });

  test('data of a device that came later than its birth does not disturb the others', async () => {
    const { its, device } = await bornDevice();
    await its.say('G/DBIRTH/N/E', [valve(true)], 2);
    const other = await its.attach({ device: 'E' });
    await its.say('G/DDATA/N/E', [valve(false)], 3);
    expect(other.told.reports).toEqual([]);
    expect(device.told.losses).toEqual([]);
    await its.say('G/DDATA/N/D', [speed(8)], 4);
    expect(device.told.value('setpoints-speed')).toBe(8);
  });
});

describe('deaths', () => {
  test('that of the node takes its devices along, if it is that of its session', async () => {
    const { its, device } = await bornDevice();
    await dead(its, 0);
    expect(device.told.available).toBe(true);
    expect(device.told.unmatched).toEqual(['NDEATH of another session']);
    await dead(its, 1);
    expect(device.told.availability.at(-1)).toMatchObject({
      available: false,
      detail: expect.stringContaining('NDEATH'),
    });
    await its.clock.advance(600_000);
    expect(its.rebirths).toBe(0);
    await born(its, 2);
    expect(device.told.available).toBe(true);
  });

  test('that of one device is its own', async () => {
    const { its, device } = await bornDevice();
    const other = await its.attach({ device: 'E' });
    await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0);
    await its.say('G/DBIRTH/N/D', [speed(0), valve(false)], 1);
    await its.say('G/DBIRTH/N/E', [valve(true)], 2);
    await its.say('G/DDEATH/N/E', [], 3);
    expect(other.told.available).toBe(false);
    expect(device.told.available).toBe(true);
    await its.say('G/DBIRTH/N/E', [valve(false)], 4);
    expect(other.told.available).toBe(true);
    expect(other.told.value('valve')).toBe(false);
  });

  test('what is away is told nothing', async () => {
    const { its, device } = await bornDevice();
    await dead(its, 1);
    const call = its.call();
    await expect(writeProperty(device.session, 'valve', true, call)).rejects.toMatchObject({ code: 'device-offline' });
    await expect(readProperty(device.session, 'valve', call)).rejects.toMatchObject({ code: 'device-offline' });
    expect(its.commands).toEqual([]);
  });

  test('a death amid a command ends it, unknown', async () => {
    const { its, device } = await bornDevice();
    const call = its.call();
    const outcome = expect(writeProperty(device.session, 'valve', true, call)).rejects.toMatchObject({
      code: 'device-offline',
    });
    await settle();
    expect(its.commands).toHaveLength(1);
    await dead(its, 1);
    await outcome;
    expect(call.confirmed).toEqual([]);
  });
});

describe('sequence numbers', () => {
  test('a message that is missing: nothing is known, and nothing said, until it is born again', async () => {
    const { its, device } = await bornDevice();
    const { session, told } = device;
    await its.say('G/DDATA/N/D', [speed(5)], 3);
    expect(told.losses).toEqual([]);
    await its.clock.advance(1000);
    expect(told.value('setpoints-speed')).toBe(0);
    const why = 'message 3 of the node came where 2 was due';
    expect(told.losses).toEqual([
      { property: 'setpoints-speed', why },
      { property: 'valve', why },
    ]);
    await expect(writeProperty(session, 'valve', true, its.call())).rejects.toMatchObject({ code: 'device-offline' });
    await its.say('G/DDATA/N/D', [speed(6)], 4);
    expect(told.value('setpoints-speed')).toBe(0);
    expect(told.unmatched).toEqual(['DDATA before a birth certificate']);
    await its.clock.advance(1000);
    expect(its.rebirths).toBe(1);
    expect(its.commands.every(({ topic }) => topic.includes('/NCMD/'))).toBe(true);
    await born(its, 1, [speed(6), valve(false)]);
    expect(told.value('setpoints-speed')).toBe(6);
    const write = writeProperty(session, 'valve', true, its.call());
    await settle();
    await its.say('G/DDATA/N/D', [{ alias: 12, value: true }], 2);
    await write;
  });

  test('messages that overtook each other are put in order', async () => {
    const { its, device } = await bornDevice();
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 3 }], 3);
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 2 }], 2);
    expect(device.told.reports.slice(-2).map(({ value }) => value)).toEqual([2, 3]);
    await its.clock.advance(5000);
    expect(device.told.losses).toEqual([]);
  });

  test('go around after 255, and an encoder may leave out a zero', async () => {
    const { its, device } = await bornDevice();
    for (let seq = 2; seq < 300; seq++) {
      const number = seq % 256;
      await its.say('G/DDATA/N/D', [{ alias: 11, datatype: 3, value: seq }], number === 0 ? undefined : number);
    }
    await its.clock.advance(5000);
    expect(device.told.value('setpoints-speed')).toBe(299);
    expect(device.told.losses).toEqual([]);
  });

  test('are put in order also where they go around', async () => {
    const its = sparkplugBench();
    const device = await its.attach({ device: 'D' });
    await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 253);
    await its.say('G/DBIRTH/N/D', [speed(0), valve(false)], 254);
    for (const seq of [1, 0, 255]) await its.say('G/DDATA/N/D', [{ alias: 11, value: seq }], seq);
    expect(device.told.reports.slice(-3).map(({ value }) => value)).toEqual([255, 0, 1]);
    await its.clock.advance(5000);
    expect(device.told.losses).toEqual([]);
  });

  test('an alias, or a metric, that nobody was told of', async () => {
    for (const metric of [{ alias: 99, value: 1 }, { name: 'Other', value: 1 }, { value: 1 }]) {
      const { its, device } = await bornDevice();
      await its.say('G/DDATA/N/D', [metric, speed(4)], 2);
      expect(device.told.value('setpoints-speed')).toBe(0);
      expect(device.told.unmatched).toEqual([expect.stringContaining('is not in its birth certificate')]);
      expect(device.told.losses).toHaveLength(2);
      await its.clock.advance(1000);
      expect(its.rebirths).toBe(1);
    }
  });

  test('a node that falls out of step again and again is asked ever more seldom', async () => {
    const { its } = await bornDevice();
    await its.say('G/DDATA/N/D', [{ alias: 99, value: 1 }], 2);
    let answered = 0;
    for (let second = 0; second < 60; second++) {
      await its.clock.advance(1000);
      if (its.rebirths === answered) continue;
      answered = its.rebirths;
      await born(its);
      await its.say('G/DDATA/N/D', [{ alias: 99, value: 1 }], 2);
    }
    expect(its.rebirths).toBeLessThan(10);
    expect(its.rebirths).toBeGreaterThan(3);
  });
});

describe('values', () => {
  test.each<[string, Partial<OutMetric>, RegExp]>([
    ['null', { value: undefined as never }, /no value/],
    ['a bad quality', { properties: { Quality: 0 } }, /quality is 0/],
    ['a stale quality', { properties: { Quality: 500 } }, /quality is 500/],
    ['another type', { value: 'fast' }, /it is a Int32/],
  ])('%s is said to be unknown', async (_, change, why) => {
    const { its, device } = await bornDevice();
    await its.say('G/DDATA/N/D', [speed(7, change)], 2);
    expect(device.told.losses).toEqual([{ property: 'setpoints-speed', why: expect.stringMatching(why) }]);
    await its.say('G/DDATA/N/D', [speed(8)], 3);
    expect(device.told.value('setpoints-speed')).toBe(8);
  });

  test('a historical one says nothing of now', async () => {
    const its = sparkplugBench();
    const device = await its.attach({ device: 'D' });
    await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 253);
    await its.say('G/DBIRTH/N/D', [speed(0, { alias: 7 })], 254);
    // Message 255: the alias 7, Int32, is_historical, 5.
    const payload = Buffer.from('08eaf2f5a8a02b120a1007200328013001500518ff01', 'hex');
    await its.far.publish('spBv1.0/G/DDATA/N/D', payload);
    await its.say('G/DDATA/N/D', [{ alias: 7, value: 6 }], 0);
    expect(device.told.reports.map(({ value }) => value)).toEqual([0, 6]);
  });

  test('a good quality, and the last of several values', async () => {
    const { its, device } = await bornDevice();
    await its.say('G/DDATA/N/D', [speed(7, { properties: { Quality: 192 } }), speed(8)], 2);
    expect(device.told.losses).toEqual([]);
    expect(device.told.value('setpoints-speed')).toBe(8);
  });
});

describe('writing', () => {
  async function writing(value: unknown, property = 'setpoints-speed', options: object = {}) {
    const { its, device } = await bornDevice(options);
    const call = its.call();
    let settled = false;
    const write = writeProperty(device.session, property, value, call).finally(() => (settled = true));
    write.catch(() => {});
    await settle();
    return { its, device, call, write, isSettled: () => settled };
  }

  test('names the metric by its alias alone', async () => {
    const { its } = await writing(1500);
    expect(its.commands).toMatchObject([
      {
        topic: 'spBv1.0/G/DCMD/N/D',
        command: { hasTimestamp: true, hasSeq: false, metrics: [{ alias: 11, value: 1500 }] },
      },
    ]);
    expect(its.commands[0]?.command.metrics[0]?.name).toBeUndefined();
  });

  test('or by its name, for those that want it', async () => {
    const { its } = await writing(1500, 'setpoints-speed', { commandsByName: true });
    expect(its.commands[0]?.command.metrics).toEqual([{ name: 'Setpoints/Speed', value: 1500 }]);
  });

  test('is confirmed by the live message that tells the value, and by no other', async () => {
    const { its, call, write, isSettled } = await writing(1500);
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 1499 }], 2);
    await its.say('G/DDATA/N/D', [{ alias: 12, value: true }], 3);
    expect(isSettled()).toBe(false);
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 1500 }], 4);
    await write;
    expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
  });

  test('is not confirmed by a value that is bad, or historical', async () => {
    const { its, isSettled } = await writing(1500);
    await its.say('G/DDATA/N/D', [speed(1500, { properties: { Quality: 0 } })], 2);
    expect(isSettled()).toBe(false);
  });

  test('without an answer is unknown, says what was told instead, and is cleared up by a birth certificate', async () => {
    const { its, device, call, write } = await writing(1500);
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 1000 }], 2);
    await its.clock.advance(400);
    await expect(write).rejects.toMatchObject({
      code: 'device-timeout',
      message: expect.stringContaining('told setpoints-speed 1000 and not what was written'),
    });
    expect(call.confirmed).toEqual([]);
    const resync = device.session.resync?.(its.call().call as never);
    await settle();
    expect(its.rebirths).toBe(1);
    await born(its, 1, [speed(1000), valve(false)]);
    await resync;
    // In step, nothing needs to be asked.
    await device.session.resync?.(its.call().call as never);
    expect(its.rebirths).toBe(1);
  });

  test('what does not answer afterwards either is away until it is born', async () => {
    const { its, device, write } = await writing(1500);
    await its.clock.advance(400);
    await expect(write).rejects.toThrow();
    const resync = device.session.resync?.(its.call().call as never);
    const failed = expect(resync).rejects.toMatchObject({ code: 'device-timeout' });
    await its.clock.advance(400);
    await failed;
    expect(device.told.available).toBe(false);
    expect(device.told.losses.map(({ property }) => property)).toEqual(['setpoints-speed', 'valve']);
    await born(its);
    expect(device.told.available).toBe(true);
  });

  test('a message that waited for one before it from before the publish confirms nothing', async () => {
    const { its, device } = await bornDevice();
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 1500 }], 3);
    let settled = false;
    const write = writeProperty(device.session, 'setpoints-speed', 1500, its.call()).finally(() => (settled = true));
    write.catch(() => {});
    await settle();
    await its.say('G/DDATA/N/D', [{ alias: 12, value: true }], 2);
    expect(device.told.value('setpoints-speed')).toBe(1500);
    expect(settled).toBe(false);
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 1500 }], 4);
    await write;
  });

  test('of what it has already asks for its birth certificate', async () => {
    const { its, call, write, isSettled } = await writing(0);
    expect(its.commands.map(({ topic }) => topic)).toEqual(['spBv1.0/G/DCMD/N/D', 'spBv1.0/G/NCMD/N']);
    await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0);
    expect(isSettled()).toBe(false);
    await its.say('G/DBIRTH/N/D', [speed(0), valve(false)], 1);
    await write;
    expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
  });

  test('of what it has already is unknown where it may not be asked', async () => {
    const { its, write } = await writing(0, 'setpoints-speed', { rebirth: false });
    expect(its.commands).toHaveLength(1);
    const failed = expect(write).rejects.toMatchObject({ code: 'device-timeout' });
    await its.clock.advance(400);
    await failed;
  });

  test('several in one message, each as asked', async () => {
    const { its, device } = await bornDevice();
    const call = its.call();
    const set = runCommand(device.session, 'set', { valve: true, 'setpoints-speed': 9 }, call);
    await settle();
    expect(its.commands).toHaveLength(1);
    expect(its.commands[0]?.command.metrics).toEqual([
      { alias: 12, value: true },
      { alias: 11, value: 9 },
    ]);
    await its.say('G/DDATA/N/D', [{ alias: 12, value: true }], 2);
    await its.say('G/DDATA/N/D', [{ alias: 12, value: false }], 3);
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 9 }], 4);
    expect(call.confirmed).toEqual([]);
    await its.say('G/DDATA/N/D', [{ alias: 12, value: true }], 5);
    expect(await set).toEqual({ valve: true, 'setpoints-speed': 9 });
  });

  test('what it told and then held for bad is not what was asked for', async () => {
    const { its, device } = await bornDevice();
    const call = its.call();
    const set = runCommand(device.session, 'set', { valve: true, 'setpoints-speed': 9 }, call);
    await settle();
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 9 }], 2);
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 9, properties: { Quality: 0 } }], 3);
    await its.say('G/DDATA/N/D', [{ alias: 12, value: true }], 4);
    expect(call.confirmed).toEqual([]);
    await its.say('G/DDATA/N/D', [{ alias: 11, value: 9 }], 5);
    expect(await set).toEqual({ valve: true, 'setpoints-speed': 9 });
  });

  test('a dry run shows the message and sends none', async () => {
    const { its, device } = await bornDevice();
    const call = its.call({ dryRun: true });
    const end: unknown = await writeProperty(device.session, 'valve', true, call).catch((error: unknown) => error);
    expect(end).toBeInstanceOf(DryRunEnd);
    expect(end).toMatchObject({ complete: true });
    expect(call.published.map(({ topic }) => topic)).toEqual(['spBv1.0/G/DCMD/N/D']);
    const again: unknown = await writeProperty(device.session, 'valve', false, its.call({ dryRun: true })).catch(
      (e) => e,
    );
    expect(again).toMatchObject({ complete: false });
    expect(its.commands).toEqual([]);
    await device.session.resync?.(its.call().call as never);
    expect(its.commands).toEqual([]);
  });

  test('ends with the reason of its signal', async () => {
    const { call, write } = await writing(1500);
    const reason = new BellcrankError('stopped', 'stop');
    const outcome = expect(write).rejects.toBe(reason);
    call.abort(reason);
    await outcome;
  });

  test('ends with its connection', async () => {
    const { its, write } = await writing(1500);
    const outcome = expect(write).rejects.toMatchObject({ code: 'connection-lost' });
    its.near.lose(new Error('gone'));
    await outcome;
  });
});

describe('reading', () => {
  test('asks the node, once for all who read at that time', async () => {
    const { its, device } = await bornDevice();
    const reads = [1, 2, 3].map(async () => await readProperty(device.session, 'setpoints-speed', its.call()));
    await settle();
    expect(its.rebirths).toBe(1);
    await born(its, 1, [speed(77), valve(true)]);
    await its.clock.advance(500);
    expect(its.rebirths).toBeLessThanOrEqual(2);
    await born(its, 1, [speed(77), valve(true)]);
    expect(await Promise.all(reads)).toEqual([77, 77, 77]);
  });

  test('several at once; what it does not know has its reason', async () => {
    const { its, device } = await bornDevice();
    const reading = device.session.readMany?.(['valve', 'setpoints-speed'], its.call().call as never);
    await settle();
    await born(its, 1, [speed(0, { value: undefined as never }), valve(true)]);
    expect(await reading).toEqual({ valve: true, 'setpoints-speed': expect.any(BellcrankError) });
  });
});

describe('stop', () => {
  const options = {
    stop: [
      { property: 'setpoints-speed', value: 0 },
      { property: 'valve', value: false },
    ],
  };

  test('without the option there is none', async () => {
    const { device } = await bornDevice();
    expect(device.told.models.at(-1)?.stop).toBeUndefined();
  });

  test('writes all of it at once, and shows that it is so', async () => {
    const { its, device } = await bornDevice(options);
    expect(device.told.models.at(-1)?.stop).toMatchObject({ confirmation: 'confirmed' });
    await its.say('G/DDATA/N/D', [speed(900), valve(true)], 2);
    const call = its.call();
    const stop = device.session.stop?.(call.call as never);
    await settle();
    expect(its.commands.map(({ command }) => command.metrics)).toEqual([
      [
        { alias: 11, value: 0 },
        { alias: 12, value: false },
      ],
    ]);
    await its.say(
      'G/DDATA/N/D',
      [
        { alias: 11, value: 0 },
        { alias: 12, value: false },
      ],
      3,
    );
    await stop;
    expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
  });

  test('goes to what is away as well, by name, and claims nothing', async () => {
    const { its, device } = await bornDevice(options);
    await dead(its, 1);
    const call = its.call();
    const stop = expect(device.session.stop?.(call.call as never)).rejects.toMatchObject({ code: 'device-timeout' });
    await settle();
    expect(its.commands[0]?.command.metrics).toEqual([
      { name: 'Setpoints/Speed', value: 0 },
      { name: 'Valve', value: false },
    ]);
    await its.clock.advance(400);
    await stop;
    expect(call.confirmed).toEqual([]);
  });

  test('waits for what does not answer, whatever else is asked of it meanwhile', async () => {
    const { its, device } = await bornDevice({ ...options, replyTimeoutMs: 20_000 });
    await its.say('G/DDATA/N/D', [{ alias: 99, value: 1 }], 2);
    await its.clock.advance(3000);
    expect(device.told.available).toBe(false);
    const call = its.call();
    const stop = device.session.stop?.(call.call as never);
    const before = its.rebirths;
    await its.clock.advance(10_000);
    expect(its.rebirths).toBeGreaterThan(before + 1);
    await born(its);
    await stop;
    expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
  });

  test('of what was never announced sends nothing, and says so', async () => {
    const its = sparkplugBench();
    const { session } = await its.attach({ device: 'D', ...options });
    expect(session.model?.stop).toBeDefined();
    const call = its.call();
    await expect(session.stop?.(call.call as never)).rejects.toMatchObject({ code: 'device-offline' });
    expect(call.published).toEqual([]);
  });

  test('makes safe what it can, and then tells what is wrong with the option', async () => {
    const { its, device } = await bornDevice({
      stop: [
        { property: 'valve', value: false },
        { property: 'valv', value: false },
        { property: 'setpoints-speed', value: true },
      ],
    });
    const stop = expect(device.session.stop?.(its.call().call as never)).rejects.toMatchObject({
      code: 'device-failed',
      message: expect.stringContaining('valv, setpoints-speed'),
    });
    await settle();
    expect(its.commands[0]?.command.metrics).toEqual([{ alias: 12, value: false }]);
    await born(its);
    await stop;
  });
});

describe('the node itself', () => {
  const light: OutMetric = { name: 'Cabinet/Light', datatype: 11, value: false };
  const reboot: OutMetric = { name: 'Node Control/Reboot', datatype: 11, value: false };

  async function bornNode() {
    const its = sparkplugBench();
    const node = await its.attach({});
    await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth, reboot, light], 0);
    its.commands.splice(0);
    return { its, ...node };
  }

  test('has its controls as commands, and the rest as properties', async () => {
    const { told } = await bornNode();
    const model = told.models.at(-1);
    expect(Object.keys(model?.commands ?? {}).sort()).toEqual(['rebirth', 'reboot', 'set']);
    expect(Object.keys(model?.properties ?? {})).toEqual(['cabinet-light']);
  });

  test('is written by NCMD', async () => {
    const { its, session } = await bornNode();
    const write = writeProperty(session, 'cabinet-light', true, its.call());
    await settle();
    expect(its.commands).toMatchObject([
      { topic: 'spBv1.0/G/NCMD/N', command: { metrics: [{ name: 'Cabinet/Light', value: true }] } },
    ]);
    await its.say('G/NDATA/N', [{ name: 'Cabinet/Light', value: true }], 1);
    await write;
  });

  test('is reborn, and restarts', async () => {
    const { its, session } = await bornNode();
    const call = its.call();
    const reborn = runCommand(session, 'rebirth', {}, call);
    await settle();
    expect(its.rebirths).toBe(1);
    await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth, reboot, light], 0);
    await reborn;
    expect(call.confirmed.map(({ level }) => level)).toEqual(['confirmed']);
    const restart = its.call();
    expect(await runCommand(session, 'reboot', {}, restart)).toEqual({});
    await settle();
    expect(restart.confirmed).toEqual([]);
    expect(its.commands.at(-1)?.command.metrics).toEqual([{ name: 'Node Control/Reboot', value: true }]);
  });
});

test('nothing is published once all sessions are over', async () => {
  const { its, device } = await bornDevice();
  await its.say('G/DDATA/N/D', [{ alias: 99, value: 1 }], 2);
  device.end();
  await its.clock.advance(1_000_000);
  expect(its.commands).toEqual([]);
  expect(its.clock.pendingTimers).toBe(0);
});

test('devices that say the same of themselves share one model', async () => {
  const its = sparkplugBench();
  const devices = await Promise.all(['D', 'E', 'F'].map((device) => its.attach({ device })));
  await its.say('G/NBIRTH/N', [its.bdSeq(1), rebirth], 0);
  for (const [index, device] of ['D', 'E', 'F'].entries()) {
    await its.say(`G/DBIRTH/N/${device}`, [{ name: 'Level', alias: index, datatype: 10, value: index }], index + 1);
  }
  const [first, ...others] = devices.map(({ told }) => told.models.at(-1));
  expect(first).toBeDefined();
  for (const other of others) expect(other).toBe(first);
});

test('whatever is said on its topics, it goes on, and is in step again when it is reborn', async () => {
  const { its, device } = await bornDevice();
  const random = randomFrom(20_260_101);
  const types = [
    'NBIRTH/N',
    'NDATA/N',
    'NDEATH/N',
    'DBIRTH/N/D',
    'DDATA/N/D',
    'DDEATH/N/D',
    'DDATA/N/E',
    'NCMD/N',
    'X/N',
  ];
  const valid = encode({ timestamp: 1, metrics: [its.bdSeq(1), speed(5), valve(true)], seq: 2 });
  for (let count = 0; count < 3000; count++) {
    const payload = Uint8Array.from(valid.subarray(0, Math.ceil(random() * valid.length)));
    for (let change = 0; change < random() * 4; change++) {
      payload[Math.floor(random() * payload.length)] = Math.floor(random() * 256);
    }
    const type = types[Math.floor(random() * types.length)] ?? '';
    await its.far.publish(`spBv1.0/G/${type}`, payload);
    if (count % 100 === 0) await its.clock.advance(500);
  }
  await its.clock.advance(400_000);
  await born(its, 7, [speed(1), valve(true)]);
  expect(device.told.errors).toEqual([]);
  expect(device.told.available).toBe(true);
  expect(device.told.value('setpoints-speed')).toBe(1);
  const write = writeProperty(device.session, 'setpoints-speed', 2, its.call());
  await settle();
  await its.say('G/DDATA/N/D', [{ alias: 11, value: 2 }], 2);
  await write;
});
