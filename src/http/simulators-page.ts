import { open } from './access/declared.ts';
import { type App, NoQuery } from './routes.ts';

/** Where simulated devices were steered before the dashboard had a page for them: bookmarks go on. */
export function simulatorsPageRoutes(app: App): void {
  app.get('/simulators', { config: open, schema: { hide: true, querystring: NoQuery } }, (_, reply) => {
    return reply.redirect('/#/simulators', 308);
  });
}
