import { timeoutSignal } from '../../clock.ts';
import { printable } from '../../errors.ts';
import type { Settings } from '../settings.ts';
import type { ProblemView } from '../types.ts';
import { textOf } from './body.ts';
import { checkHeaders } from './headers.ts';
import { BellcrankProblem, partsOf, type ProblemParts } from './problem.ts';
import { unanswered, Unreachable, unreachable } from './unreachable.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface RequestOptions {
  /** Lists are repeated; what is undefined is left out. */
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In place of the lab’s, in ms. */
  readonly timeoutMs?: number | undefined;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** JSON, parsed; text of any other type; undefined where there is none. */
  readonly body: Body;
}

/** Requests to the service. None is ever repeated by itself. */
export class Http {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The address of the service, without a slash at its end. */
  get url(): string {
    return this.#settings.url;
  }

  /**
   * @throws BellcrankProblem for every answer but a 2xx, and for a page of whatever stands in between
   * @throws Unreachable where there is none
   * @throws what `signal` was aborted with
   */
  async request<Body = unknown>(method: string, path: string, more: RequestOptions = {}): Promise<Answer<Body>> {
    const { clock, timeoutMs } = this.#settings;
    checkHeaders(more.headers);
    const ms = more.timeoutMs ?? timeoutMs;
    const isQuestion = method === 'GET' || more.query?.['dryRun'] === true;
    // Not `using`: not every browser knows it.
    const timeout = timeoutSignal(clock, ms);
    const signal = more.signal === undefined ? timeout.signal : AbortSignal.any([more.signal, timeout.signal]);
    try {
      const response = await this.fetch(method, path, { ...more, signal });
      const text = await textOf(response);
      // The caller names what an operation answers with; the service's schemas say the same.
      return { status: response.status, headers: response.headers, body: bodyOf(response, text) as Body };
    } catch (error) {
      if (error instanceof BellcrankProblem || more.signal?.aborted === true) throw error;
      if (!timeout.signal.aborted) throw unreachable(this.url, error, isQuestion);
      const text = `${this.url} gave no answer within ${ms} ms${unanswered(isQuestion)}`;
      throw new Unreachable(text, 'maybe', error, { isQuestion });
    } finally {
      timeout.cancel();
    }
  }

  /** The answer before its body is read, which then is the caller’s to do. */
  async fetch(method: string, path: string, more: Omit<RequestOptions, 'timeoutMs'> = {}): Promise<Response> {
    const { fetch, headers } = this.#settings;
    const { body, signal } = more;
    signal?.throwIfAborted();
    const sent = {
      accept: 'application/json, application/problem+json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
      ...more.headers,
    };
    const init = { method, headers: sent, redirect: 'error', cache: 'no-store' } as const;
    const response = await fetch(this.#urlOf(path, more.query), {
      ...init,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok) throw problemOf(response, await textOf(response));
    return response;
  }

  #urlOf(path: string, query: Query = {}): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      for (const one of [value].flat()) if (one !== undefined) search.append(name, String(one));
    }
    return `${this.url}${path}${search.size === 0 ? '' : `?${search.toString()}`}`;
  }
}

/**
 * The answer, where its body has these members: what stands between may answer with anything.
 * @throws BellcrankProblem `unexpected-answer`
 */
export function answerWith<Body>(answer: Answer<Body>, ...members: readonly string[]): Answer<Body> {
  const body: unknown = answer.body;
  if (typeof body === 'object' && body !== null && members.every((name) => name in body)) return answer;
  const detail = 'what answered is not Bellcrank, or is something in between; what was sent may have arrived';
  throw new BellcrankProblem({ code: 'unexpected-answer', status: answer.status, detail });
}

const isJson = /^application\/([\w.-]+\+)?json\b/;

function bodyOf(response: Response, text: string): unknown {
  if (text === '') return undefined;
  const type = response.headers.get('content-type') ?? '';
  // The service has pages for people only; what signs somebody in to a network has them for whatever is asked.
  if (/^text\/html\b/i.test(type)) throw unexpected(response, text);
  if (!isJson.test(type)) return text;
  const parsed = parsedJson(text);
  if (parsed === undefined) throw unexpected(response, text);
  return parsed;
}

/** Undefined for what is none. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemOf(response: Response, text: string): BellcrankProblem {
  const type = response.headers.get('content-type') ?? '';
  const body = type.startsWith('application/problem+json') ? parsedJson(text) : undefined;
  if (!isProblem(body)) return unexpected(response, text);
  return new BellcrankProblem({ ...partsOf(body), retryAfterMs: retryAfterOf(response) });
}

function isProblem(body: unknown): body is ProblemView {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}

/** What is no answer of the service’s. */
function unexpected(response: Response, text: string): BellcrankProblem {
  return new BellcrankProblem(unexpectedParts(response, text));
}

export function unexpectedParts({ status, headers }: Response, text: string): ProblemParts {
  const excerpt = printable(text.slice(0, 200));
  const type = headers.get('content-type') ?? 'no type';
  const detail = `what answered with ${status} (${type}) is not Bellcrank, or is something in between: ${excerpt}`;
  return { code: 'unexpected-answer', status, title: 'This is no answer of the service', detail };
}

/** Seconds (RFC 9110 §10.2.3); the service sends no dates. */
function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}
