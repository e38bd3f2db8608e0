import type { FastifyReply, FastifyRequest } from 'fastify';
import { TLSSocket } from 'node:tls';
import type { Session } from '../../access/sessions/sessions.ts';
import { cookieName } from '../../access/sessions/sessions.ts';
import { BellcrankError } from '../../errors.ts';
import { type App, NoQuery, type Services } from '../routes.ts';
import { timeOf } from '../views.ts';
import { credentialsOf } from './authorise.ts';
import { open } from './declared.ts';

const tags = ['access'];

/** Signing in on a page: the key is exchanged for a cookie that no script can read. */
export function sessionRoutes(app: App, { access, audit }: Services): void {
  const { sessions, authenticate } = access;
  app.post(
    '/v1/session',
    {
      config: open,
      schema: {
        tags,
        summary: 'Sign in: exchange the key of the Authorization header for a session cookie',
        operationId: 'signIn',
        querystring: NoQuery,
      },
    },
    async (request, reply) => {
      const credentials = credentialsOf(request);
      if (credentials.authorization === undefined) throw needsKey();
      const caller = await authenticate({ ...credentials, cookie: undefined });
      if (caller.name === 'anonymous') throw needsKey();
      const cookie = cookieOf(request);
      const { token, session } = sessions.open(caller, cookie);
      audit.add({ what: 'signIn', by: caller.name, from: request.ip, outcome: 'done' });
      return setCookie(reply, request, token).code(201).send(sessionView(session));
    },
  );
  app.get(
    '/v1/session',
    {
      config: open,
      schema: { tags, summary: 'Who is signed in by cookie', operationId: 'getSession', querystring: NoQuery },
    },
    (request, reply) => {
      void reply.header('cache-control', 'no-store');
      return sessionView(sessions.find(request.headers.cookie));
    },
  );
  app.delete(
    '/v1/session',
    {
      config: open,
      schema: { tags, summary: 'Sign out', operationId: 'signOut', querystring: NoQuery },
    },
    (request, reply) => {
      const session = sessions.find(request.headers.cookie);
      sessions.close(credentialsOf(request));
      if (session !== undefined)
        audit.add({ what: 'signOut', by: session.caller.name, from: request.ip, outcome: 'done' });
      return setCookie(reply, request, undefined).code(204).send();
    },
  );
}

function sessionView(session: Session | undefined): object {
  if (session === undefined) return { signedIn: false, name: null, csrfToken: null, expiresAt: null };
  const { caller, csrfToken, expiresAt } = session;
  return { signedIn: true, name: caller.name, csrfToken, expiresAt: timeOf(expiresAt) };
}

function isSecure({ raw }: FastifyRequest): boolean {
  return raw.socket instanceof TLSSocket;
}

/** What the session’s cookie is called here: a browser has one for all ports of a host. */
export function cookieOf(request: FastifyRequest): string {
  return cookieName(request.raw.socket.localPort ?? 0, isSecure(request));
}

/** RFC 6265 §4.1, draft-ietf-httpbis-rfc6265bis for SameSite and `__Host-`. */
function setCookie(reply: FastifyReply, request: FastifyRequest, token: string | undefined): FastifyReply {
  const secure = isSecure(request) ? '; Secure' : '';
  const value = token === undefined ? '; Max-Age=0' : token;
  const text = `${cookieOf(request)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}`;
  return reply.header('set-cookie', text).header('cache-control', 'no-store');
}

function needsKey(): BellcrankError {
  return new BellcrankError('unauthenticated', 'sign in with a key: send Authorization: Bearer KEY');
}
