import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { trusted } from '../access/caller.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import type { Services } from './routes.ts';
import { sendCommand } from './sending.ts';

test('a client has an answer also where what was told of its command cannot be made', async () => {
  const app = Fastify();
  app.decorateRequest('caller');
  const ended = new Promise<never>(() => {});
  // A record without a device or an id cannot be linked to.
  const submitted = { record: undefined, replayed: false, accepted: Promise.resolve(), ended, answered: () => {} };
  const pipeline = { start: () => Promise.resolve(submitted) };
  const services = { pipeline, clock: new VirtualClock() } as unknown as Services; // That much of them is asked for.
  app.post('/', (request, reply) => {
    request.caller = trusted('test');
    sendCommand(services, request, reply, { device: 'a', command: 'set', params: {} });
  });
  expect((await app.inject({ method: 'POST', url: '/' })).statusCode).toBe(500);
  await app.close();
});
