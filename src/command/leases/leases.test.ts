import { expect, test } from 'vitest';
import { createLeaseRig } from '../../../test/support/leases.ts';

const key = 'lease:d';

const isExpired = (value: unknown): boolean => typeof value === 'object' && value !== null && 'expired' in value;

test('without a lease commands pass; with one only its token does, and reads always do', async () => {
  const { passes, refusal, take, clock } = createLeaseRig();
  expect(passes()).toBe(true);
  const token = await take({ note: 'a "run"', ttlMs: 1000 });
  await clock.time.advance(250);
  expect(passes(token)).toBe(true);
  expect(passes()).toBe('leased');
  expect(passes('another')).toBe('leased');
  expect(passes(undefined, 'other')).toBe(true);
  for (const each of [undefined, 'another', token]) expect(passes(each, 'd', 'read')).toBe(true);
  expect(refusal()).toMatchObject({ code: 'leased', outcome: 'not-sent', retryAfterMs: 750 });
  expect(refusal()?.message).toBe('device d is leased by ann ("a \\"run\\"") until 2026-01-01T00:00:01.000Z');
  expect(refusal('another')?.message).toContain('the Lease-Token that came is not');
});

test('a token without a lease is told that it is lost, never let through', async () => {
  const { passes, refusal } = createLeaseRig();
  expect(passes('anything')).toBe('precondition-failed');
  expect(refusal('anything')?.message).toMatch(/ran out, was released, or was stolen/);
});

test('the token is neither kept nor told to observers', async () => {
  const { take, facts, events } = createLeaseRig();
  const token = await take({ onExpiry: 'stop' });
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(facts.get(key)).toMatchObject({ holder: 'ann', note: '', ttlMs: 1000, onExpiry: 'stop', generation: 1 });
  expect(JSON.stringify([facts.log, events])).not.toContain(token);
});

test('it runs out when its time is over, though its timer is late', async () => {
  const { leases, passes, take, clock, facts, events } = createLeaseRig();
  const token = await take();
  await clock.time.advance(999);
  expect(passes(token)).toBe(true);
  expect(leases.get('d')).toMatchObject({ holder: 'ann', expiresAt: clock.now() + 1 });
  const late = clock.monotonic;
  clock.monotonic = () => 1000;
  expect(passes(token)).toBe('precondition-failed');
  expect(passes()).toBe(true);
  expect(leases.get('d')).toBeUndefined();
  clock.monotonic = late;
  await clock.time.advance(1);
  expect(facts.entries('')).toEqual([]);
  expect(events.map(({ kind }) => kind)).toEqual(['granted', 'expired']);
  await expect(take({ token })).rejects.toMatchObject({ code: 'precondition-failed' });
  expect(passes(await take())).toBe(true);
});

test('renewed with its token: the same one, a new time, and what is left out stays', async () => {
  const rig = createLeaseRig();
  const { leases, take, passes, clock, facts } = rig;
  const token = await take({ note: 'n', onExpiry: 'stop' });
  await clock.time.advance(900);
  const again = await leases.take('d', { by: 'ann', ttlMs: 2000, token });
  expect(again).toMatchObject({ token, renewed: true, lease: { note: 'n', ttlMs: 2000, onExpiry: 'stop' } });
  expect(again.lease.grantedAt).toBe(clock.now() - 900);
  await clock.time.advance(1999);
  expect(passes(token)).toBe(true);
  await take({ token, note: '', onExpiry: 'release', ttlMs: 100 });
  expect(facts.get(key)).toMatchObject({ note: '', ttlMs: 100, onExpiry: 'release' });
  await clock.time.advance(100);
  expect(passes(token)).toBe('precondition-failed');
  expect(rig.stops).toEqual([]);
});

test('held by somebody: 423 for whoever takes it, with a wrong token or none', async () => {
  const { take, passes } = createLeaseRig();
  const [first, second] = await Promise.allSettled([take(), take({ by: 'bob' })]);
  expect(first.status).toBe('fulfilled');
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'leased' } });
  await expect(take({ by: 'bob', token: 'wrong' })).rejects.toMatchObject({ code: 'leased' });
  expect(passes(first.status === 'fulfilled' ? first.value : '')).toBe(true);
});

test('released with its token; not with another, and without a stop', async () => {
  const { leases, take, passes, facts, events, clock, stops } = createLeaseRig();
  await leases.release('d', undefined);
  await expect(leases.release('d', 'old')).rejects.toMatchObject({ code: 'precondition-failed' });
  const token = await take({ onExpiry: 'stop' });
  await expect(leases.release('d', undefined)).rejects.toMatchObject({ code: 'leased' });
  await expect(leases.release('d', 'wrong')).rejects.toMatchObject({ code: 'leased' });
  await leases.release('d', token);
  expect([passes(), passes(token)]).toEqual([true, 'precondition-failed']);
  expect(facts.entries('')).toEqual([]);
  await clock.time.advance(10_000);
  expect(stops).toEqual([]);
  expect(events.map(({ kind }) => kind)).toEqual(['granted', 'released']);
});

test('stolen: told with both holders; the former token never works again, its dead-man switch is off', async () => {
  const { take, passes, events, clock, stops } = createLeaseRig();
  const former = await take({ onExpiry: 'stop' });
  const token = await take({ by: 'bob', steal: true, ttlMs: 5000 });
  expect([passes(former), passes(token), passes()]).toEqual(['leased', true, 'leased']);
  expect(events.at(-1)).toMatchObject({ kind: 'stolen', holder: 'bob', from: { holder: 'ann', generation: 1 } });
  await clock.time.advance(4000);
  expect(stops).toEqual([]);
  await expect(take({ token: former })).rejects.toMatchObject({ code: 'leased' });
  await clock.time.advance(1000);
  expect(passes(former)).toBe('precondition-failed');
  await take({ by: 'bob', steal: true, token: former });
  expect(events.at(-1)).toMatchObject({ kind: 'granted' });
  expect(passes(former)).toBe('leased');
});

test('a dead man’s device is stopped once, before anybody is let through', async () => {
  const { take, passes, clock, stops, facts, events } = createLeaseRig();
  const token = await take({ onExpiry: 'stop' });
  const { monotonic } = clock;
  clock.monotonic = () => 1000;
  expect([passes(token), passes()]).toEqual(['stopped', 'stopped']);
  clock.monotonic = monotonic;
  await clock.time.advance(60_000);
  expect(stops).toEqual(['d']);
  expect(facts.log.slice(1)).toEqual([
    [key, expect.objectContaining({ expired: true })],
    ['latch:d', true],
    [key, undefined],
  ]);
  expect(events.map(({ kind }) => kind)).toEqual(['granted', 'expired']);
  expect(passes(token)).toBe('precondition-failed');
});

test('who comes before a late timer does not slip past the dead man', async () => {
  for (const steal of [true, false]) {
    const { take, clock, stops } = createLeaseRig();
    await take({ onExpiry: 'stop' });
    clock.monotonic = () => 1000;
    await take({ by: 'bob', steal });
    expect(stops).toEqual(['d']);
  }
});

test('a dead man’s stop waits for no store', async () => {
  const { take, clock, stops, facts, passes } = createLeaseRig();
  const token = await take({ onExpiry: 'stop' });
  facts.hold();
  const renewal = take({ token });
  const theft = take({ by: 'bob', steal: true });
  await clock.time.advance(1000);
  expect(stops).toEqual(['d']);
  expect(passes(token)).toBe('precondition-failed');
  facts.flow();
  await expect(renewal).rejects.toMatchObject({ code: 'precondition-failed' });
  expect(passes(await theft)).toBe(true);
  // A mark would stand in the place of the new lease.
  expect(facts.log.some(([, value]) => isExpired(value))).toBe(false);
  await clock.time.advance(999);
  expect(stops).toEqual(['d']);
  expect(facts.get(key)).toMatchObject({ holder: 'bob' });
});

test('a lease that runs out while its release is written has run out', async () => {
  const { leases, take, clock, stops, facts, events } = createLeaseRig();
  const token = await take({ onExpiry: 'stop' });
  facts.hold();
  const released = leases.release('d', token);
  await clock.time.advance(1000);
  facts.flow();
  await released;
  expect(stops).toEqual(['d']);
  expect(events.map(({ kind }) => kind)).toEqual(['granted', 'expired']);
});

test('a timer that fires early by a fraction ends nothing', async () => {
  const { take, clock, passes, stops } = createLeaseRig();
  const { time } = clock;
  let early = 0.5;
  clock.timer = (ms, fire) => {
    const timer = time.timer(ms - early, fire);
    early = 0;
    return timer;
  };
  const token = await take({ onExpiry: 'stop' });
  await time.advance(999.5);
  expect([passes(token), stops]).toEqual([true, []]);
  await time.advance(1);
  expect(stops).toEqual(['d']);
});

test('the stop of a device that is gone is owed no more', async () => {
  const rig = createLeaseRig();
  await rig.take({ onExpiry: 'stop' });
  const { stop } = rig;
  rig.stop = () => {
    throw new Error('not now');
  };
  await rig.clock.time.advance(1000);
  rig.stop = stop;
  rig.leases.forget('d');
  expect(rig.passes()).toBe(true);
  await rig.clock.time.advance(60_000);
  expect(rig.stops).toEqual([]);
});

test('nothing is remembered of a device without a lease', async () => {
  const { leases, take, clock, facts } = createLeaseRig();
  await leases.release('d', undefined);
  const token = await take();
  expect(leases.size).toBe(1);
  await leases.release('d', token);
  await take({ onExpiry: 'stop' });
  facts.failing = true;
  await clock.time.advance(1000);
  expect(leases.size).toBe(1);
  facts.failing = false;
  await clock.time.advance(5000);
  expect(leases.size).toBe(0);
});

test('a lease that is taken just when others have found nothing to release is remembered', async () => {
  for (let turns = 0; turns < 20; turns++) {
    const { leases, take, passes } = createLeaseRig();
    const others = [leases.release('d', undefined), leases.release('d', undefined)];
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    const token = await take();
    await Promise.all(others);
    expect(passes(token), `after ${turns} turns`).toBe(true);
    await expect(take()).rejects.toMatchObject({ code: 'leased' });
  }
});

test('a stop that throws is called again, and nobody gets through meanwhile', async () => {
  const rig = createLeaseRig();
  const { take, clock, stops, facts, passes, events } = rig;
  await take({ onExpiry: 'stop' });
  const { stop } = rig;
  rig.stop = () => {
    throw new Error('not now');
  };
  await clock.time.advance(2000);
  expect(events.map(({ kind }) => kind)).toEqual(['granted', 'stop-failed', 'expired']);
  expect(facts.get(key)).toMatchObject({ expired: true });
  expect(passes()).toBe('stopped');
  await expect(take({ steal: true })).rejects.toMatchObject({ code: 'stopped' });
  rig.stop = stop;
  await clock.time.advance(5000);
  expect(stops).toEqual(['d']);
  expect(facts.get(key)).toBeUndefined();
  expect(passes()).toBe(true);
});

test('what cannot be put on record is not granted, renewed, stolen or released', async () => {
  const { leases, take, clock, facts, passes, events } = createLeaseRig();
  const unavailable = { code: 'journal-unavailable' };
  facts.failing = true;
  await expect(take()).rejects.toMatchObject(unavailable);
  expect([passes(), leases.get('d')]).toEqual([true, undefined]);
  await clock.time.advance(0);
  expect(facts.get(key)).toBeUndefined();
  facts.failing = false;
  const token = await take();
  const before = [leases.get('d'), facts.get(key)];
  facts.failing = true;
  await expect(take({ token, ttlMs: 9000 })).rejects.toMatchObject(unavailable);
  await expect(take({ by: 'bob', steal: true })).rejects.toMatchObject(unavailable);
  await expect(leases.release('d', token)).rejects.toMatchObject(unavailable);
  await clock.time.advance(0);
  expect([leases.get('d'), facts.get(key)]).toEqual(before);
  expect([passes(token), passes()]).toEqual([true, 'leased']);
  expect(events.map(({ kind }) => kind)).toEqual(['granted']);
});

test('the record is put right as soon as the store takes it', async () => {
  const { take, clock, facts, passes } = createLeaseRig();
  await take();
  facts.failing = true;
  await clock.time.advance(1000);
  expect(passes()).toBe(true);
  facts.failing = false;
  expect(facts.log.at(-1)?.[1]).toBeDefined();
  await clock.time.advance(5000);
  expect(facts.log.at(-1)).toEqual([key, undefined]);
  expect(clock.time.pendingTimers).toBe(0);
});

test('a store that takes longer than the lease was to last grants nothing', async () => {
  const { take, clock, facts, passes, stops } = createLeaseRig();
  facts.hold();
  const taken = take({ onExpiry: 'stop' });
  await clock.time.advance(1000);
  facts.flow();
  await expect(taken).rejects.toMatchObject({ code: 'journal-unavailable' });
  await clock.time.advance(5000);
  expect([stops, facts.entries('lease:'), passes()]).toEqual([[], [], true]);
});

test('requests that wait for one lease are bounded', async () => {
  const { take, facts } = createLeaseRig();
  facts.hold();
  const waiting = Array.from({ length: 16 }, () => take());
  await expect(take()).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 1000 });
  facts.flow();
  const results = await Promise.allSettled(waiting);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('after a restart a lease has what was left of it, and its token', async () => {
  const rig = createLeaseRig();
  const { take, clock, passes, stops } = rig;
  const token = await take({ onExpiry: 'stop' });
  await clock.time.advance(400);
  rig.restart();
  expect([passes(token), passes()]).toEqual([true, 'leased']);
  await clock.time.advance(599);
  expect(passes(token)).toBe(true);
  await clock.time.advance(1);
  expect(stops).toEqual(['d']);
  expect(passes(token)).toBe('precondition-failed');
  rig.restart();
  expect(stops).toEqual(['d']);
  const next = await take();
  expect(passes(next)).toBe(true);
});

test('what ran out while the service was down: dead men stop their devices at once, others are dropped', async () => {
  const rig = createLeaseRig();
  const dead = await rig.take({ onExpiry: 'stop' });
  await rig.take({ by: 'bob' }, 'e');
  rig.leases.close();
  await rig.clock.time.advance(1000);
  expect(rig.stops).toEqual([]);
  rig.restart();
  expect(rig.stops).toEqual(['d']);
  await rig.clock.time.advance(0);
  expect(rig.facts.entries('lease:')).toEqual([]);
  expect([rig.passes(dead), rig.passes(undefined, 'e')]).toEqual(['precondition-failed', true]);
});

test('wherever a crash cuts the log, a dead man’s stop has left its latch or is called by the next process', async () => {
  const { take, clock, facts } = createLeaseRig();
  const token = await take({ onExpiry: 'stop' });
  await take({ token });
  await clock.time.advance(1000);
  expect(facts.log).toHaveLength(5);
  for (let entries = 1; entries <= facts.log.length; entries++) {
    const next = createLeaseRig();
    next.facts.log.push(...facts.log.slice(0, entries));
    // Its wall clock was set back: only the mark says that the lease had run out.
    next.clock.offsetMs = facts.log.slice(0, entries).some(([, value]) => isExpired(value)) ? -5000 : 1000;
    next.restart();
    expect(next.facts.get('latch:d'), `after ${entries} entries`).toBe(true);
    await next.clock.time.advance(0);
    expect(next.facts.get(key)).toBeUndefined();
  }
});

test('a wall clock that is set moves no deadline, and after a restart a ttl is the most', async () => {
  const rig = createLeaseRig();
  const { take, clock, passes } = rig;
  const token = await take();
  clock.offsetMs = 3_600_000;
  expect(passes(token)).toBe(true);
  expect(rig.leases.get('d')?.expiresAt).toBe(clock.now() + 1000);
  clock.offsetMs = -3_600_000;
  rig.restart();
  await clock.time.advance(500);
  rig.restart();
  await clock.time.advance(499);
  expect(passes(token)).toBe(true);
  await clock.time.advance(1);
  expect(passes(token)).toBe('precondition-failed');
});

test('a device that is removed takes its lease along, and what waited for it', async () => {
  const { leases, take, clock, facts, passes, stops, events } = createLeaseRig();
  const token = await take({ onExpiry: 'stop' });
  facts.hold();
  const renewal = take({ token });
  const theft = take({ by: 'bob', steal: true });
  await clock.time.advance(0);
  leases.forget('d');
  expect(passes(token)).toBe('precondition-failed');
  const successor = take({ by: 'cid' });
  facts.flow();
  await expect(renewal).rejects.toMatchObject({ code: 'device-not-found' });
  await expect(theft).rejects.toMatchObject({ code: 'device-not-found' });
  expect(passes(await successor)).toBe(true);
  expect(facts.get(key)).toMatchObject({ holder: 'cid' });
  await clock.time.advance(5000);
  expect([stops, facts.get(key)]).toEqual([[], undefined]);
  expect(events.map(({ kind }) => kind)).toEqual(['granted', 'dropped', 'granted', 'expired']);
});

test.each([
  ['nothing', null, ['d']],
  ['a dead man’s', { onExpiry: 'stop', expiresAt: 'soon' }, ['d']],
  ['one that was to be released', { onExpiry: 'release', tokenHash: 5 }, []],
])('a record that cannot be read is over: %s', async (_, value, stopped) => {
  const rig = createLeaseRig();
  await rig.facts.set(key, value);
  rig.restart();
  expect(rig.stops).toEqual(stopped);
  await rig.clock.time.advance(0);
  expect(rig.facts.get(key)).toBeUndefined();
  expect(rig.passes()).toBe(true);
});

test('generations grow from grant to grant, over restarts as well', async () => {
  const rig = createLeaseRig();
  await rig.take();
  await rig.take({ steal: true });
  rig.restart();
  await rig.take({ steal: true });
  expect(rig.events.map(({ generation }) => generation)).toEqual([1, 2, 3]);
});

test('nothing happens after the end', async () => {
  const { leases, take, clock, stops, facts } = createLeaseRig();
  const token = await take({ onExpiry: 'stop' });
  leases.close();
  await take({ token });
  expect(clock.time.pendingTimers).toBe(0);
  await clock.time.advance(60_000);
  expect(stops).toEqual([]);
  expect(facts.get(key)).toBeDefined();
});
