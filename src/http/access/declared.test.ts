import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { demandDeclarations, onDevice } from './declared.ts';

const answer = () => '';

test('a route that does not say who may use it is not added', () => {
  const app = Fastify();
  demandDeclarations(app);
  expect(() => app.get('/v1/new', answer)).toThrow('GET /v1/new does not say who may use it');
  expect(() => app.get('/v1/said', { config: onDevice('read') }, answer)).not.toThrow();
});
