import Fastify from 'fastify';
import { expect, onTestFinished, test, vi } from 'vitest';
import { settle } from '../testing/settle.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Rehearsal } from './rehearsal.ts';
import type { Services } from './routes.ts';
import { Way } from './way.ts';

const schema = { type: 'object', properties: { limit: { type: 'string' } } };

function served(parts: Services['rehearsals'] = []) {
  const state = { isIdle: true };
  const settled = vi.fn<() => void>();
  const clock = new VirtualClock();
  const app = Fastify();
  onTestFinished(() => app.close());
  const rehearsal = new Rehearsal(parts);
  // That much of a pipeline is asked for.
  rehearsal.follow(app, new Way(app), { pipeline: state as Services['pipeline'], settled, clock });
  app.get('/', () => 'here');
  rehearsal.take({ method: 'GET', url: '/v1/commands', schema });
  rehearsal.take({ method: 'GET', url: '/v1/devices/:id/history/:property', schema: { ...schema, title: 'other' } });
  rehearsal.take({ method: 'POST', url: '/v1/commands', schema });
  rehearsal.take({ method: 'GET', url: '/v1/models', schema });
  return { app, rehearsal, state, settled, clock };
}

test('nothing is compiled before the first request has been answered, and then what the first pages need', async () => {
  const { app, rehearsal } = served();
  await app.ready();
  await settle();
  expect(rehearsal.left).toBe(2);
  await app.inject('/');
  await settle();
  expect(rehearsal.left).toBe(0);
});

test('it does not stand in the way of a command, and begins again with the next answer', async () => {
  const { app, rehearsal, state } = served();
  state.isIdle = false;
  await app.inject('/');
  await settle();
  expect(rehearsal.left).toBe(2);
  state.isIdle = true;
  await app.inject('/');
  await settle();
  expect(rehearsal.left).toBe(0);
});

test('what it is handed is done before, one part after the other, however many answers there are meanwhile', async () => {
  const begun: number[] = [];
  const over = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const parts = over.map(
    ({ promise }, index) =>
      () => (begun.push(index), promise),
  );
  const { app, rehearsal } = served(parts);
  await app.inject('/');
  await app.inject('/');
  await settle();
  expect(begun).toEqual([0]);
  over[0]?.resolve();
  await settle();
  expect({ begun, left: rehearsal.left }).toEqual({ begun: [0, 1], left: 2 });
  over[1]?.resolve();
  await settle();
  expect(rehearsal.left).toBe(0);
});

test('who waits for the first answer hears of it, and of no other', async () => {
  const { app, settled } = served();
  await app.ready();
  expect(settled).not.toHaveBeenCalled();
  await app.inject('/');
  await app.inject('/');
  expect(settled).toHaveBeenCalledOnce();
});

test('a service that nobody asks anything does not wait for it for ever, and has nothing to do when it has ended', async () => {
  const { app, rehearsal, clock } = served();
  await app.listen({ host: '127.0.0.1', port: 0 });
  await clock.advance(999);
  await settle();
  expect(rehearsal.left).toBe(2);
  await clock.advance(1);
  await settle();
  expect(rehearsal.left).toBe(0);

  const ended = served();
  await ended.app.listen({ host: '127.0.0.1', port: 0 });
  await ended.app.close();
  await ended.clock.advance(5000);
  await settle();
  expect(ended.rehearsal.left).toBe(2);
});
