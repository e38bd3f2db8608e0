import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { askedAndOpen, demandDeclarations, onDevice, open, type RouteAccess } from './declared.ts';

const answer = () => '';

test('a route that does not say who may use it is not added', () => {
  const app = Fastify();
  demandDeclarations(app);
  expect(() => app.get('/v1/new', answer)).toThrow('GET /v1/new does not say who may use it');
  expect(() => app.get('/assetsx', answer)).toThrow('does not say');
  expect(() => app.get('/v1/said', { config: onDevice('read') }, answer)).not.toThrow();
});

test('files of the page say nothing and are open; /docs asks who comes, and its document is not one of them', async () => {
  const app = Fastify();
  demandDeclarations(app);
  const said = new Map<string, RouteAccess | undefined>();
  app.addHook('onRoute', ({ url, config }) => void said.set(url, config?.access));
  for (const url of ['/assets/*', '/docs', '/docs/static/*', '/docs/json', '/docs/yaml']) app.get(url, answer);
  await app.ready();
  expect([...said]).toEqual([
    ['/assets/*', open.access],
    ['/docs', askedAndOpen.access],
    ['/docs/static/*', open.access],
    ['/docs/json', { over: 'some', action: 'read' }],
    ['/docs/yaml', { over: 'some', action: 'read' }],
  ]);
});
