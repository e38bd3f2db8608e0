import { Type } from '@sinclair/typebox';
import { onEverything } from './access/declared.ts';
import { type App, closed, cursor, defaultPage, paging, type Services } from './routes.ts';

const name = (description: string) => Type.Optional(Type.String({ maxLength: 500, description }));

const AuditQuery = closed({
  ...paging,
  ...cursor('^[0-9]{1,15}$'),
  what: name('What was done: `command`, `stopAll`.'),
  by: name('Who did it: `key:ci`.'),
  device: name('On which device.'),
});

/** Who did what, for whoever has `admin`. */
export function auditRoutes(app: App, { audit }: Services): void {
  app.get(
    '/v1/audit',
    {
      config: onEverything('admin'),
      schema: {
        tags: ['access'],
        summary: 'Who did what, newest first',
        operationId: 'listAudit',
        querystring: AuditQuery,
      },
    },
    async ({ query }) => {
      const { cursor: before, limit, ...filters } = query;
      const page = await audit.page({
        ...filters,
        limit: Number(limit ?? defaultPage),
        before: before === undefined ? undefined : Number(before),
      });
      const next = page.next === undefined ? {} : { next: String(page.next) };
      return { items: page.items, damaged: page.damaged, ...next };
    },
  );
}
