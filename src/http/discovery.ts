import { onEverything } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import { type App, closed, cursor, defaultPage, NoQuery, paging, type Services } from './routes.ts';
import { candidateView } from './views.ts';

const ListQuery = closed({
  ...paging,
  ...cursor('^[0-9a-f]{16}$'),
  connection: Type.Optional(Type.String({ maxLength: 100 })),
  dialect: Type.Optional(Type.String({ maxLength: 100, description: 'The driver.' })),
  state: Type.Optional(
    Type.Unsafe<'announced' | 'stale' | 'gone'>({ type: 'string', enum: ['announced', 'stale', 'gone'] }),
  ),
  adopted: Type.Optional(
    Type.Unsafe<'true' | 'false'>({ type: 'string', enum: ['true', 'false'], description: 'Whether it is a device.' }),
  ),
});

const CandidatePath = Type.Object({ id: Type.String({ maxLength: 100, description: 'A candidate’s id.' }) });

const tags = ['discovery'];

/** Devices that announce themselves. POST /v1/devices makes devices of them. */
export function discoveryRoutes(app: App, { discovery }: Services): void {
  app.get(
    '/v1/discovery',
    {
      config: onEverything('read'),
      schema: { tags, summary: 'What announces itself', operationId: 'listCandidates', querystring: ListQuery },
    },
    ({ query }) => {
      const { cursor: after, adopted, limit: _, ...filter } = query;
      const limit = Number(query.limit ?? defaultPage);
      const found = discovery.list({
        ...filter,
        ...(after === undefined ? {} : { after }),
        ...(adopted === undefined ? {} : { adopted: adopted === 'true' }),
        limit: limit + 1,
      });
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1)?.id : undefined;
      const next = last === undefined ? {} : { next: last };
      return { items: items.map(candidateView), problems: discovery.problems, ...next };
    },
  );
  app.get(
    '/v1/discovery/:id',
    {
      config: onEverything('read'),
      schema: {
        tags,
        summary: 'One that announces itself',
        operationId: 'getCandidate',
        params: CandidatePath,
        querystring: NoQuery,
      },
    },
    ({ params }) => candidateView(discovery.get(params.id)),
  );
}
