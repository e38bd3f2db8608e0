import { onSome } from './access/declared.ts';
import { asyncApiDocument } from '../describe/asyncapi.ts';
import { originOf, sendDocument } from './document.ts';
import { commonSchemas } from './openapi-schemas.ts';
import { type App, NoQuery, type Services } from './routes.ts';
import { streamMessages } from './stream/messages.ts';
import { StreamQuery } from './stream/query.ts';

/** `GET /v1/asyncapi.json`: what the live stream tells, for programs that read AsyncAPI. */
export function asyncApiRoutes(app: App, { version, access }: Services): void {
  app.get(
    '/v1/asyncapi.json',
    {
      config: onSome('read'),
      schema: {
        tags: ['stream'],
        summary: 'The live stream as AsyncAPI 3 describes it',
        operationId: 'getAsyncApi',
        querystring: NoQuery,
      },
    },
    (request, reply) => {
      const { host, protocol } = originOf(request);
      const service = { version, host, protocol: protocol.replace(':', '') };
      const document = asyncApiDocument({
        ...service,
        ways: access.ways(),
        messages: streamMessages,
        query: StreamQuery,
        schemas: commonSchemas,
      });
      return sendDocument(request, reply, document, 'application/json; charset=utf-8');
    },
  );
}
