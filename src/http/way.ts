import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asError } from '../errors.ts';

/** Looks at a request before anything is done for it. Throws to turn it away; a promise is for what has to be waited for. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<void> | void;

/** Hears of a request that was answered. */
export type Witness = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * What every request passes on its way in and out, in the order in which it was said: one hook for all guards, and one for all
 * witnesses. Fastify makes a few objects for each run of hooks, and takes each of them through calls of its own.
 */
export class Way {
  readonly #guards: Guard[] = [];
  readonly #witnesses: Witness[] = [];

  constructor(app: FastifyInstance) {
    app.addHook('onRequest', (request, reply, done) => this.#enter(request, reply, done));
    app.addHook('onResponse', (request, reply, done) => {
      for (const witness of this.#witnesses) witness(request, reply);
      done();
    });
  }

  guard(guard: Guard): void {
    this.#guards.push(guard);
  }

  witness(witness: Witness): void {
    this.#witnesses.push(witness);
  }

  #enter(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void, from = 0): void {
    const turnAway = (error: unknown): void => done(asError(error));
    for (let at = from; at < this.#guards.length; at++) {
      let waits: Promise<void> | void;
      try {
        waits = this.#guards[at]?.(request, reply);
      } catch (error) {
        return turnAway(error);
      }
      if (waits !== undefined) return void waits.then(() => this.#enter(request, reply, done, at + 1), turnAway);
    }
    done();
  }
}
