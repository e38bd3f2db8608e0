import { trusted } from '../../src/access/caller.ts';
import { expect, test } from 'vitest';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

async function readyToy(options: Parameters<typeof toyDriver>[0] = {}) {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(options), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(
    () => rig.device('toy').state === 'ready' && rig.device('toy').reading('setpoint').quality === 'good',
  );
  return { toy, line, rig };
}

test('a command that the device acknowledges has succeeded, and says what was reached', async () => {
  const { toy, rig } = await readyToy();
  const record = await rig.settled(rig.submit('toy', 'set', { value: 5 }));
  expect(record).toMatchObject({
    outcome: 'succeeded',
    confirmation: 'acknowledged',
    result: { value: 5 },
    state: 'ended',
  });
  expect(record.sentAt).toBeTypeOf('number');
  expect(toy.executed).toEqual(['SET 5']);
});

test('a refusal keeps the device’s own code', async () => {
  const { rig } = await readyToy();
  const record = await rig.settled(rig.submit('toy', 'set', { value: 99 }));
  expect(record).toMatchObject({ outcome: 'refused', error: { code: 'device-refused', device: { code: '99' } } });
});

test('invalid params never reach the driver', async () => {
  const { toy, rig } = await readyToy();
  for (const params of [{ value: -1 }, { value: null }, { value: '5' }, { value: 5, x: 1 }, {}, null, [], 'x']) {
    await expect(rig.submit('toy', 'set', params)).rejects.toMatchObject({ code: 'invalid-request' });
  }
  expect(toy.executed).toEqual([]);
});

test('returning without the declared confirmation is not success', async () => {
  const { rig } = await readyToy();
  const record = await rig.settled(rig.submit('toy', 'optimist'));
  expect(record).toMatchObject({ outcome: 'unknown', confirmation: 'sent', error: { code: 'driver-fault' } });
});

test('no answer: unknown; the line is quarantined and the next command works', async () => {
  const { toy, rig } = await readyToy();
  toy.mute = true;
  const silent = await rig.settled(rig.submit('toy', 'pulse'));
  expect(silent).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' } });
  expect(rig.device('toy').state).toBe('quarantined');
  toy.mute = false;
  const next = await rig.settled(rig.submit('toy', 'set', { value: 3 }));
  expect(next).toMatchObject({ outcome: 'succeeded', result: { value: 3 } });
  expect(toy.executed).toEqual(['PULSE', 'SET 3']);
});

test('a read without a valid answer has failed', async () => {
  const { toy, rig } = await readyToy();
  toy.mute = true;
  expect(await rig.settled(rig.submit('toy', 'ask'))).toMatchObject({
    outcome: 'failed',
    error: { code: 'device-timeout' },
  });
  toy.mute = false;
  toy.twist = (line, reply) => (line === 'GET?' ? 'VAL 500' : reply);
  expect(await rig.settled(rig.submit('toy', 'ask'))).toMatchObject({
    outcome: 'failed',
    error: { code: 'device-protocol' },
  });
});

test('a late reply during quarantine resolves its own unknown command', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const record = await rig.settled(rig.submit('toy', 'set', { value: 5 }));
  expect(record.outcome).toBe('unknown');
  toy.release();
  await rig.until(() => record.resolvedLate === true);
  expect(record).toMatchObject({ outcome: 'succeeded', result: { value: 5 }, resolvedLate: true });
  expect(record.error).toBeUndefined();
  expect(rig.ended.map(({ outcome }) => outcome)).toEqual(['unknown', 'succeeded']);
});

test('a late refusal resolves its command as refused', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const record = await rig.settled(rig.submit('toy', 'set', { value: 99 }));
  toy.release();
  await rig.until(() => record.resolvedLate === true);
  expect(record).toMatchObject({ outcome: 'refused', error: { code: 'device-refused' } });
});

test('a late reply after the quarantine answers nobody', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const record = await rig.settled(rig.submit('toy', 'pulse'));
  const [late] = toy.held;
  toy.held = undefined;
  await rig.until(() => rig.device('toy').state === 'ready');
  const before = rig.device('toy').unmatched;
  late?.();
  await rig.clock.advance(50);
  const next = await rig.settled(rig.submit('toy', 'ask'));
  expect(next).toMatchObject({ outcome: 'succeeded', result: { value: 7 } });
  expect(record.outcome).toBe('unknown');
  expect(rig.device('toy').unmatched).toBeGreaterThan(before);
});

test('a late reply that comes while the resync probe is under way answers neither the probe nor a command', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const record = await rig.settled(rig.submit('toy', 'pulse'));
  const [late] = toy.held;
  await rig.until(() => (toy.held?.length ?? 0) === 2);
  const probe = toy.held[1];
  toy.held = undefined;
  late?.();
  await rig.clock.advance(1);
  probe?.();
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(record.outcome).toBe('unknown');
  expect(await rig.settled(rig.submit('toy', 'ask'))).toMatchObject({ outcome: 'succeeded', result: { value: 7 } });
});

test('without a resync of its own the device is attached anew', async () => {
  const { toy, rig } = await readyToy({ resync: false });
  toy.mute = true;
  await rig.settled(rig.submit('toy', 'pulse'));
  toy.mute = false;
  expect(await rig.settled(rig.submit('toy', 'ask'))).toMatchObject({ outcome: 'succeeded' });
});

test('a handler that ignores its deadline loses its session, and the device comes back', async () => {
  const { toy, rig } = await readyToy();
  const record = await rig.settled(rig.submit('toy', 'stubborn'));
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'driver-fault' } });
  expect((record.endedAt ?? 0) - record.submittedAt).toBeLessThan(1000);
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(await rig.settled(rig.submit('toy', 'set', { value: 1 }))).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['STUBBORN', 'SET 1']);
});

test('a device that stays silent goes offline, its queue is not sent, and it is found again', async () => {
  const { toy, line, rig } = await readyToy();
  toy.mute = true;
  const first = rig.submit('toy', 'pulse');
  const queued = rig.submit('toy', 'set', { value: 8 });
  expect(await rig.settled(first)).toMatchObject({ outcome: 'unknown' });
  expect(await rig.settled(queued)).toMatchObject({ outcome: 'not-sent' });
  await rig.until(() => rig.device('toy').state === 'offline' || rig.device('toy').state === 'connecting');
  const refused = await rig.settled(rig.submit('toy', 'pulse'));
  expect(refused).toMatchObject({ outcome: 'not-sent', reason: 'offline', error: { code: 'device-offline' } });
  toy.mute = false;
  await rig.until(() => rig.device('toy').state === 'ready', 60_000);
  expect(toy.executed).toEqual(['PULSE']);
  expect(line.opens).toBe(1);
});

test('a connection lost in flight: unknown, at once; nothing is sent again after it is back', async () => {
  const { toy, line, rig } = await readyToy();
  toy.mute = true;
  const flying = rig.submit('toy', 'pulse');
  const queued = rig.submit('toy', 'set', { value: 8 });
  await rig.clock.advance(10);
  await line.cut();
  expect(await rig.settled(flying, 50)).toMatchObject({ outcome: 'unknown', error: { code: 'connection-lost' } });
  expect(await rig.settled(queued, 50)).toMatchObject({ outcome: 'not-sent', reason: 'offline' });
  toy.mute = false;
  await rig.until(() => rig.device('toy').state === 'ready');
  await rig.settled(rig.submit('toy', 'set', { value: 2 }));
  expect(toy.executed).toEqual(['PULSE', 'SET 2']);
});

test('an urgent command bypasses an exchange in flight, and the reply still finds its own command', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const flying = rig.submit('toy', 'set', { value: 5 });
  await rig.until(() => toy.executed.length === 1);
  expect(await rig.settled(rig.submit('toy', 'bang'))).toMatchObject({ outcome: 'succeeded', confirmation: 'sent' });
  expect(toy.executed).toEqual(['SET 5', '!']);
  toy.release();
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'succeeded', result: { value: 5 } });
});

test('on a half-duplex line an urgent command waits for the turnaround, at most the guard time', async () => {
  const { toy, rig } = await readyToy({ guardMs: 40 });
  toy.held = [];
  const flying = rig.submit('toy', 'set', { value: 5 });
  await rig.until(() => toy.executed.length === 1);
  const urgent = rig.submit('toy', 'bang');
  await rig.clock.advance(30);
  expect(toy.executed).toEqual(['SET 5']);
  await rig.clock.advance(10);
  expect(toy.executed).toEqual(['SET 5', '!']);
  toy.release();
  await rig.settled(Promise.all([flying, urgent]));
});

test('a long command lets others have the line between its exchanges, and progress extends its deadline', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const sweep = rig.submit('toy', 'sweep');
  const other = rig.submit('toy', 'set', { value: 50 });
  // Each reply takes 150 ms: three of them, and the other's, are more than the 300 ms that one step may take.
  for (let replies = 1; replies <= 4; replies++) {
    await rig.until(() => toy.executed.length === replies);
    await rig.clock.advance(150);
    toy.held.shift()?.();
  }
  expect(await rig.settled(sweep)).toMatchObject({ outcome: 'succeeded' });
  expect(await rig.settled(other)).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['SET 1', 'SET 50', 'SET 2', 'SET 3']);
});

test('urgent commands are bounded, too', async () => {
  const { toy, rig } = await readyToy({ guardMs: 1000 });
  toy.held = [];
  void rig.submit('toy', 'set', { value: 5 });
  await rig.until(() => toy.executed.length === 1);
  const urgent = Array.from({ length: 17 }, () => rig.submit('toy', 'bang'));
  expect(await rig.settled(urgent[16] ?? Promise.reject(new Error()))).toMatchObject({
    outcome: 'not-sent',
    error: { code: 'queue-full' },
  });
  toy.release();
  await rig.settled(Promise.all(urgent));
});

test('expired in the queue: not-sent', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  void rig.submit('toy', 'pulse');
  const short = rig.submit('toy', 'stubborn');
  const record = await rig.settled(short);
  expect(record).toMatchObject({ outcome: 'not-sent', reason: 'expired', error: { code: 'expired' } });
  expect(record.sentAt).toBeUndefined();
  expect(toy.executed).toEqual(['PULSE']);
});

test('a client that withdraws what is queued gets not-sent; what has left runs on', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const sent = new AbortController();
  const waiting = new AbortController();
  const caller = trusted('test');
  const first = rig.pipeline.submit({ device: 'toy', command: 'pulse', params: {}, caller, withdrawn: sent.signal });
  const second = rig.pipeline.submit({
    device: 'toy',
    command: 'pulse',
    params: {},
    caller,
    withdrawn: waiting.signal,
  });
  await rig.clock.advance(10);
  sent.abort();
  waiting.abort();
  expect(await rig.settled(second)).toMatchObject({ outcome: 'not-sent', reason: 'cancelled' });
  toy.release();
  expect(await rig.settled(first)).toMatchObject({ outcome: 'succeeded' });
});

test('a property write is a command', async () => {
  const { toy, rig } = await readyToy();
  expect(await rig.settled(rig.submit('toy', 'write:setpoint', { value: 4 }))).toMatchObject({
    outcome: 'succeeded',
    command: 'write:setpoint',
  });
  await expect(rig.submit('toy', 'write:setpoint', { value: 101 })).rejects.toMatchObject({
    code: 'invalid-request',
    errors: [{ pointer: '/value' }],
  });
  await expect(rig.submit('toy', 'write:value', { value: 1 })).rejects.toMatchObject({ code: 'method-not-allowed' });
  expect(toy.executed).toEqual(['SET 4']);
});

test('shutting down: what is queued is not-sent, what is under way is unknown', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const flying = rig.submit('toy', 'pulse');
  const queued = rig.submit('toy', 'set', { value: 8 });
  await rig.clock.advance(10);
  const closing = rig.pipeline.close(100).then(async () => {
    const { BellcrankError } = await import('../../src/errors.ts');
    await rig.registry.close(new BellcrankError('shutting-down', 'bye', { reason: 'shutdown' }));
  });
  expect(await rig.settled(queued, 50)).toMatchObject({ outcome: 'not-sent', reason: 'shutdown' });
  await rig.settled(closing);
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'unknown' });
  await expect(rig.submit('toy', 'pulse')).rejects.toMatchObject({ code: 'shutting-down' });
  expect(toy.executed).toEqual(['PULSE']);
});

test('every open starts in quarantine: what a device still says from before is nobody’s answer', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => {
    const chatter = (left: number): void => {
      if (left === 0) return toy.serve(far);
      void far.write(Buffer.from('VAL 3\n'));
      rig.clock.timer(20, () => chatter(left - 1));
    };
    setImmediate(() => chatter(5));
  });
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').state === 'ready', 250);
  expect(rig.clock.monotonic()).toBeGreaterThanOrEqual(130);
  expect(rig.logged).not.toContain('device does not attach; probing');
});

test('stop overtakes the queue, aborts what is in flight, reaches the device, and latches', async () => {
  const { toy, rig } = await readyToy();
  toy.held = [];
  const flying = rig.submit('toy', 'pulse');
  const queued = rig.submit('toy', 'set', { value: 8 });
  await rig.clock.advance(10);
  toy.held = undefined;
  const stopping = rig.device('toy').stop('stop-1');
  // At once, not when the line is in step again.
  expect(await rig.settled(queued, 10)).toMatchObject({ outcome: 'not-sent', reason: 'stopped' });
  const stopped = await rig.settled(stopping, 100);
  expect(stopped.invoked).toMatchObject({ returned: true, level: 'acknowledged' });
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'unknown', error: { code: 'stopped' } });
  await expect(rig.submit('toy', 'pulse')).rejects.toMatchObject({ code: 'stopped' });
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(await rig.settled(rig.submit('toy', 'ask'))).toMatchObject({ outcome: 'succeeded' });
  rig.device('toy').release();
  expect(await rig.settled(rig.submit('toy', 'set', { value: 1 }))).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['PULSE', 'STOP', 'SET 1']);
});

test.each(Array.from({ length: 16 }, (_, turns) => turns))(
  'a stop %i microtasks after a command was submitted: nothing leaves after the stop',
  async (turns) => {
    const { toy, rig } = await readyToy();
    const command = rig.submit('toy', 'pulse').catch((error: unknown) => error);
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    await rig.settled(rig.device('toy').stop('stop-1'), 500);
    await rig.settled(command);
    await rig.until(() => rig.device('toy').state === 'ready');
    expect(toy.executed.slice(toy.executed.indexOf('STOP'))).toEqual(['STOP']);
    expect(toy.executed.filter((line) => line === 'PULSE').length).toBeLessThanOrEqual(1);
  },
);

test('a latched device that comes back is stopped before anything else', async () => {
  const { toy, line, rig } = await readyToy();
  line.down = true;
  await line.cut();
  await rig.until(() => rig.device('toy').state !== 'ready');
  const stopped = await rig.settled(rig.device('toy').stop('stop-1'));
  expect(stopped.error).toMatchObject({ code: 'device-offline' });
  line.down = false;
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(toy.executed).toEqual(['STOP']);
});
