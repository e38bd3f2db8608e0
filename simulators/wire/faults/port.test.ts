import { expect, test } from 'vitest';
import { faulty, Subject } from '../../../test/support/faulty.ts';
import { settle } from '../../../src/testing/virtual-clock.ts';

const parrot = (): Subject => new Subject((text) => text);

test('an I/O error fails what is pending and what comes, and the port can be opened again', async () => {
  const bench = await faulty({ subject: parrot() });
  const near = await bench.open();
  await bench.faults({ kind: 'hang' }, { kind: 'io-error', afterMs: 10 });
  const pending = near.write('x'.repeat(5000));
  await settle();
  const failed = expect(pending).rejects.toMatchObject({ code: 'connection-lost', cause: { code: 'EIO' } });
  await bench.clock.advance(10);
  await failed;
  expect(await near.connection.closed).toMatchObject({ lost: true, cause: { code: 'EIO' } });
  await expect(near.write('y')).rejects.toMatchObject({ code: 'device-offline' });
  expect([bench.acted(), bench.active()]).toEqual([
    [1, 1],
    [true, false],
  ]);
  await bench.control.clearFaults();
  const again = await bench.open();
  await again.write('again');
  await settle();
  expect(again.text()).toBe('again');
  expect(await bench.subject.seen[0]?.closed).toMatchObject({ lost: true });
});

test('a zero read ends the connection like one that the other end has closed', async () => {
  const bench = await faulty({ subject: parrot() });
  const near = await bench.open();
  await bench.faults({ kind: 'zero-read', afterMs: 100 });
  await bench.clock.advance(99);
  expect(near.connection.isOpen).toBe(true);
  await bench.clock.advance(1);
  expect(await near.connection.closed).toMatchObject({ lost: true, cause: { message: 'the other end closed' } });
  expect(bench.acted()).toEqual([1]);
});

test('unplugged with a command in flight: the device obeys, its answer is lost, and it comes back when it says', async () => {
  const bench = await faulty({ subject: parrot() });
  const near = await bench.open();
  await bench.faults({ kind: 'unplug', match: 'go', returnAfterMs: 500, clearAfter: 1 });
  await near.write('a');
  await near.write('go');
  await settle();
  expect(near.connection.isOpen).toBe(false);
  expect([near.text(), bench.subject.heard]).toEqual(['a', ['a', 'go']]);
  await expect(bench.open()).rejects.toMatchObject({ code: 'device-offline' });
  await bench.clock.advance(499);
  await expect(bench.open()).rejects.toMatchObject({ code: 'device-offline' });
  await bench.clock.advance(1);
  const again = await bench.open();
  await again.write('go');
  await settle();
  expect(again.text()).toBe('go');
  expect([bench.acted(), bench.active()]).toEqual([[1], [false]]);
});

test('what the device says can unplug it, and is lost', async () => {
  const bench = await faulty({ subject: parrot() });
  const near = await bench.open();
  await bench.faults({ kind: 'unplug', match: 'alarm' });
  await bench.subject.say('all well');
  await settle();
  await bench.subject.say('alarm');
  await settle();
  expect([near.text(), near.connection.isOpen]).toEqual(['all well', false]);
});

test('clearing plugs in again what a fault unplugged', async () => {
  const bench = await faulty({ subject: parrot() });
  await bench.faults({ kind: 'unplug' });
  expect([bench.acted(), bench.active()]).toEqual([[1], [true]]);
  await expect(bench.open()).rejects.toMatchObject({ code: 'device-offline' });
  await bench.faults({ kind: 'unplug' }, { kind: 'mute' });
  await expect(bench.open()).rejects.toMatchObject({ code: 'device-offline' });
  await bench.control.clearFaults();
  await bench.open();
  await bench.faults({ kind: 'unplug', clearAfterMs: 100 });
  await bench.clock.advance(100);
  await bench.open();
  expect(bench.clock.pendingTimers).toBe(0);
});

test('unplug and plug can be pressed, again and again, and a fault does not undo what was pressed', async () => {
  const bench = await faulty({ subject: parrot() });
  expect(bench.control.buttons).toEqual(['unplug', 'plug']);
  const near = await bench.open();
  await Promise.all([bench.control.press('unplug'), bench.control.press('unplug')]);
  expect(near.connection.isOpen).toBe(false);
  await bench.control.clearFaults();
  await expect(bench.open()).rejects.toMatchObject({ code: 'device-offline' });
  await bench.control.press('plug');
  await bench.control.press('plug');
  await bench.open();
});

test('a port fails when the device’s state says so, once', async () => {
  let hot = 20;
  const bench = await faulty({ state: { temperature: { schema: { type: 'number' }, get: () => hot } } });
  const near = await bench.open();
  await bench.faults({ kind: 'io-error', when: { state: 'temperature', above: 80 } });
  await bench.clock.advance(1000);
  expect(near.connection.isOpen).toBe(true);
  hot = 90;
  await bench.clock.advance(100);
  expect(near.connection.isOpen).toBe(false);
  const again = await bench.open();
  await bench.clock.advance(1000);
  expect(again.connection.isOpen).toBe(true);
  expect([bench.acted(), bench.clock.pendingTimers]).toEqual([[1], 0]);
});

test('a port can fail now and then for as long as the fault is there', async () => {
  const bench = await faulty({ subject: parrot() });
  await bench.faults({ kind: 'io-error', every: 2 });
  for (let count = 1; count <= 3; count++) {
    const near = await bench.open();
    await near.write('a');
    await settle();
    expect([near.connection.isOpen, bench.acted()]).toEqual([false, [count]]);
    const next = await bench.open();
    await bench.subject.say('b');
    await settle();
    expect(next.text()).toBe('b');
    await next.connection.close();
    await settle();
  }
});

test('closing the simulator while it is unplugged leaves nothing behind', async () => {
  const bench = await faulty();
  await bench.faults({ kind: 'unplug', returnAfterMs: 1000 }, { kind: 'hang', afterMs: 5 });
  expect(bench.clock.pendingTimers).toBe(2);
  await bench.running.close();
  expect(bench.clock.pendingTimers).toBe(0);
});
