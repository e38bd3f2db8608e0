import type { FastifyInstance, FastifyReply, FastifyRequest, preHandlerHookHandler } from 'fastify';
import { Rationed } from '../audit/rationed.ts';
import { redacted, redactedByName } from '../audit/redact.ts';
import type { Audit } from '../audit/sink.ts';
import type { AuditEntry } from '../audit/entry.ts';
import { factsOf, mayChange } from './route-facts.ts';
import type { Services } from './routes.ts';
import type { Feed } from './stream/feed.ts';
import type { Way } from './way.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the answer says that went wrong. */
    problem?: { readonly code: string; readonly detail: string };
  }
  interface FastifyContextConfig {
    /** An answer with this status tells of nothing new: it is not taken down. */
    unauditedStatus?: number;
  }
}

/** Attempts that came to nothing because of who asked, or of how things stand; others were no proper requests. */
const telling = new Set([401, 403, 409, 412, 423]);

/**
 * Takes down every request that changes something, and whatever is refused for want of credentials or scopes. Commands
 * and writes that are let in are taken down by the pipeline, which knows how they end.
 */
export function auditRequests(app: FastifyInstance, way: Way, { audit, feed, clock }: Services): void {
  const rationed = new Rationed(audit, clock);
  app.addHook('onClose', (_, done) => {
    rationed.flush();
    done();
  });
  refuseUntold(app, audit);
  way.witness((request, reply) => {
    const status = reply.statusCode;
    const { changesSomething, unauditedStatus } = factsOf(request);
    const refused = status === 401 || status === 403;
    if (request.failedSignIn !== undefined) rationed.add(failedSignIn(request, reply, feed));
    else if (refused || changesSomething) {
      if (status >= 400 && (telling.has(status) || status >= 500)) rationed.add(failureOf(request, reply, feed));
      if (status < 400 && status !== unauditedStatus) audit.add(changeOf(request, reply, feed));
    }
  });
}

/** What changes something is not done while it cannot be taken down; most of what is asked of devices is told by the pipeline. */
function refuseUntold(app: FastifyInstance, audit: Audit): void {
  const refuse: preHandlerHookHandler = (request, _reply, done) => {
    const { changesSomething, isStop } = factsOf(request);
    done(changesSomething && !isStop ? audit.refusal() : undefined);
  };
  app.addHook('onRoute', (route) => {
    if (mayChange(route)) route.preHandler = [refuse, ...[route.preHandler ?? []].flat()];
  });
}

function failureOf(request: FastifyRequest, reply: FastifyReply, feed: Feed): AuditEntry {
  const { code, detail } = request.problem ?? {};
  return { ...commonOf(request, reply, feed), outcome: reply.statusCode >= 500 ? 'failed' : 'refused', code, detail };
}

/** Whatever it was answered: too many of them are told to wait (429), and what is open to everybody is answered all the same. */
function failedSignIn(request: FastifyRequest, reply: FastifyReply, feed: Feed): AuditEntry {
  const { failedSignIn: { hint } = {}, problem } = request;
  const why = problem?.detail ?? 'what was shown to sign in is not good; it was answered what everybody is';
  const detail = hint === undefined ? why : `${why}; ${hint}`;
  return { ...commonOf(request, reply, feed), outcome: 'refused', code: 'unauthenticated', detail };
}

function changeOf(request: FastifyRequest, reply: FastifyReply, feed: Feed): AuditEntry {
  return { ...commonOf(request, reply, feed), params: paramsOf(request), outcome: 'done' };
}

function commonOf(request: FastifyRequest, reply: FastifyReply, feed: Feed): AuditEntry {
  const { method, routeOptions, caller, ip } = request;
  const { url = '', schema } = routeOptions;
  const { operationId } = Object(schema) as { operationId?: string };
  const { id = '', name } = Object(request.params) as { id?: string; name?: string };
  const { isAboutDevice } = factsOf(request);
  // What was removed is not there any more, what was added was not there before, and a refusal may not tell.
  const isKnown = isAboutDevice && feed.about(id)?.simulated === true;
  const isSimulated = isKnown || reply.getHeader('bellcrank-simulated') === 'true';
  return {
    what: operationId ?? `${method} ${url}`,
    by: caller?.name ?? 'anonymous',
    from: ip,
    ...(isAboutDevice ? { device: id } : { id: id === '' ? undefined : id }),
    simulated: isSimulated || undefined,
    command: name,
  };
}

/** The body and the query, without secrets. */
function paramsOf({ body, query, routeOptions: { schema } }: FastifyRequest): unknown {
  const { body: bodySchema } = Object(schema) as { body?: unknown };
  const shown = redactedByName(redacted(body, bodySchema));
  const hasQuery = Object.keys(Object(query) as object).length > 0;
  if (!hasQuery) return shown;
  return { query: redactedByName(query), ...(body === undefined ? {} : { body: shown }) };
}
