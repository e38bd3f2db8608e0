import type { FastifyInstance } from 'fastify';
import { BellcrankError } from '../../errors.ts';
import { isLoopbackName } from '../guard.ts';
import type { Way } from '../way.ts';

/**
 * What every answer carries, whoever gives it. Nobody guesses what a file is, frames an answer or keeps it unasked; no
 * other site is told where somebody came from or holds a handle of this page. The service itself is told: without it a
 * form says that it comes from nowhere, and is turned away. Pages say for themselves what they may load.
 */
export const guards = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const;

/** 30 days: somebody who takes TLS away again is not locked out for a year (RFC 6797 §6.1.1). */
const transport = 'max-age=2592000';

/** Runs first, so that what anything else answers carries it, too. */
export function guardAnswers(app: FastifyInstance, way: Way, headerCount: number): void {
  app.decorateRequest('facts');
  way.guard((request, reply) => {
    void reply.headers(guards);
    const { raw } = request;
    // Of a loopback name browsers would believe it for every other service of the machine.
    if (request.protocol === 'https' && !isLoopbackName(request.headers.host ?? '')) {
      void reply.header('strict-transport-security', transport);
    }
    if (raw.rawHeaders.length <= 2 * headerCount) return;
    throw new BellcrankError('headers-too-large', `send ${headerCount} headers at most`);
  });
}
