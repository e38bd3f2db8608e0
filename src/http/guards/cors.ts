import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

const exposed = [
  'location',
  'content-location',
  'retry-after',
  'etag',
  'ratelimit',
  'ratelimit-policy',
  'allow',
  'link',
];
const ours = ['bellcrank-simulated', 'idempotency-replayed', 'preference-applied'];

/**
 * Tells browsers that pages of these origins may read the answers. Cookies never come along: such a page has a key or a
 * token of its own. Who asks first (a preflight) needs none.
 */
export async function allowOrigins(app: FastifyInstance, origins: ReadonlySet<string>): Promise<void> {
  if (origins.size === 0) return;
  await app.register(cors, {
    delegator: ({ headers: { origin = '' } }, done) => {
      done(null, {
        origin: origins.has(origin) ? origin : false,
        methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        exposedHeaders: [...exposed, ...ours],
        credentials: false,
        maxAge: 600,
        strictPreflight: false,
      });
    },
  });
}
