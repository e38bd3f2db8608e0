import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { Log } from '../driver/contract.ts';
import { BellcrankError, type ErrorCode, messageOf } from '../errors.ts';
import { type Problem, problemOf, problemTypes } from './problem.ts';

/** Fastify's own errors, by their code. */
const fastifyCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-request',
  FST_ERR_BAD_URL: 'invalid-request',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
  FST_ERR_VALIDATION: 'invalid-request',
};

export function sendProblem(reply: FastifyReply, problem: Problem, retryAfterMs?: number): FastifyReply {
  reply.request.problem = problem;
  if (retryAfterMs !== undefined) void reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem);
}

/** Turns everything that goes wrong into problem+json; what nobody foresaw is logged whole and told as little. */
export function handleErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, request, reply) => {
    const known = explained(toBellcrankError(error), app.initialConfig.bodyLimit);
    if (problemTypes[known.code].status >= 500 && known.code === 'internal') {
      log.error({ err: error, method: request.method, path: pathOf(request.url) }, 'a request failed');
    }
    if (known.code === 'unauthenticated') void reply.header('www-authenticate', challengeOf(request.headers));
    return sendProblem(reply, problemOf(known), known.retryAfterMs);
  });
}

/** RFC 6750 §3. */
function challengeOf({ authorization }: IncomingHttpHeaders): string {
  return `Bearer realm="bellcrank"${authorization === undefined ? '' : ', error="invalid_token"'}`;
}

export function toBellcrankError(error: unknown): BellcrankError {
  if (error instanceof BellcrankError) return error;
  const { code, statusCode } = error as Partial<FastifyError>;
  const known = code === undefined ? undefined : fastifyCodes[code];
  if (known !== undefined) return new BellcrankError(known, messageOf(error), { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new BellcrankError('invalid-request', messageOf(error), { cause: error });
  }
  return new BellcrankError('internal', 'something went wrong; the log says what', { cause: error });
}

/** Fastify says what is wrong, but not what to send instead. */
function explained(error: BellcrankError, bodyLimit = 0): BellcrankError {
  const { cause } = error;
  if (error.code === 'unsupported-media-type' && cause !== undefined) {
    return new BellcrankError(error.code, 'send the body as application/json', { cause });
  }
  if (error.code === 'payload-too-large') {
    return new BellcrankError(
      error.code,
      `the body may have ${bodyLimit} bytes at most; \`server.bodyLimitBytes\` allows more`,
      { cause },
    );
  }
  return error;
}

/** Some clients send a key in the query, where it belongs in no log. */
function pathOf(url: string): string {
  return (url.split('?')[0] ?? '').slice(0, 200);
}
