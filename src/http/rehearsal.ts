import { validate } from '../driver/schema.ts';
import type { JsonSchema } from '../driver/spec.ts';
import type { Services } from './routes.ts';
import type { Way } from './way.ts';

/** What people open first, and what they would wait for: their queries have the largest schemas. */
const firstPages: ReadonlySet<string | undefined> = new Set(['/v1/commands', '/v1/devices/:id/history/:property']);

/** A route's schema, as Fastify hands it to whoever compiles it. */
interface Handed {
  readonly method?: string;
  readonly url?: string;
  readonly schema: unknown;
}

/**
 * Compiles what the pages need that are opened first, so that the first one does not wait for it: when a request has been
 * answered and no command is under way, one schema in a turn of the event loop. A start does not wait for any of it.
 */
export class Rehearsal {
  readonly #waiting: JsonSchema[] = [];
  #isDue = false;

  take({ method, url, schema }: Handed): void {
    // Fastify hands on what routes are made with, and those are JSON Schema.
    if (method === 'GET' && firstPages.has(url)) this.#waiting.push(schema as JsonSchema);
  }

  /** How many have not been compiled. */
  get left(): number {
    return this.#waiting.length;
  }

  follow(way: Way, { pipeline }: Pick<Services, 'pipeline'>): void {
    way.witness(() => this.#soon(pipeline));
  }

  #soon(pipeline: Services['pipeline']): void {
    if (this.#isDue || this.#waiting.length === 0) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (!pipeline.isIdle) return;
      const next = this.#waiting.shift();
      if (next !== undefined) validate(next, undefined);
      this.#soon(pipeline);
    });
  }
}
