import { Type } from '@sinclair/typebox';
import { type LogLevel, logLevels } from '../observe/log-level.ts';
import { onEverything } from './access/declared.ts';
import { type App, closed, NoQuery, type Services } from './routes.ts';
import { timeOf } from './views.ts';

/** A week: whoever wants more changes the configuration. */
const longestSeconds = 604_800;

const LevelRequest = closed({
  level: Type.Unsafe<(typeof logLevels)[number]>({
    type: 'string',
    enum: [...logLevels],
    description: 'The least severe level that is written.',
  }),
  forSeconds: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: longestSeconds,
      description: 'After that it is what the configuration says again; until the next start if absent.',
    }),
  ),
});

/** How much is logged, while everything runs. */
export function logLevelRoutes(app: App, { logLevel, log }: Services): void {
  const config = onEverything('admin');
  app.get(
    '/v1/log/level',
    {
      config,
      schema: { tags: ['health'], summary: 'How much is logged', operationId: 'getLogLevel', querystring: NoQuery },
    },
    () => levelView(logLevel),
  );
  app.put(
    '/v1/log/level',
    {
      config,
      schema: {
        tags: ['health'],
        summary: 'Log more or less, for a time or until the next start',
        operationId: 'setLogLevel',
        querystring: NoQuery,
        body: LevelRequest,
      },
    },
    ({ body, caller }) => {
      const { level, forSeconds } = body;
      const fields = { level, by: caller.name, ...(forSeconds !== undefined && { forSeconds }) };
      logLevel.set(level, forSeconds === undefined ? undefined : forSeconds * 1000);
      log.warn(fields, 'the level of the log was changed');
      return levelView(logLevel);
    },
  );
}

function levelView({ current, configured, until }: LogLevel) {
  return { level: current, configured, ...(until !== undefined && { until: timeOf(until) }) };
}
