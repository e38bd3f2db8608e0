import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { lateRoutes } from './late-routes.ts';

test('what is loaded late answers, is loaded once, and is tried again where it could not be', async () => {
  const app = Fastify();
  onTestFinished(() => app.close());
  let attempts = 0;
  lateRoutes(app, { '/page': {}, '/gone': {} }, async (late) => {
    attempts++;
    await Promise.resolve();
    if (attempts === 1) throw new Error('not there yet');
    late.get('/page', () => 'here');
  });
  expect((await app.inject('/page')).statusCode).toBe(500);
  const answers = await Promise.all([app.inject('/page'), app.inject('/page'), app.inject('/gone')]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 404]);
  expect(answers[0]?.payload).toBe('here');
  expect(attempts).toBe(2);
});
