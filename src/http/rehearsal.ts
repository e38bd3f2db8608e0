import type { FastifyInstance } from 'fastify';
import type { Timer } from '../clock.ts';
import { validate } from '../driver/schema.ts';
import type { JsonSchema } from '../driver/spec.ts';
import type { Services } from './routes.ts';
import type { Way } from './way.ts';

/** What people open first, and what they would wait for: their queries have the largest schemas. */
const firstPages: ReadonlySet<string | undefined> = new Set(['/v1/commands', '/v1/devices/:id/history/:property']);

/** How long after it began to listen a service that nobody has asked anything does not wait for the first answer any more. */
const unaskedMs = 1000;

/** A route's schema, as Fastify hands it to whoever compiles it. */
interface Handed {
  readonly method?: string;
  readonly url?: string;
  readonly schema: unknown;
}

/**
 * Does beforehand what would be slow for the first time, so that nobody waits for it: when a request has been answered, or
 * none has come for a while, and no command is under way, one part in a turn of the event loop. The schemas of the pages that are opened first are compiled,
 * and what it is handed is done. A start does not wait for any of it.
 */
export class Rehearsal {
  readonly #waiting: (() => unknown)[];
  #isDue = false;
  #isFirst = true;

  /** Parts that must not reject. */
  constructor(parts: Services['rehearsals'] = []) {
    this.#waiting = [...parts];
  }

  take({ method, url, schema }: Handed): void {
    // Fastify hands on what routes are made with, and those are JSON Schema.
    if (method === 'GET' && firstPages.has(url)) this.#waiting.push(() => validate(schema as JsonSchema, undefined));
  }

  /** How many parts have not been done. */
  get left(): number {
    return this.#waiting.length;
  }

  follow(app: FastifyInstance, way: Way, services: Pick<Services, 'pipeline' | 'settled' | 'clock'>): void {
    const { pipeline, settled, clock } = services;
    let unasked: Timer | undefined;
    way.witness(() => {
      if (this.#isFirst) settled?.();
      this.#isFirst = false;
      unasked?.cancel();
      this.#soon(pipeline);
    });
    app.addHook('onListen', (done) => {
      unasked = clock.timer(unaskedMs, () => this.#soon(pipeline));
      done();
    });
    app.addHook('preClose', (done) => {
      unasked?.cancel();
      done();
    });
  }

  #soon(pipeline: Services['pipeline']): void {
    if (this.#isDue || this.#waiting.length === 0) return;
    this.#isDue = true;
    setImmediate(() => void this.#next(pipeline));
  }

  async #next(pipeline: Services['pipeline']): Promise<void> {
    const part = pipeline.isIdle ? this.#waiting.shift() : undefined;
    await part?.();
    this.#isDue = false;
    if (part !== undefined) this.#soon(pipeline);
  }
}
