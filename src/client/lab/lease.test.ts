import { expect, test } from 'vitest';
import { type Caller, eventServer } from '../../../test/support/event-server.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { connect, type Device, LeaseLost } from '../index.ts';

const view = { device: 'd', holder: 'me', note: '', ttlMs: 3000, onExpiry: 'release', links: {} };
const granted = { ...view, token: 'secret' };
const lost = { code: 'precondition-failed', detail: 'it is over', status: 412, title: 'x' };

async function over() {
  const server = await eventServer();
  const clock = new VirtualClock();
  const asked = async (method: string): Promise<Caller> => {
    const caller = await server.next();
    expect(`${caller.request.method} ${caller.request.url}`).toBe(`${method} /v1/devices/d/lease`);
    return caller;
  };
  const device: Device = connect({ url: server.url, clock }).device('d');
  return { device, clock, server, asked };
}

/** A lease that is held for work that ends when the test says so. */
async function held() {
  const parts = await over();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const started = Promise.withResolvers<AbortSignal>();
  const holding = parts.device.hold({ ttlMs: 3000 }, async (_, signal) => {
    started.resolve(signal);
    return await promise;
  });
  // Whoever looks at how it ends does so later.
  holding.catch(() => {});
  const caller = await parts.asked('PUT');
  expect(caller.request.headers).not.toHaveProperty('lease-token');
  caller.answer(201, granted);
  return { ...parts, holding, resolve, reject, signal: await started.promise };
}

test('a lease is taken, shown without its secret, renewed and released', async () => {
  const { device, asked } = await over();
  const taking = device.lease({ ttlMs: 3000, note: 'mine', onExpiry: 'stop' });
  const taken = await asked('PUT');
  const body = Buffer.concat(await taken.request.toArray()).toString();
  expect(JSON.parse(body)).toEqual({ ttlMs: 3000, note: 'mine', onExpiry: 'stop' });
  taken.answer(201, granted);
  const lease = await taking;
  expect(lease.token).toBe('secret');
  expect(lease.view).toEqual(view);
  expect(JSON.stringify(lease.view)).not.toContain('secret');
  const renewing = lease.renew({ ttlMs: 5000 });
  const renewed = await asked('PUT');
  expect(renewed.request.headers).toMatchObject({ 'lease-token': 'secret' });
  renewed.answer(200, { ...granted, ttlMs: 5000 });
  await renewing;
  expect(lease.view.ttlMs).toBe(5000);
  const releasing = lease.release();
  const released = await asked('DELETE');
  expect(released.request.headers).toMatchObject({ 'lease-token': 'secret' });
  released.response.writeHead(204).end();
  await releasing;
});

test('nobody holds it', async () => {
  const { device, asked } = await over();
  const holder = device.leasedBy();
  (await asked('GET')).answer(404, { code: 'not-found', detail: 'nobody', status: 404, title: 'x' });
  expect(await holder).toBeNull();
  const missing = device.leasedBy();
  (await asked('GET')).answer(404, { code: 'device-not-found', detail: 'no device', status: 404, title: 'x' });
  await expect(missing).rejects.toMatchObject({ code: 'device-not-found' });
});

test('while work goes on it is renewed three times as often as it runs out; then it is given back', async () => {
  const { clock, asked, server, holding, resolve, signal } = await held();
  for (const _ of [1, 2, 3, 4]) {
    await clock.advance(999);
    const { seen } = server;
    await clock.advance(1);
    const renewal = await asked('PUT');
    expect(server.seen).toBe(seen + 1);
    expect(renewal.request.headers).toMatchObject({ 'lease-token': 'secret' });
    renewal.answer(200, granted);
    await expect.poll(() => clock.pendingTimers).toBe(1);
  }
  resolve('done');
  (await asked('DELETE')).response.writeHead(204).end();
  expect(await holding).toBe('done');
  expect(signal.aborted).toBe(false);
  expect(clock.pendingTimers).toBe(0);
});

test('what the work throws is thrown, and the device given back all the same', async () => {
  const { asked, holding, reject } = await held();
  reject(new Error('broken'));
  (await asked('DELETE')).cut();
  await expect(holding).rejects.toThrow('broken');
});

test('a device that cannot be given back is told', async () => {
  const { asked, holding, resolve } = await held();
  resolve('done');
  (await asked('DELETE')).cut();
  await expect(holding).rejects.toMatchObject({ name: 'Unreachable' });
});

test('a lease that was stolen aborts the work', async () => {
  const { clock, asked, holding, reject, signal } = await held();
  await clock.advance(1000);
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
  (await asked('PUT')).answer(412, lost);
  await aborted;
  expect(signal.reason).toBeInstanceOf(LeaseLost);
  reject(signal.reason);
  await expect(holding).rejects.toMatchObject({ name: 'LeaseLost', cause: { code: 'precondition-failed' } });
});

test('one renewal that fails is no loss; a lease that ran out meanwhile is', async () => {
  const { clock, asked, signal } = await held();
  await clock.advance(1000);
  (await asked('PUT')).cut();
  await expect.poll(() => clock.pendingTimers).toBe(1);
  await clock.advance(1000);
  (await asked('PUT')).answer(200, granted);
  await expect.poll(() => clock.pendingTimers).toBe(1);
  for (const _ of [1, 2]) {
    await clock.advance(1000);
    (await asked('PUT')).answer(503, { code: 'overloaded', detail: 'later', status: 503, title: 'x' });
    await expect.poll(() => clock.pendingTimers).toBe(1);
    expect(signal.aborted).toBe(false);
  }
  await clock.advance(1000);
  expect(signal.aborted).toBe(true);
});

test('a renewal that hangs does not outlive the lease', async () => {
  const { clock, asked, signal } = await held();
  await clock.advance(1000);
  await asked('PUT');
  await clock.advance(1000);
  // It is given up, and the wait for the next attempt begins.
  await expect.poll(() => clock.pendingTimers).toBe(1);
  await clock.advance(999);
  expect(signal.aborted).toBe(false);
  await clock.advance(1);
  await expect.poll(() => signal.aborted).toBe(true);
});

test('commands under a lease carry its token', async () => {
  const { device, server } = await over();
  const sent = device.under({ token: 'secret' }).commands['start']?.();
  (await server.next()).answer(200, { commands: { start: {} }, properties: {}, events: {} });
  const { request, answer } = await server.next();
  expect(request.headers).toMatchObject({ 'lease-token': 'secret' });
  answer(200, { id: 'c', state: 'ended', outcome: 'succeeded' });
  await sent;
});
