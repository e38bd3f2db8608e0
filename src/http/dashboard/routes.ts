import { open } from '../access/declared.ts';
import { fileURLToPath } from 'node:url';
import { lateRoutes } from '../late-routes.ts';
import { type App, NoQuery } from '../routes.ts';
import { missingPage } from './missing-page.ts';
import { readPage } from './page.ts';

const built = new URL('../../dashboard/build/', import.meta.url);
const yearMs = 31_536_000_000;

/**
 * The dashboard: one page and what it is made of, whose names change with their content. It needs no service that has
 * started: its Stop must be there early.
 */
export function dashboardRoutes(app: App, folder: URL = built): void {
  app.get('/', { config: open, schema: { hide: true, querystring: NoQuery } }, async (_, reply) => {
    const page = (await readPage(folder)) ?? missingPage;
    return await reply
      .code(page.status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', page.policy)
      .serializer(String)
      .send(page.html);
  });
  lateRoutes(app, { '/assets/*': { config: open } }, async (late) => {
    const { default: files } = await import('@fastify/static');
    await late.register(files, {
      root: fileURLToPath(new URL('assets/', folder)),
      prefix: '/assets/',
      decorateReply: false,
      dotfiles: 'ignore',
      index: false,
      redirect: false,
      preCompressed: true,
      immutable: true,
      maxAge: yearMs,
      suppressWarning: true,
    });
  });
}
