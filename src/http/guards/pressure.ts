import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import type { Limits } from '../listening/limits.ts';
import { isExempt } from './crowd.ts';
import { Sustained } from './sustained.ts';

/** Sheds load before the process is so late, or so full, that nobody is served. */
export async function guardPressure(app: FastifyInstance, limits: Limits, clock: Clock): Promise<void> {
  const pressed = new Sustained(clock);
  await app.register(underPressure, {
    maxEventLoopDelay: limits.eventLoopDelayMs,
    maxHeapUsedBytes: (getHeapStatistics().heap_size_limit * limits.heapPercent) / 100,
    pressureHandler(request, _reply, type) {
      if (!pressed.seen() || isExempt(request)) return;
      const what = type === 'eventLoopDelay' ? 'it is too far behind with its work' : 'it is short of memory';
      throw new BellcrankError('overloaded', `${what}; try again later`, { retryAfterMs: 5000 });
    },
  });
}
