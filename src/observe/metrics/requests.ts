import { counter, type Families } from './family.ts';
import { type Labelled, Sums } from './sums.ts';

const refusals: ReadonlySet<number> = new Set([401, 403, 429]);

/** What was asked over HTTP, by the pattern of its route: there are as many as the program has. */
export class RequestMetrics {
  readonly #requests = new Sums();
  /** Those of most requests, by method and route. */
  readonly #good = new Map<string, Labelled>();
  readonly #refusals = new Sums();

  constructor(families: Families) {
    counter(families, {
      name: 'http_requests_total',
      help: 'Requests that were answered, by the pattern of the route and the class of the status.',
      labels: ['method', 'route', 'status'],
      read: () => this.#requests,
    });
    counter(families, {
      name: 'http_refusals_total',
      help: 'Requests that were turned away: without credentials (401), without the scope (403), too many (429).',
      labels: ['status'],
      read: () => this.#refusals,
    });
    for (const status of refusals) this.#refusals.add({ status: String(status) }, 0);
  }

  answered(method: string, route: string, status: number): void {
    if (status >= 200 && status < 300) return void this.#goodOf(method, route).value++;
    this.#requests.add({ method, route, status: `${Math.floor(status / 100)}xx` }, 1);
    if (refusals.has(status)) this.#refusals.add({ status: String(status) }, 1);
  }

  #goodOf(method: string, route: string): Labelled {
    const key = `${method} ${route}`;
    const known = this.#good.get(key);
    if (known !== undefined) return known;
    const series = this.#requests.series({ method, route, status: '2xx' });
    this.#good.set(key, series);
    return series;
  }
}
