import swagger from '@fastify/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { askedAndOpen, onSome, open } from './access/declared.ts';
import { lateRoutes } from './late-routes.ts';
import { resolvingWhatIsShown, withToken } from './reference-page.ts';
import type { App } from './routes.ts';

/** Everything comes from here, over whatever the service is reached by. */
const policy =
  "default-src 'self'; base-uri 'self'; frame-ancestors 'self'; img-src 'self' data:; object-src 'none'; " +
  "script-src 'self'; style-src 'self' 'unsafe-inline';";

/** Where the page lets somebody sign in, and goes back to the reference from. */
const signIn = '/#/docs';

/** `/docs` shows the document that `textFor` makes, once `readable` has resolved. */
export function referenceRoutes(
  app: App,
  readable: () => Promise<void>,
  textFor: (request: FastifyRequest) => string,
): void {
  const document = { config: onSome('read'), preHandler: [withPolicy, readable] };
  const file = { config: open, preHandler: withPolicy };
  const routes = {
    '/docs': { config: askedAndOpen, preHandler: [withPolicy, toSignIn] },
    '/docs/json': document,
    '/docs/yaml': document,
    '/docs/static/index.html': file,
    '/docs/static/swagger-initializer.js': file,
    '/docs/static/*': file,
  };
  lateRoutes(app, routes, async (late) => {
    const { default: ui } = await import('@fastify/swagger-ui');
    // It asks for one beside it, and for no document of it.
    await late.register(swagger);
    await late.register(ui, {
      routePrefix: '/docs',
      uiConfig: {
        docExpansion: 'none',
        tryItOutEnabled: true,
        layout: 'BaseLayout',
        requestInterceptor: withToken,
        plugins: [resolvingWhatIsShown],
      },
      transformSpecificationClone: false,
      transformSpecification: (_, request) => JSON.parse(textFor(request)) as Record<string, unknown>,
    });
  });
}

function withPolicy(_: FastifyRequest, reply: FastifyReply, done: () => void): void {
  void reply.header('content-security-policy', policy);
  done();
}

/** The reference shows what its reader may call: whoever may read nothing would see an error in its place. */
function toSignIn({ caller }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (caller.mayAnywhere('read')) return done();
  void reply.header('cache-control', 'no-store').redirect(signIn);
}
