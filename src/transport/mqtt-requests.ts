import { asError } from '../errors.ts';
import { FilterRequest, type RequestLimits } from './mqtt-request.ts';

/** How many packets may wait for their answer: brokers queue the retained messages that each one calls forth. */
const window = 8;
/** How many unfinished packets are looked at for one that has room. */
const candidates = 8;

export interface FilterRequestsParts {
  readonly limits: RequestLimits;
  /** A fresh one for each SUBSCRIBE; undefined where they cannot be used. */
  identifier(): number | undefined;
  /** Resolves with the broker's reason code for each filter; rejects if there is no such answer. */
  send(request: FilterRequest): Promise<readonly number[]>;
  /** What a reason code of 128 and above means for a filter. */
  refusal(filter: string, code: number): Error;
}

/**
 * Asks a broker for filters: those of one turn of the event loop in as few packets as can be, and a few packets at a
 * time. Ten thousand devices that attach at once would otherwise ask as many times.
 */
export class FilterRequests {
  readonly #parts: FilterRequestsParts;
  #open: { readonly [kind in FilterRequest['kind']]: FilterRequest[] } = { unsubscribe: [], subscribe: [] };
  #waiting: FilterRequest[] = [];
  readonly #inFlight = new Set<FilterRequest>();
  #scheduled = false;

  constructor(parts: FilterRequestsParts) {
    this.#parts = parts;
  }

  subscribe(filter: string, qos: 0 | 1): { readonly identifier: number | undefined; readonly granted: Promise<void> } {
    const fits = (request: FilterRequest): boolean => request.qos === qos && request.takes(filter);
    const request = this.#find('subscribe', fits) ?? this.#begin('subscribe', qos, this.#parts.identifier());
    return { identifier: request.identifier, granted: request.add(filter) };
  }

  unsubscribe(filter: string): Promise<void> {
    const request = this.#find('unsubscribe', (open) => open.takes(filter)) ?? this.#begin('unsubscribe');
    return request.add(filter);
  }

  #find(kind: FilterRequest['kind'], fits: (request: FilterRequest) => boolean): FilterRequest | undefined {
    return this.#open[kind].slice(-candidates).find(fits);
  }

  #begin(kind: FilterRequest['kind'], qos?: 0 | 1, identifier?: number): FilterRequest {
    const request = new FilterRequest(kind, this.#parts.limits, qos, identifier);
    this.#open[kind].push(request);
    if (!this.#scheduled) setImmediate(() => this.#flush());
    this.#scheduled = true;
    return request;
  }

  #flush(): void {
    this.#scheduled = false;
    // What was given up in this turn may have been asked for again in it, never the other way round.
    this.#waiting.push(...this.#open.unsubscribe, ...this.#open.subscribe);
    this.#open = { unsubscribe: [], subscribe: [] };
    this.#pump();
  }

  #pump(): void {
    while (this.#inFlight.size < window) {
      const [request] = this.#waiting;
      if (request === undefined || this.#mustWait(request)) return;
      this.#waiting.shift();
      this.#inFlight.add(request);
      void this.#ask(request);
    }
  }

  /** What is given up must be gone before it is asked for again: aedes handles the packets of a client at once. */
  #mustWait(request: FilterRequest): boolean {
    if (request.kind === 'unsubscribe') return false;
    return [...this.#inFlight].some((other) => other.kind === 'unsubscribe' && request.sharesAnyWith(other));
  }

  async #ask(request: FilterRequest): Promise<void> {
    try {
      const codes = await this.#parts.send(request);
      request.settle((filter, index) => this.#refusal(filter, codes[index]));
    } catch (error) {
      request.settle(() => asError(error));
    } finally {
      this.#inFlight.delete(request);
      this.#pump();
    }
  }

  #refusal(filter: string, code = 0): Error | undefined {
    return code >= 128 ? this.#parts.refusal(filter, code) : undefined;
  }
}
