import type { FastifyReply, FastifyRequest } from 'fastify';

/** Where the page lets somebody sign in, and goes back to the reference from. */
const signIn = '/#/docs';

/** The reference shows what its reader may call: whoever may read nothing would see an error in its place. */
export function toSignIn({ caller, routeOptions }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (!/^\/docs\/?$/.test(routeOptions.url ?? '') || caller.mayAnywhere('read')) return done();
  void reply.header('cache-control', 'no-store').redirect(signIn);
}

interface UiRequest {
  readonly method?: string;
  readonly headers: Record<string, string>;
}

/**
 * Runs in the reference's page: what is tried there with a session brings its token along, as the dashboard does. It is
 * sent to the browser as its own text, and can name nothing but what is there.
 */
export async function withToken(request: object): Promise<object> {
  const { method = 'GET', headers } = request as UiRequest; // as Swagger UI has them
  if (['GET', 'HEAD'].includes(method.toUpperCase()) || headers['Authorization'] !== undefined) return request;
  const answer = await fetch('/v1/session', { cache: 'no-store' });
  const { csrfToken } = (await answer.json()) as { csrfToken?: string | null };
  if (typeof csrfToken === 'string') headers['Bellcrank-CSRF-Token'] = csrfToken;
  return request;
}
