import { expect, test } from 'vitest';
import { BellcrankError } from '../../src/errors.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** A toy on a line of its own whose answers take `latencyMs`, once it is ready. */
async function slowToy(latencyMs: number) {
  const toy = new ToyDevice();
  let slow = false;
  const line = new MemoryLine((far) => {
    toy.serve(
      new Proxy(far, {
        get(target, key) {
          if (key === 'write' && slow) {
            return (bytes: Uint8Array) => {
              rig.clock.timer(latencyMs, () => void target.write(bytes).catch(() => {}));
              return Promise.resolve();
            };
          }
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
    );
  });
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  slow = true;
  return { toy, line, rig };
}

function bus(units: readonly string[]) {
  const toys = Object.fromEntries(units.map((unit) => [unit, new ToyDevice(unit)]));
  const line = new MemoryLine((far) => {
    for (const toy of Object.values(toys)) toy.serve(far);
  });
  const devices = units.map((unit) => ({ id: unit, connection: 'line', options: { unit } }));
  const rig = createRig(toyDriver(), { line }, devices);
  const toy = (unit: string): ToyDevice => toys[unit] ?? new ToyDevice();
  const ready = () => rig.until(() => units.every((unit) => rig.device(unit).reading('setpoint').quality === 'good'));
  return { rig, toy, ready };
}

const gone = new BellcrankError('device-offline', 'device toy was removed or changed', { reason: 'offline' });

test.each([0, 20, 45, 55, 70, 100])('a stop %i ms into a quarantine reaches the device', async (afterMs) => {
  const { toy, rig } = await slowToy(80);
  toy.mute = true;
  await rig.settled(rig.submit('toy', 'pulse'));
  toy.mute = false;
  await rig.clock.advance(afterMs);
  const { invoked } = await rig.settled(rig.device('toy').stop('stop'));
  expect(invoked?.left).toBe(true);
  await rig.until(() => rig.device('toy').state === 'ready');
  // Once; and once more where an answer to something older had come in place of its own.
  expect(toy.executed).toEqual(['PULSE', 'STOP', ...(invoked?.returned === true ? [] : ['STOP'])]);
  rig.device('toy').release();
  expect(await rig.settled(rig.submit('toy', 'ask'))).toMatchObject({ outcome: 'succeeded', result: { value: 7 } });
});

test.each([5, 20, 60, 120])('a stop during an exchange that takes %i ms is acknowledged, once', async (latencyMs) => {
  const { toy, line, rig } = await slowToy(latencyMs);
  const flying = rig.submit('toy', 'set', { value: 5 });
  await rig.until(() => toy.executed.length === 1);
  const { invoked } = await rig.settled(rig.device('toy').stop('stop'));
  expect(invoked).toMatchObject({ returned: true, level: 'acknowledged' });
  // Its answer, if it came before the stop was written, is beyond doubt its own.
  const record = await rig.settled(flying);
  expect(record.error?.code ?? record.outcome).toMatch(/^(stopped|succeeded)$/);
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(toy.executed).toEqual(['SET 5', 'STOP']);
  expect(line.opens).toBe(1);
});

test('two stops at once are one', async () => {
  const { toy, rig } = await slowToy(20);
  const stops = ['one', 'two'].map((id) => rig.device('toy').stop(id));
  const [first, second] = await rig.settled(Promise.all(stops));
  expect(first).toBe(second);
  expect(toy.executed).toEqual(['STOP']);
});

test('on a shared line the answer to a stop never answers another device’s command', async () => {
  const { rig, toy, ready } = bus(['a', 'b']);
  await ready();
  toy('b').mute = true;
  const flying = rig.submit('b', 'set', { value: 5 });
  await rig.until(() => toy('b').executed.length === 1);
  const { invoked } = await rig.settled(rig.device('a').stop('stop'));
  expect(invoked).toMatchObject({ returned: true, level: 'acknowledged' });
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'unknown' });
});

test('a stop of all on a shared line is acknowledged by the living only', async () => {
  const { rig, toy, ready } = bus(['a', 'b', 'c']);
  await ready();
  toy('b').mute = true;
  toy('c').mute = true;
  const stops = await rig.settled(Promise.all(rig.registry.sessions.map((device) => device.stop(device.id))));
  expect(stops.map(({ invoked }) => invoked?.returned)).toEqual([true, false, false]);
  for (const unit of ['a', 'b', 'c']) expect(toy(unit).executed).toEqual(['STOP']);
});

test('a device that is being removed is stopped, too', async () => {
  const { rig, toy } = await slowToy(5);
  toy.held = [];
  const flying = rig.submit('toy', 'pulse');
  await rig.until(() => toy.executed.length === 1);
  const removed = rig.registry.remove('toy', gone);
  await rig.clock.advance(10);
  toy.held = undefined;
  await rig.settled(Promise.all(rig.registry.sessions.map((device) => device.stop('stop'))));
  expect(toy.executed).toEqual(['PULSE', 'STOP']);
  await rig.settled(Promise.all([removed, flying]));
});

test('an urgent command that is cancelled while it waits for the turnaround is not sent', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver({ guardMs: 5000 }), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  toy.held = [];
  void rig.submit('toy', 'set', { value: 5 });
  await rig.until(() => toy.executed.length === 1);
  const cancelled = rig.submit('toy', 'bang');
  await rig.clock.advance(1);
  const [latest] = (await rig.store.commands.list({ limit: 1 })).items;
  expect(rig.pipeline.cancel(latest?.id ?? '')).toBe('withdrawn');
  expect(await rig.settled(cancelled)).toMatchObject({ outcome: 'not-sent', reason: 'cancelled' });
  expect(toy.executed).toEqual(['SET 5']);
});

test('a queued command is validated again when its device has described itself anew', async () => {
  let remodel: (() => void) | undefined;
  const toy = new ToyDevice();
  const driver = toyDriver();
  const { model } = driver;
  const set = model.commands['set'];
  const narrower = {
    type: 'object',
    properties: { value: { type: 'number', maximum: 10 } },
    required: ['value'],
    additionalProperties: false,
  };
  const describing: typeof driver = {
    ...driver,
    attach(connection, options, context) {
      remodel = () =>
        context.remodel({
          ...model,
          commands: { ...model.commands, ...(set && { set: { ...set, params: narrower } }) },
        });
      return driver.attach(connection, options, context);
    },
  };
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(describing, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  toy.held = [];
  const flying = rig.submit('toy', 'pulse');
  const queued = rig.submit('toy', 'set', { value: 80 });
  await rig.until(() => toy.executed.length === 1);
  remodel?.();
  toy.release();
  await rig.settled(flying);
  expect(await rig.settled(queued)).toMatchObject({
    outcome: 'not-sent',
    error: { code: 'invalid-request', detail: '/value must be <= 10' },
  });
  expect(toy.executed).toEqual(['PULSE']);
});

test('a client that leaves, or a stop, does not spoil a reading', async () => {
  const { toy, rig } = await slowToy(50);
  const client = new AbortController();
  const read = rig.device('toy').read('value', 0, client.signal);
  await rig.clock.advance(10);
  client.abort(new BellcrankError('cancelled', 'the client went away'));
  await rig.settled(read);
  expect(rig.device('toy')).toMatchObject({ state: 'ready' });
  expect(rig.device('toy').reading('value').quality).toBe('good');
  const stopped = rig.device('toy').read('value', 0, new AbortController().signal);
  stopped.catch(() => {});
  await rig.clock.advance(10);
  await rig.settled(rig.device('toy').stop('stop'));
  await expect(stopped).rejects.toMatchObject({ code: 'stopped' });
  expect(rig.device('toy').reading('value').quality).not.toBe('bad');
  expect(toy.executed).toEqual(['STOP']);
});

test.each(['stubborn', 'pulse'])('output that an unknown %s may have left behind is discarded', async (command) => {
  const toy = new ToyDevice();
  let discarded = 0;
  const line = new MemoryLine(
    (far) => toy.serve(far),
    (near) =>
      new Proxy(near, {
        get(target, key) {
          if (key === 'discardOutput') return () => Promise.resolve(void discarded++);
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
  );
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  toy.mute = true;
  expect(await rig.settled(rig.submit('toy', command))).toMatchObject({ outcome: 'unknown' });
  toy.mute = false;
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(discarded).toBe(1);
});
