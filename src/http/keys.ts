import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { MadeKey } from '../access/keys/book.ts';
import { keyNamePattern, type KeyRecord, maxScopes } from '../access/keys/key.ts';
import { keyView, type KeyView } from '../access/keys/view.ts';
import { maxScopeLength } from '../access/scope.ts';
import { onEverything } from './access/declared.ts';
import { type App, closed, cursor, defaultPage, NoQuery, paging, type Services } from './routes.ts';

const tags = ['access'];
const config = onEverything('admin');
const msPerHour = 3_600_000;

const KeyPath = Type.Object({ id: Type.String({ maxLength: 100, description: 'A key’s id, or its name.' }) });
const instant = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);
const expiresAt = Type.Optional({ ...instant, description: 'When it ends by itself; null: never.' });

const KeyRequest = closed({
  name: Type.String({ pattern: keyNamePattern, description: 'Stands in records and logs as `key:NAME`.' }),
  role: Type.Optional(Type.String({ maxLength: 63, description: 'A role; or else scopes.' })),
  scopes: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: maxScopeLength }), {
      minItems: 1,
      maxItems: maxScopes,
      description: 'ACTION:DEVICES:COMMANDS, as in `command:psu-*`.',
    }),
  ),
  expiresAt,
});

const RotateRequest = closed({
  overlapHours: Type.Optional(
    Type.Number({ minimum: 0, maximum: 8760, description: 'How long the key before is still good; 24 by default.' }),
  ),
  expiresAt,
});

/** Keys, for whoever has `admin`: such a caller may grant what they do not hold, and could take it anyway. */
export function keyRoutes(app: App, services: Services): void {
  listRoutes(app, services);
  makingRoutes(app, services);
}

function viewOf({ access, clock }: Services): (record: KeyRecord) => KeyView {
  return (record) => keyView(record, clock.now(), access.usage.of(record.id));
}

/** What is there, and how it ends. */
function listRoutes(app: App, services: Services): void {
  const { access } = services;
  const view = viewOf(services);
  app.get(
    '/v1/keys',
    {
      config,
      schema: {
        tags,
        summary: 'API keys, oldest first; never the keys themselves',
        operationId: 'listKeys',
        querystring: closed({ ...paging, ...cursor('^[0-9]{1,6}$') }),
      },
    },
    ({ query }) => {
      const from = Number(query.cursor ?? 0);
      const until = from + Number(query.limit ?? defaultPage);
      const all = access.keys.list();
      return { items: all.slice(from, until).map(view), ...(until < all.length ? { next: String(until) } : {}) };
    },
  );
  app.delete(
    '/v1/keys/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Revoke a key at once; by a name, every key of that name',
        operationId: 'revokeKey',
        params: KeyPath,
        querystring: NoQuery,
      },
    },
    async ({ params }) => ({ items: (await access.keys.revoke(params.id)).map(view) }),
  );
}

/** What a key is made by: the one answer that it stands in. */
function makingRoutes(app: App, services: Services): void {
  const { access } = services;
  const view = viewOf(services);
  const tell = (reply: FastifyReply, { key, record }: MadeKey): FastifyReply => {
    void reply.code(201).header('cache-control', 'no-store').header('location', `/v1/keys/${record.id}`);
    return reply.send({ key, ...view(record) });
  };
  app.post(
    '/v1/keys',
    {
      config,
      schema: { tags, summary: 'Make a key', operationId: 'createKey', body: KeyRequest, querystring: NoQuery },
    },
    async ({ body: { name, role, scopes, expiresAt: end } }, reply) => {
      return await tell(reply, await access.keys.create({ name, role, scopes, expiresAt: timeFrom(end) }));
    },
  );
  app.post(
    '/v1/keys/:id/rotate',
    {
      config,
      schema: {
        tags,
        summary: 'Make another key of the same name; the one before is good for a while',
        operationId: 'rotateKey',
        params: KeyPath,
        body: RotateRequest,
        querystring: NoQuery,
      },
    },
    async ({ params, body }, reply) => {
      const overlapMs = (body.overlapHours ?? 24) * msPerHour;
      return await tell(reply, await access.keys.rotate(params.id, { overlapMs, expiresAt: timeFrom(body.expiresAt) }));
    },
  );
}

function timeFrom(text: string | null | undefined): number | undefined {
  return text === undefined || text === null ? undefined : Date.parse(text);
}
