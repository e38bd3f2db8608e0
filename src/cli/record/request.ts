import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { once } from 'node:events';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';

/** Longest that the service may take to answer, and the longest answer that is read whole. */
const answerMs = 10_000;
const maxAnswer = 16 * 1024 * 1024;

/** What went wrong, in words for who called. */
export class RecordFailure extends Error {}

/** Asks a service; resolves when its answer begins. */
export async function ask(
  url: URL,
  clock: Clock,
  signal: AbortSignal,
  method: 'GET' | 'POST' = 'GET',
): Promise<IncomingMessage> {
  const begin = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = begin(url, { method, agent: false, signal, headers: { accept: 'text/plain, application/json' } });
  request.end();
  const tooLong = clock.timer(answerMs, () => request.destroy(new Error(`no answer within ${answerMs} ms`)));
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage]; // node:http says so
    // What goes wrong later is told by the response.
    request.on('error', () => {});
    return response;
  } catch (error) {
    if (signal.aborted) throw error;
    throw new RecordFailure(`no service answers at ${url.origin}: ${reason(error)}; start it, or name it with --url`);
  } finally {
    tooLong.cancel();
  }
}

/** An answer as JSON, whatever it is; undefined for what is none. */
export async function jsonOf(response: IncomingMessage): Promise<unknown> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > maxAnswer) return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Happy eyeballs collect several errors into one without a message. */
function reason(error: unknown): string {
  const [first = error] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return messageOf(first);
}
