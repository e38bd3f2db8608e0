import { type Clock, systemClock } from '../clock.ts';
import { checkHeaders } from './http/headers.ts';

export interface ConnectOptions {
  /** Of the service; in a page its own origin by default, else `http://127.0.0.1:7080`. A path before `/v1` may follow. */
  readonly url?: string | undefined;
  /** Sent as `Authorization: Bearer …`. */
  readonly apiKey?: string | undefined;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** How long a request may take, in ms; 15 s by default. Waiting for a command adds to it. */
  readonly timeoutMs?: number | undefined;
  /** For tests: time, … */
  readonly clock?: Clock | undefined;
  /** … and chance, 0 to 1, which spreads reconnects. */
  readonly random?: (() => number) | undefined;
}

/** The same, with everything in its place. */
export interface Settings {
  /** Without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: () => number;
}

/** @throws TypeError for what is no URL, no timeout, or a key that no header can carry. */
export function settingsOf(options: ConnectOptions = {}): Settings {
  const { apiKey, timeoutMs = 15_000 } = options;
  if (!(timeoutMs > 0)) throw new TypeError('timeoutMs must be a number of milliseconds above 0');
  const headers = { ...options.headers, ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) };
  checkHeaders(headers);
  return {
    url: baseOf(options.url ?? ownOrigin()),
    headers,
    // Browsers want it called on the window.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs,
    clock: options.clock ?? systemClock,
    random: options.random ?? chance,
  };
}

function ownOrigin(): string {
  // Only pages have a location, and this module is compiled without their types.
  const { location } = globalThis as { readonly location?: { readonly origin?: string } };
  const origin = location?.origin;
  return origin === undefined || !origin.startsWith('http') ? 'http://127.0.0.1:7080' : origin;
}

function baseOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new TypeError(`${JSON.stringify(url)} is no URL of a service; write it like http://127.0.0.1:7080`);
  }
  if (parsed.username !== '' || parsed.search !== '' || parsed.hash !== '') {
    throw new TypeError('the URL of a service has no user, query or fragment; a key goes into apiKey');
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
}

function chance(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return word / 2 ** 32;
}
