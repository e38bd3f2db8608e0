import { tellingRefusals } from './refused.ts';

/**
 * A browser opens six connections to a service at most, over all of its tabs. Streams and commands that wait can hold
 * every one of them, and a Stop would wait behind them: so every request of the page can be broken off.
 */
const channel = 'bellcrank-make-way';

let breaker = new AbortController();

/** Puts itself between the page and `fetch`; what it returns makes way, in this tab and in all others. */
export function installBreaker(): { readonly plainFetch: typeof fetch; readonly makeWay: () => void } {
  const plainFetch = tellingRefusals(globalThis.fetch.bind(globalThis));
  globalThis.fetch = (input, init) => {
    const own = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const signal = own ? AbortSignal.any([own, breaker.signal]) : breaker.signal;
    return plainFetch(input, { ...init, signal });
  };
  const others = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(channel);
  others?.addEventListener('message', breakOff);
  return {
    plainFetch,
    makeWay: () => {
      others?.postMessage('stop');
      breakOff();
    },
  };
}

function breakOff(): void {
  breaker.abort(new DOMException('It made way for a stop.', 'AbortError'));
  breaker = new AbortController();
}
