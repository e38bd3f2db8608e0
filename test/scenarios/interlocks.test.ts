import { expect, test } from 'vitest';
import { BellcrankError } from '../../src/driver/index.ts';
import { doorClosed, heaterRig, pollMs } from '../support/heater.ts';

const watched = { ...doorClosed, onViolation: 'stop' } as const;
const offline = (): BellcrankError => new BellcrankError('device-offline', 'it was removed', { reason: 'offline' });

test('the heater is set while the door is closed, and not while it is open', async () => {
  const { rig, heater, door, ready } = heaterRig(doorClosed);
  await ready();
  expect(await rig.settled(rig.submit('heater', 'set', { value: 5 }))).toMatchObject({ outcome: 'succeeded' });
  door.value = 0;
  await rig.until(() => rig.device('door-1').reading('value').value === 0);
  await expect(rig.settled(rig.submit('heater', 'set', { value: 6 }))).rejects.toMatchObject({
    code: 'interlocked',
    outcome: 'not-sent',
    reason: 'interlocked',
    message: expect.stringMatching(
      /^interlock door-closed forbids set on heater unless device\["door-1"\]\.value == 1: door-1\.value is 0 \(simulated, \d+ ms old\)$/,
    ),
  });
  await expect(rig.settled(rig.submit('heater', 'write:setpoint', { value: 6 }))).rejects.toMatchObject({
    code: 'interlocked',
  });
  expect(await rig.settled(rig.submit('heater', 'ask'))).toMatchObject({ outcome: 'succeeded' });
  expect(await rig.settled(rig.submit('heater', 'pulse'))).toMatchObject({ outcome: 'succeeded' });
  expect(heater.executed).toEqual(['SET 5', 'PULSE']);
});

test('a command that was accepted is not sent when the door opens while it waits', async () => {
  const { rig, heater, door, ready } = heaterRig(doorClosed);
  await ready();
  heater.held = [];
  const first = rig.submit('heater', 'pulse');
  await rig.until(() => heater.executed.includes('PULSE'));
  const second = rig.submit('heater', 'set', { value: 5 });
  door.value = 0;
  await rig.until(() => rig.device('door-1').reading('value').value === 0);
  expect(await rig.store.commands.list({ limit: 1 })).toMatchObject({ items: [{ command: 'set', state: 'queued' }] });
  heater.release();
  expect(await rig.settled(first)).toMatchObject({ outcome: 'succeeded' });
  const record = await rig.settled(second);
  expect(record).toMatchObject({
    outcome: 'not-sent',
    reason: 'interlocked',
    error: { code: 'interlocked', detail: expect.stringContaining('door-1.value is 0') },
  });
  expect(record.sentAt).toBeUndefined();
  expect(heater.executed).toEqual(['PULSE']);
});

test('commands are forbidden from the start, and when the sensor falls silent', async () => {
  const { rig, heater, door, ready } = heaterRig(doorClosed);
  door.mute = true;
  await rig.until(() => rig.device('heater').state === 'ready');
  const set = (): Promise<unknown> => rig.settled(rig.submit('heater', 'set', { value: 5 }));
  await expect(set()).rejects.toMatchObject({ message: expect.stringContaining('cannot be relied on: not read yet') });
  door.mute = false;
  await ready();
  await expect(set()).resolves.toMatchObject({ outcome: 'succeeded' });
  door.mute = true;
  await rig.until(() => rig.device('door-1').reading('value').quality !== 'good');
  await expect(set()).rejects.toMatchObject({ message: expect.stringContaining('door-1.value cannot be relied on') });
  expect(heater.executed).toEqual(['SET 5']);
});

test('the watch stops the heater when the door opens, once, and again if it is released too early', async () => {
  const { rig, heater, door, ready } = heaterRig(watched);
  await ready();
  await rig.clock.advance(5000);
  expect(heater.executed).toEqual([]);
  door.value = 0;
  await rig.until(() => rig.device('heater').latched);
  await rig.clock.advance(5000);
  expect(heater.executed).toEqual(['STOP']);
  expect(rig.causes).toEqual([
    expect.stringMatching(/^interlock door-closed unless .*: door-1\.value is 0 \(simulated, 0 ms old\)$/),
  ]);
  rig.device('heater').release();
  await rig.clock.advance(5000);
  expect(heater.executed).toEqual(['STOP', 'STOP']);
  expect(rig.device('heater').latched).toBe(true);
  door.value = 1;
  await rig.clock.advance(1000);
  rig.device('heater').release();
  await rig.clock.advance(5000);
  expect(heater.executed).toEqual(['STOP', 'STOP']);
  expect(rig.device('heater').latched).toBe(false);
});

test('the watch stops the heater when the sensor of the door falls silent', async () => {
  const { rig, heater, door, ready } = heaterRig(watched);
  await ready();
  await rig.clock.advance(500);
  door.mute = true;
  const since = rig.clock.monotonic();
  await rig.until(() => rig.device('heater').latched);
  expect(rig.clock.monotonic() - since).toBeLessThanOrEqual(watched.maxAgeMs + 10);
  await rig.clock.advance(1000);
  expect(heater.executed).toEqual(['STOP']);
  expect(rig.causes).toEqual([expect.stringContaining('door-1.value cannot be relied on')]);
});

test('the watch stops the heater when the line to the door is cut', async () => {
  const { rig, heater, lines, ready } = heaterRig(watched);
  await ready();
  await lines.doors.cut();
  await rig.clock.advance(20);
  expect(heater.executed).toEqual(['STOP']);
  expect(rig.causes).toEqual([expect.stringContaining('its device is offline')]);
});

test('a sensor that hangs without an error is found by the age of its value', async () => {
  const { rig, heater, door, ready } = heaterRig({ ...watched, maxAgeMs: 300 });
  await ready();
  door.held = [];
  const since = rig.clock.monotonic();
  await rig.until(() => rig.device('heater').latched);
  expect(rig.clock.monotonic() - since).toBeLessThanOrEqual(310);
  await rig.clock.advance(100);
  expect(heater.executed).toEqual(['STOP']);
});

test('at start-up the sensor has its time, and no more', async () => {
  const { rig, heater, door } = heaterRig(watched);
  door.mute = true;
  await rig.until(() => rig.device('heater').state === 'ready');
  const since = rig.clock.monotonic();
  await rig.clock.advance(watched.maxAgeMs - 20);
  expect(rig.device('heater').latched).toBe(false);
  await rig.until(() => rig.device('heater').latched);
  expect(rig.clock.monotonic() - since).toBeLessThanOrEqual(watched.maxAgeMs + 20);
  await rig.clock.advance(100);
  expect(heater.executed).toEqual(['STOP']);
});

test('a door that is known to be open at start-up stops the heater at once', async () => {
  const { rig, heater, door } = heaterRig(watched);
  door.value = 0;
  await rig.until(() => heater.executed.includes('STOP'));
  expect(rig.clock.monotonic()).toBeLessThan(watched.maxAgeMs);
  expect(rig.causes).toHaveLength(1);
});

test('a value that is not valid stops the heater at once', async () => {
  const { rig, heater, door, ready } = heaterRig(watched);
  await ready();
  door.twist = (line, reply) => (line === 'GET?' ? 'VAL 101' : reply);
  await rig.clock.advance(pollMs + 20);
  expect(heater.executed).toEqual(['STOP']);
  expect(rig.causes).toEqual([expect.stringContaining('must be <= 100')]);
});

test('whoever has lost the label is watched no more, and leaves no timer behind', async () => {
  const { device: _, ...rule } = watched;
  const { rig, heater, door, ready } = heaterRig({ ...rule, label: 'zone' });
  await ready();
  await rig.clock.advance(1000);
  const before = rig.clock.pendingTimers;
  for (let change = 0; change < 10; change++) {
    rig.device('heater').labels = { zone: String(change) };
    await rig.clock.advance(2 * pollMs);
  }
  expect(rig.clock.pendingTimers).toBeLessThanOrEqual(before);
  rig.device('heater').labels = {};
  await rig.clock.advance(2 * pollMs);
  door.value = 0;
  await rig.clock.advance(2000);
  expect(heater.executed).toEqual([]);
  expect(rig.device('heater').latched).toBe(false);
});

test('a device that takes the place of a watched one is watched in its place', async () => {
  const { rig, heater, door, ready } = heaterRig(watched);
  await ready();
  const { settings } = rig.device('heater');
  await rig.settled(rig.registry.replace({ ...settings, driver: 'toy', connection: 'heat' }, offline()));
  await ready();
  expect(rig.causes).toEqual([]);
  door.value = 0;
  await rig.clock.advance(1000);
  expect(heater.executed).toEqual(['STOP']);
  expect(rig.causes).toHaveLength(1);
});

test('whoever carries the label is guarded, also when it gets it later', async () => {
  const { device: _, ...rule } = watched;
  const { rig, heater, door, ready } = heaterRig({ ...rule, label: 'zone=kiln' });
  await ready();
  door.value = 0;
  await rig.clock.advance(1000);
  expect(rig.device('heater').latched).toBe(false);
  // The rule says stop, and from now on it is about this one.
  rig.device('heater').labels = { zone: 'kiln' };
  await rig.until(() => rig.device('heater').latched);
  await expect(rig.settled(rig.submit('heater', 'set', { value: 5 }))).rejects.toMatchObject({ code: 'stopped' });
  await rig.clock.advance(1000);
  expect(heater.executed).toEqual(['STOP']);
});

test('a rule that only forbids holds for whoever gets its label later', async () => {
  const { device: _, onViolation: __, ...rule } = watched;
  const { rig, heater, door, ready } = heaterRig({ ...rule, label: 'zone=kiln' });
  await ready();
  door.value = 0;
  await rig.clock.advance(1000);
  rig.device('heater').labels = { zone: 'kiln' };
  await expect(rig.settled(rig.submit('heater', 'set', { value: 5 }))).rejects.toMatchObject({ code: 'interlocked' });
  expect(heater.executed).toEqual([]);
});

test('a removed sensor is a missing one', async () => {
  const { rig, heater, ready } = heaterRig(watched);
  await ready();
  const gone = rig.registry.remove('door-1', offline());
  await rig.settled(gone);
  await rig.clock.advance(100);
  expect(heater.executed).toEqual(['STOP']);
  expect(rig.causes).toEqual([expect.stringContaining('there is no such device')]);
});

test('a removed device is watched no more', async () => {
  const { rig, door, ready } = heaterRig(watched);
  await ready();
  await rig.settled(rig.registry.remove('heater', offline()));
  door.value = 0;
  await rig.clock.advance(2000);
  expect(rig.causes).toEqual([]);
});

test('nothing is left behind when the watch ends, and nothing more is stopped', async () => {
  const { rig, heater, door, ready } = heaterRig(watched);
  await ready();
  rig.control.close();
  door.value = 0;
  await rig.clock.advance(5000);
  expect(heater.executed).toEqual([]);
  await rig.settled(rig.registry.close(offline()));
  expect(rig.clock.pendingTimers).toBe(0);
});

test('values that go on coming start no timers', async () => {
  const { rig, ready } = heaterRig(watched, { ...watched, name: 'also', unless: 'self.value < 80' });
  await ready();
  await rig.clock.advance(1000);
  const before = rig.clock.pendingTimers;
  await rig.clock.advance(60_000);
  expect(rig.clock.pendingTimers).toBeLessThanOrEqual(before);
});
