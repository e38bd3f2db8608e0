import { BellcrankProblem, type Lab, type StreamEvent } from '../../client/index.ts';
import { Remodelled } from './remodelled.ts';
import type { LiveStore } from './store.ts';

/** How long to wait after what another connection would not mend, in ms. */
const refusedMs = 5000;

/** Keeps a store up to date for as long as the page lives. */
export class Follower {
  readonly #lab: Lab;
  readonly #store: LiveStore;
  readonly #remodelled: Remodelled;
  #abort = new AbortController();
  #paused = false;
  #waiting = false;
  #wake: () => void = () => {};

  constructor(lab: Lab, store: LiveStore) {
    this.#lab = lab;
    this.#store = store;
    this.#remodelled = new Remodelled(lab, store);
  }

  /** Whether it only waits to connect again. */
  get waiting(): boolean {
    return this.#waiting;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Never ends. */
  async run(): Promise<never> {
    for (;;) {
      this.#abort = new AbortController();
      await this.#follow(this.#abort.signal);
      this.#waiting = false;
      if (this.#paused) await this.#woken();
    }
  }

  /** Connects again now, whatever is waited for. */
  retry(): void {
    this.#paused = false;
    this.#abort.abort();
    this.#wake();
  }

  /** The connection is needed elsewhere until `retry`. */
  pause(): void {
    this.#paused = true;
    this.#abort.abort();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const store = this.#store;
    const resumes = store.lastEventId;
    const onState = (state: 'connecting' | 'open' | 'lost', error?: Error): void => {
      this.#waiting = state === 'lost';
      if (state === 'lost') store.connected('lost', error?.message);
      // Who resumes gets no snapshot; what was missed comes, or a gap and everything anew.
      else if (state === 'open' && store.lastEventId !== undefined) store.connected('live');
    };
    try {
      const more = resumes === undefined ? {} : { lastEventId: resumes };
      for await (const event of this.#lab.stream({}, { signal, onState, ...more })) this.#take(event);
    } catch (error) {
      const denied = error instanceof BellcrankProblem && (error.status === 401 || error.status === 403);
      store.connected(denied ? 'denied' : 'lost', error instanceof Error ? error.message : String(error));
      await this.#pauseFor(denied ? undefined : refusedMs, signal);
    }
  }

  #take(event: StreamEvent): void {
    this.#store.apply(event);
    if (event.type === 'device' && event.data.change === 'model') this.#remodelled.add(event.data.device);
  }

  async #woken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }

  /** For good, without a time. */
  async #pauseFor(ms: number | undefined, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }
}
