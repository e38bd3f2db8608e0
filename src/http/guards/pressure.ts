import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { getHeapStatistics } from 'node:v8';
import { BellcrankError } from '../../errors.ts';
import type { Limits } from '../listening/limits.ts';
import { isExempt } from './crowd.ts';

/** Sheds load before the process is so late, or so full, that nobody is served. */
export async function guardPressure(app: FastifyInstance, limits: Limits): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: limits.eventLoopDelayMs,
    maxHeapUsedBytes: (getHeapStatistics().heap_size_limit * limits.heapPercent) / 100,
    pressureHandler(request, _reply, type) {
      if (isExempt(request)) return;
      const what = type === 'eventLoopDelay' ? 'it is too far behind with its work' : 'it is short of memory';
      throw new BellcrankError('overloaded', `${what}; try again later`, { retryAfterMs: 5000 });
    },
  });
}
