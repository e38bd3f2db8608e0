import { expect, test } from 'vitest';
import { type ByteWire, type Call, DryRunEnd, type MessageWire } from '../driver/contract.ts';
import { BellcrankError } from '../errors.ts';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import { memoryBytes, MemoryHub } from '../transport/memory.ts';
import { CallGroup } from './call-group.ts';
import { type Invocation, invoke } from './invoke.ts';

const bytes = Uint8Array.of(1, 2, 3);

function start(handler: (call: Call<ByteWire>) => Promise<unknown>, settings: Partial<Invocation> = {}) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  const heard: number[] = [];
  far.onData((chunk) => heard.push(...chunk));
  const invoked = invoke({
    id: 'call',
    clock,
    connection: near,
    deadline: 1000,
    signals: [],
    handler: handler as Invocation['handler'],
    abortGraceMs: 100,
    ...settings,
  });
  return { clock, near, far, heard, invoked };
}

test('the first write awaits the sent record; a handler that writes has left', async () => {
  const record = Promise.withResolvers<void>();
  let records = 0;
  const sending = (): Promise<void> => {
    records++;
    return record.promise;
  };
  const { heard, invoked } = start(
    async ({ wire }) => {
      await wire.write(bytes);
      await wire.write(bytes);
    },
    { hooks: { sending } },
  );
  await settle();
  expect(heard).toEqual([]);
  record.resolve();
  expect(await invoked).toMatchObject({ returned: true, left: true, level: 'sent' });
  await settle();
  expect(heard).toHaveLength(6);
  expect(records).toBe(1);
});

test('a record that cannot be made keeps everything back', async () => {
  const { heard, invoked } = start(({ wire }) => wire.write(bytes), {
    hooks: { sending: () => Promise.reject(new BellcrankError('journal-unavailable', 'disk full')) },
  });
  expect(await invoked).toMatchObject({ returned: false, left: false, error: { code: 'journal-unavailable' } });
  expect(heard).toEqual([]);
});

test('aborted while the record is made: nothing leaves', async () => {
  const record = Promise.withResolvers<void>();
  const { heard, clock, invoked } = start(({ wire }) => wire.write(bytes), {
    hooks: { sending: () => record.promise },
  });
  await clock.advance(1000);
  record.resolve();
  expect(await invoked).toMatchObject({ returned: false, left: false, error: { code: 'device-timeout' } });
  await settle();
  expect(heard).toEqual([]);
});

test('aborted while the record hangs: whoever writes is let go at once', async () => {
  const { heard, clock, invoked } = start(({ wire }) => wire.write(bytes), {
    hooks: { sending: () => new Promise(() => {}) },
  });
  await clock.advance(1000);
  expect(await invoked).toMatchObject({ ignoredAbort: false, left: false, error: { code: 'device-timeout' } });
  expect(heard).toEqual([]);
});

test('a group is left at the end, and its abort ends what is under way', async () => {
  const group = new CallGroup();
  const wait = ({ signal }: Call) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const { invoked } = start(wait, { groups: [group] });
  expect(group.size).toBe(1);
  group.abort(new BellcrankError('stopped', 'stop'));
  expect(await invoked).toMatchObject({ returned: false, left: false, error: { code: 'stopped' } });
  await start(() => Promise.resolve(), { groups: [group] }).invoked;
  expect(group.size).toBe(0);
});

test('a connection that is not open refuses, and that proves that nothing left', async () => {
  const { near, invoked } = start(async ({ wire }) => {
    await settle();
    await near.close();
    await wire.write(bytes);
  });
  expect(await invoked).toMatchObject({ returned: false, left: false, error: { code: 'device-offline' } });
});

test('a write that is refused after one that left proves nothing', async () => {
  const { near, invoked } = start(async ({ wire }) => {
    await wire.write(bytes);
    await near.close();
    await wire.write(bytes);
  });
  expect(await invoked).toMatchObject({ returned: false, left: true, error: { code: 'device-offline' } });
});

test('the deadline aborts, after input that waits has had its turn', async () => {
  let reply: (() => void) | undefined;
  const answered = new Promise<string>((resolve) => (reply = () => resolve('in time')));
  const { clock, invoked } = start(() => answered);
  const turn = clock.ioTurn.bind(clock);
  clock.ioTurn = async () => {
    reply?.();
    await turn();
  };
  await clock.advance(1000);
  expect(await invoked).toMatchObject({ returned: true, value: 'in time' });
});

test('a handler that ignores the abort is left behind after the grace, and can write nothing more', async () => {
  let late: Promise<unknown> | undefined;
  const { clock, heard, invoked } = start(async ({ wire }) => {
    await wire.write(bytes);
    await new Promise<void>((resolve) => clock.timer(5000, resolve));
    late = wire.write(bytes).catch((error: unknown) => error);
    await late;
  });
  await clock.advance(1099);
  await clock.advance(1);
  expect(await invoked).toMatchObject({ ignoredAbort: true, left: true, error: { code: 'device-timeout' } });
  await clock.advance(5000);
  expect(await late).toMatchObject({ code: 'driver-fault' });
  expect(heard).toEqual([1, 2, 3]);
});

test('whoever aborts gives the reason, and the listeners are let go', async () => {
  const controller = new AbortController();
  const { invoked, clock } = start(
    ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    { signals: [controller.signal] },
  );
  controller.abort(new BellcrankError('stopped', 'stop'));
  expect(await invoked).toMatchObject({ returned: false, left: false, error: { code: 'stopped' } });
  expect(clock.pendingTimers).toBe(0);
});

test('progress extends the deadline of a long command', async () => {
  const { clock, invoked } = start(
    async (call) => {
      await settle();
      for (let step = 0; step < 4; step++) {
        await new Promise<void>((resolve) => clock.timer(900, resolve));
        call.progress({ step });
      }
      return 'done';
    },
    { extendMs: 1000 },
  );
  await clock.advance(4000);
  expect(await invoked).toMatchObject({ returned: true, value: 'done' });
});

test('the highest confirmation counts, and nothing is confirmed after the end', async () => {
  let kept: Call<ByteWire> | undefined;
  const { invoked } = start(async (call) => {
    kept = call;
    await call.wire.write(bytes);
    call.confirm('confirmed', { reply: 'ON' });
    call.confirm('acknowledged', { more: 1 });
  });
  const result = await invoked;
  expect(result).toMatchObject({ level: 'confirmed', evidence: { reply: 'ON', more: 1 } });
  kept?.confirm('acknowledged', { reply: 'late' });
  expect(result.evidence).toEqual({ reply: 'ON', more: 1 });
});

test('a late result is told once, and only after the end', async () => {
  const late: unknown[] = [];
  let kept: Call<ByteWire> | undefined;
  const { invoked } = start(
    (call) => {
      kept = call;
      call.late('too early');
      return Promise.resolve();
    },
    { hooks: { late: (result) => late.push(result) } },
  );
  await invoked;
  kept?.late('once');
  kept?.late('twice');
  expect(late).toEqual(['once']);
});

test('a dry run captures bytes, sends nothing, makes no record, and says whether more would follow', async () => {
  const sending = (): Promise<void> => Promise.reject(new Error('no record in a dry run'));
  const whole = start(({ wire }) => wire.write(bytes), { dryRun: true, hooks: { sending } });
  expect(await whole.invoked).toMatchObject({ left: false, dryRun: { writes: [{ bytes }], complete: true } });
  const partial = start(
    async ({ wire }) => {
      await wire.write(bytes);
      throw new DryRunEnd(false);
    },
    { dryRun: true, hooks: { sending } },
  );
  expect(await partial.invoked).toMatchObject({ returned: true, dryRun: { writes: [{ bytes }], complete: false } });
  await settle();
  expect([...whole.heard, ...partial.heard]).toEqual([]);
});

test('a dry run over MQTT captures topic and payload', async () => {
  const connection = new MemoryHub().connect();
  const invoked = await invoke({
    id: 'call',
    clock: new VirtualClock(),
    connection,
    deadline: 1000,
    signals: [],
    handler: (call) => (call.wire as MessageWire).publish('cmnd/plug/POWER', 'ON'),
    abortGraceMs: 100,
    dryRun: true,
  });
  expect(invoked.dryRun?.writes).toEqual([{ topic: 'cmnd/plug/POWER', payload: 'ON' }]);
  expect(connection.written).toBe(0);
});

test.each([false, true])(
  'a driver that wants a command retained is at fault, and nothing leaves (dry run: %s)',
  async (dryRun) => {
    const connection = new MemoryHub().connect();
    const invoked = await invoke({
      id: 'call',
      clock: new VirtualClock(),
      connection,
      deadline: 1000,
      signals: [],
      handler: (call) => (call.wire as MessageWire).publish('cmnd/plug/POWER', 'ON', { retain: true }),
      abortGraceMs: 100,
      dryRun,
    });
    expect(invoked).toMatchObject({ returned: false, left: false, error: { code: 'driver-fault' } });
    expect(connection.written).toBe(0);
  },
);

test('for transport none, sending() is the record and the leaving', async () => {
  let records = 0;
  const invoked = await invoke({
    id: 'call',
    clock: new VirtualClock(),
    connection: null,
    deadline: 1000,
    signals: [],
    handler: async (call) => {
      await call.sending();
      call.confirm('confirmed');
    },
    hooks: { sending: async () => void records++ },
    abortGraceMs: 100,
  });
  expect(invoked).toMatchObject({ left: true, level: 'confirmed' });
  expect(records).toBe(1);
});

test('progress that had arrived when the deadline fired moves it', async () => {
  const end = Promise.withResolvers<string>();
  const arrived = Promise.withResolvers<void>();
  const turns: Promise<void>[] = [arrived.promise];
  const clock = Object.assign(new VirtualClock(), { ioTurn: () => turns.shift() ?? settle() });
  let told: Call | undefined;
  const handler = async (call: Call): Promise<string> => {
    told = call;
    return await end.promise;
  };
  const { invoked } = start(handler, { clock, extendMs: 500 });
  await clock.advance(1000);
  told?.progress({ step: 1 });
  arrived.resolve();
  await settle();
  expect(told?.signal.aborted).toBe(false);
  end.resolve('done');
  expect(await invoked).toMatchObject({ returned: true, value: 'done' });
});

test('without progress the call is over by then', async () => {
  const { clock, invoked } = start(
    async ({ signal }) =>
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    { extendMs: 500 },
  );
  await clock.advance(1000);
  expect(await invoked).toMatchObject({ returned: false, error: { code: 'device-timeout' } });
});

test('what fails as it hears of the end fails whoever waits, who still knows that it left', async () => {
  const ended = (): never => {
    throw new Error('no end');
  };
  const { invoked } = start(async (call) => await call.sending(), { ended });
  expect(await invoked).toMatchObject({ returned: false, left: true, error: { message: 'no end' } });
});
