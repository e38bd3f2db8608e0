import { describe, expect, test } from 'vitest';
import { type Behaviour, modbusSimulator } from '../../simulators/modbus/index.ts';
import { type ByteConnection, DryRunEnd } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeCall, type CallSettings } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { modbusDriver } from './driver.ts';
import type { ModbusMap } from './model.ts';

const number = { type: 'number', minimum: 0, maximum: 60_000 };
const write = { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs: 1000 } as const;
const at = (address: number) => ({ table: 'holding', address, type: 'uint16' }) as const;
const one = { summary: 'One', schema: number, register: at(0), write };

function mapWith(parts: Partial<ModbusMap>): ModbusMap {
  return { model: 'm', summary: 'A device', properties: { one }, ...parts };
}

interface Settings {
  readonly options?: object;
  readonly behaviour?: Behaviour;
  /** Of the connection's characters. */
  readonly characterMs?: number;
}

/** A driver and a simulated device of the same map over memory. */
async function bench(map: ModbusMap, { options = {}, behaviour = {}, characterMs }: Settings = {}) {
  const clock = new VirtualClock();
  const simulator = modbusSimulator(map, { behaviour: () => behaviour }).create({ clock, seed: 1, options: {} });
  const { near, far } = memoryBytes();
  if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
  const heard: { at: number; bytes: string }[] = [];
  far.onData((chunk) => heard.push({ at: clock.monotonic(), bytes: Buffer.from(chunk).toString('hex') }));
  const connection: ByteConnection = characterMs === undefined ? near : Object.assign(near, { characterMs });
  const told = makeContext(clock);
  const session = await modbusDriver(map).attach(connection, options, told.context);
  heard.length = 0;
  // The contract erases params and calls to `never`.
  const call = (settings?: CallSettings) => {
    const recorded = makeCall(near, settings);
    return { ...recorded, call: recorded.call as never };
  };
  return { clock, session, unit: simulator.unit(), heard, told, call, far };
}

describe('framing', () => {
  test('is RTU where characters have a length, MBAP elsewhere, and whatever the options say', async () => {
    const first = async (settings: Settings): Promise<string | undefined> => {
      const { session, call, heard } = await bench(mapWith({}), settings);
      const reading = session.read?.['one']?.(call().call);
      await settle();
      return heard[0]?.bytes ?? String(await reading);
    };
    const rtu = '010300000001840a';
    expect(await first({ options: { framing: 'rtu' } })).toBe(rtu);
    expect((await first({}))?.slice(4)).toBe('00000006010300000001');
    expect((await first({ characterMs: 1, options: { framing: 'mbap' } }))?.slice(4)).toBe('00000006010300000001');
  });

  test.each([
    // 3.5 characters of 11 bits at 9600 Bd, and 1.75 ms above 19200 Bd (Serial Line V1.02, §2.5.1.1).
    [11_000 / 9600, 4.01],
    [11_000 / 19_200, 2.005],
    [11_000 / 115_200, 1.75],
  ])('with characters of %d ms a request waits for %d ms of silence', async (characterMs, gapMs) => {
    const clock = new VirtualClock();
    const { near, far } = memoryBytes();
    const simulator = modbusSimulator(mapWith({})).create({ clock, seed: 1, options: {} });
    if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
    const heard: number[] = [];
    far.onData(() => heard.push(clock.monotonic()));
    const { context } = makeContext(clock);
    const session = await modbusDriver(mapWith({})).attach(Object.assign(near, { characterMs }), {}, context);
    const reading = session.read?.['one']?.(makeCall(near).call as never);
    await clock.advance(gapMs - 0.01);
    expect(heard).toHaveLength(1);
    await clock.advance(0.02);
    expect(heard).toHaveLength(2);
    expect(await reading).toBe(0);
  });
});

test('an option wins over the map’s own reply timeout', async () => {
  const { session, call, clock, unit } = await bench(mapWith({ modbus: { replyTimeoutMs: 100 } }), {
    options: { replyTimeoutMs: 30 },
  });
  unit.faults.mute();
  const failed = expect(session.read?.['one']?.(call().call)).rejects.toMatchObject({ code: 'device-timeout' });
  await settle();
  await clock.advance(30);
  await failed;
});

test('a request has the time that it takes on the line before its answer is due', async () => {
  const { session, call, clock, unit } = await bench(mapWith({}), {
    options: { replyTimeoutMs: 100 },
    characterMs: 10,
  });
  await clock.advance(1000);
  // Eight characters to the device, and 100 ms from there.
  unit.faults.delay(175, 1);
  const reading = session.read?.['one']?.(call().call);
  await settle();
  await clock.advance(175);
  expect(await reading).toBe(0);
  unit.faults.delay(185, 1);
  const failed = expect(session.read?.['one']?.(call().call)).rejects.toMatchObject({ code: 'device-timeout' });
  await settle();
  await clock.advance(35 + 185);
  await failed;
});

describe('identification', () => {
  const behaviour = { identification: ['Bellcrank', 'OVEN', '1.0'] };
  test.each<[ModbusMap['identify'], boolean]>([
    [{ object: 'vendor-name', equals: 'Bellcrank' }, true],
    [{ object: 'product-code', startsWith: 'OV' }, true],
    [{ object: 'revision', equals: '1' }, false],
    [{ object: 'product-code', startsWith: 'FRIDGE' }, false],
    [{ register: at(0), equals: 0 }, true],
  ])('by %j', async (identify, isIt) => {
    if (identify === undefined) return;
    for (const framing of ['rtu', 'mbap']) {
      const attaching = bench(mapWith({ identify }), { behaviour, options: { framing } });
      if (isIt) await attaching;
      else await expect(attaching).rejects.toMatchObject({ code: 'identity-mismatch' });
    }
  });

  test('a device that does not know the function is another one', async () => {
    await expect(bench(mapWith({ identify: { object: 'revision', equals: '1' } }))).rejects.toMatchObject({
      code: 'identity-mismatch',
    });
  });
});

describe('functions', () => {
  const bit = { ...at(1), type: 'bool', bit: 2 } as const;
  const flag = (code?: 16 | 22) => ({
    summary: 'Flag',
    schema: { type: 'boolean' },
    register: bit,
    write: code === undefined ? write : { ...write, function: code },
  });
  const requests = (unit: { requests: readonly Buffer[] }): string[] => unit.requests.map((pdu) => pdu.toString('hex'));

  test('bits are read, changed and written, or written in one step where the device can', async () => {
    const slow = await bench(mapWith({ properties: { flag: flag() } }));
    slow.unit.bank.poke({ table: 'holding', address: 1 }, 0xff_00);
    slow.unit.requests.length = 0;
    await slow.session.write?.['flag']?.(true as never, slow.call().call);
    expect(requests(slow.unit)).toEqual(['0300010001', '060001ff04']);

    const whole = await bench(mapWith({ properties: { flag: flag(16) } }));
    whole.unit.requests.length = 0;
    await whole.session.write?.['flag']?.(true as never, whole.call().call);
    expect(requests(whole.unit)).toEqual(['0300010001', '1000010001020004']);

    const fast = await bench(mapWith({ properties: { flag: flag(22) } }));
    fast.unit.bank.poke({ table: 'holding', address: 1 }, 0xff_04);
    fast.unit.requests.length = 0;
    await fast.session.write?.['flag']?.(false as never, fast.call().call);
    expect(requests(fast.unit)).toEqual(['160001fffb0000']);
    expect(fast.unit.bank.read({ table: 'holding', address: 1, count: 1 })).toEqual([0xff_00]);
  });

  test('function 23 confirms by what it reads back, and tells when that is something else', async () => {
    const setting = { ...one, write: { ...write, confirmation: 'confirmed', function: 23 } } as const;
    const { session, call, unit } = await bench(mapWith({ properties: { one: setting } }));
    const good = call();
    await session.write?.['one']?.(500 as never, good.call);
    expect(good.confirmed.map(({ level }) => level)).toContain('confirmed');
    expect(unit.requests.at(-1)?.toString('hex')).toBe('1700000001000000010201f4');
    // A device that keeps what it has.
    unit.bank.behaviour = { written: () => unit.bank.store('one', 7) };
    const bad = call();
    await expect(session.write?.['one']?.(501 as never, bad.call)).rejects.toMatchObject({ code: 'verify-mismatch' });
    expect(bad.confirmed.map(({ level }) => level)).not.toContain('confirmed');
  });

  test('what does not fit keeps every write of a command from being sent', async () => {
    const params = { a: number, b: { type: 'number' } };
    const writes = [
      { register: at(0), param: 'a' },
      { register: at(1), param: 'b' },
    ];
    const { session, call, unit } = await bench(
      mapWith({ commands: { both: { summary: 'B', ...write, params, writes } } }),
    );
    unit.requests.length = 0;
    const ended = session.commands['both']?.({ a: 1, b: 70_000 } as never, call().call);
    await expect(ended).rejects.toMatchObject({ code: 'invalid-request' });
    expect(unit.requests).toEqual([]);
  });

  test('what is refused after a write does not refuse the write', async () => {
    const reads = { r: { schema: number, register: at(1) } };
    const commands = { set: { summary: 'S', ...write, writes: [{ register: at(0), value: 5 }], reads } };
    const { session, call, unit } = await bench(mapWith({ commands }));
    unit.bank.behaviour = { written: () => unit.faults.refuse(2, 1) };
    await expect(session.commands['set']?.({} as never, call().call)).rejects.toMatchObject({
      code: 'device-protocol',
    });
    expect(unit.bank.get('one')).toBe(5);
    expect(await session.commands['set']?.({} as never, call().call).catch(() => 'refused')).toBe('refused');
    unit.bank.behaviour = {};
    expect(await session.commands['set']?.({} as never, call().call)).toEqual({ r: 0 });
  });

  test('a dry run shows every request that it can, and says whether that is all', async () => {
    const writes = [
      { register: at(0), value: 1 },
      { register: at(1), value: 2 },
    ];
    const commands = { both: { summary: 'B', ...write, writes } };
    const { session, call, unit } = await bench(
      mapWith({ commands, properties: { one, flag: { ...flag(), register: { ...bit, address: 2 } } } }),
      {
        options: { framing: 'rtu' },
      },
    );
    unit.requests.length = 0;
    const both = call({ dryRun: true });
    const end: unknown = await session.commands['both']?.({} as never, both.call).catch((error: unknown) => error);
    expect(end).toMatchObject({ complete: true });
    expect(both.sent.map((text) => Buffer.from(text, 'latin1').subarray(1, 6).toString('hex'))).toEqual([
      '0600000001',
      '0600010002',
    ]);
    const change = call({ dryRun: true });
    const half: unknown = await session.write?.['flag']?.(true as never, change.call).catch((error: unknown) => error);
    expect(half).toBeInstanceOf(DryRunEnd);
    expect(half).toMatchObject({ complete: false });
    expect(unit.requests).toEqual([]);
  });
});

describe('stop', () => {
  const stop: NonNullable<ModbusMap['stop']> = {
    summary: 'Off',
    confirmation: 'acknowledged',
    timeoutMs: 500,
    writes: [
      { register: at(0), value: 0 },
      { register: at(1), value: 0 },
    ],
  };

  test('tries every write, also when the first is refused, and says that it was not all', async () => {
    const { session, call, unit } = await bench(mapWith({ stop }));
    unit.bank.poke({ table: 'holding', address: 0 }, 5, 5);
    unit.faults.refuse(3, 1);
    const stopping = call();
    await expect(session.stop?.(stopping.call)).rejects.toMatchObject({
      code: 'device-failed',
      device: { code: '03' },
    });
    expect(unit.bank.read({ table: 'holding', address: 0, count: 2 })).toEqual([5, 0]);
    expect(stopping.confirmed.map(({ level }) => level)).not.toContain('acknowledged');
  });

  test('does not take the late answer to another write for its own', async () => {
    const single = { ...stop, writes: [{ register: at(1), value: 0 }] };
    const { session, call, unit, clock, told } = await bench(mapWith({ stop: single }), {
      options: { framing: 'rtu' },
    });
    unit.faults.delay(600, 1);
    const writing = expect(session.write?.['one']?.(9 as never, call().call)).rejects.toMatchObject({
      code: 'device-timeout',
    });
    await settle();
    await clock.advance(500);
    await writing;
    // The late answer comes, and the stop's own never does.
    unit.faults.mute(1);
    const stopping = call();
    const ended = expect(session.stop?.(stopping.call)).rejects.toMatchObject({ code: 'device-timeout' });
    await settle();
    await clock.advance(600);
    await ended;
    expect(stopping.confirmed.map(({ level }) => level)).not.toContain('acknowledged');
    expect(told.unmatched).not.toEqual([]);
  });
});

test('after a request without an answer, a device is in step only once nothing older can come', async () => {
  const { session, call, unit, clock, heard } = await bench(mapWith({}), { options: { framing: 'rtu' } });
  unit.faults.mute(1);
  const reading = expect(session.read?.['one']?.(call().call)).rejects.toMatchObject({ code: 'device-timeout' });
  await settle();
  await clock.advance(500);
  await reading;
  heard.length = 0;
  let isDone = false;
  const resync = session.resync?.(call().call).then(() => (isDone = true));
  await settle();
  expect(heard).toEqual([]);
  await clock.advance(250);
  expect(heard).toHaveLength(1);
  // Its answer has the shape of the one that may still come, so there must be silence once more.
  expect(isDone).toBe(false);
  await clock.advance(250);
  await resync;
});

test('where a register of another function can be read, one silence is enough', async () => {
  const two = { summary: 'Two', schema: number, register: { table: 'input', address: 0, type: 'uint16' } } as const;
  const { session, call, unit, clock } = await bench(mapWith({ properties: { one, two } }), {
    options: { framing: 'rtu' },
  });
  unit.faults.mute(1);
  const reading = expect(session.read?.['one']?.(call().call)).rejects.toMatchObject({ code: 'device-timeout' });
  await settle();
  await clock.advance(500);
  await reading;
  const resync = session.resync?.(call().call);
  await settle();
  await clock.advance(250);
  await resync;
  expect(unit.requests.at(-1)?.toString('hex')).toBe('0400000001');
});

test('noise between requests of others is nobody’s, and a frame of one’s own that nobody asked for is counted', async () => {
  const { far, told, clock } = await bench(mapWith({}), { options: { framing: 'rtu' } });
  await far.write(Buffer.from('ffeeddcc', 'hex'));
  await clock.advance(200);
  // Unit 2 answers somebody.
  await far.write(Buffer.from('020302000afd83', 'hex'));
  await clock.advance(200);
  expect(told.unmatched).toEqual([]);
  await far.write(Buffer.from('01030200057847', 'hex'));
  await clock.advance(200);
  expect(told.unmatched).toHaveLength(1);
});

test('each request of a poll is a turn of its own, so that on a slow line others have theirs in between', async () => {
  const properties = {
    one,
    two: { ...one, register: at(1) },
    far: { ...one, register: at(500) },
    coil: { schema: { type: 'boolean' }, register: { table: 'coil', address: 0, type: 'bool' } },
  } as const;
  const { session, call, heard } = await bench(mapWith({ properties }));
  const groups = session.readTogether?.(['coil', 'one', 'far', 'two']);
  expect(groups).toEqual([['coil'], ['one', 'two'], ['far']]);
  for (const [index, names] of (groups ?? []).entries()) {
    await session.readMany?.(names, call().call);
    expect(heard).toHaveLength(index + 1);
  }
});
