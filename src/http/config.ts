import { onEverything } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import { type App, closed, type Services } from './routes.ts';

const ReloadQuery = closed({
  dryRun: Type.Optional(
    Type.Unsafe<'true' | 'false'>({
      type: 'string',
      enum: ['true', 'false'],
      description: 'Say what would change, and change nothing.',
    }),
  ),
});

/** For whoever changes the configuration file while the service runs. */
export function configRoutes(app: App, { reload }: Services): void {
  app.post(
    '/v1/config/reload',
    {
      config: onEverything('admin'),
      schema: {
        tags: ['configuration'],
        summary: 'Take the configuration file as it is now',
        operationId: 'reloadConfig',
        querystring: ReloadQuery,
        body: closed({}),
      },
      // There is nothing to say.
      preValidation: (request, _reply, done) => {
        if (request.body === undefined) request.body = {};
        done();
      },
    },
    ({ query, caller }) => reload.reload({ by: caller.name, from: caller.from }, query.dryRun === 'true'),
  );
}
