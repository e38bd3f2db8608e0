import { Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CommandRecord } from '../store/record.ts';
import type { Submission } from '../command/step.ts';
import { BellcrankError, type Outcome } from '../errors.ts';
import { sendProblem } from './errors.ts';
import { problemOf } from './problem.ts';
import { type App, closed, defaultPage, DevicePath, NoQuery, paging, type Services } from './routes.ts';
import { commandView } from './views.ts';
import { withdrawal } from './withdrawal.ts';

const CommandPath = Type.Composite([DevicePath, Type.Object({ name: Type.String({ maxLength: 100 }) })]);
const RecordPath = Type.Object({ id: Type.String({ maxLength: 100, description: 'A command’s id.' }) });
const HistoryQuery = closed({
  ...paging,
  device: Type.Optional(Type.String({ maxLength: 100 })),
  command: Type.Optional(Type.String({ maxLength: 100 })),
  outcome: Type.Optional(
    Type.Unsafe<Outcome>({ type: 'string', enum: ['succeeded', 'refused', 'failed', 'not-sent', 'unknown'] }),
  ),
});

export function commandRoutes(app: App, services: Services): void {
  const { store, pipeline } = services;
  const tags = ['commands'];
  app.post(
    '/v1/devices/:id/commands/:name',
    { schema: { hide: true, params: CommandPath, querystring: NoQuery } },
    (request, reply) =>
      sendCommand(services, request, reply, {
        device: request.params.id,
        command: commandName(request.params.name),
        // A command without parameters needs no body; with one, the body is the parameters.
        params: request.body === undefined ? {} : request.body,
      }),
  );
  app.get(
    '/v1/commands',
    {
      schema: {
        tags,
        summary: 'The latest commands, newest first',
        operationId: 'listCommands',
        querystring: HistoryQuery,
      },
    },
    async ({ query }) => {
      const { limit, cursor, ...filters } = query;
      const page = await store.commands.list({
        ...filters,
        limit: Number(limit ?? defaultPage),
        ...(cursor === undefined ? {} : { before: cursor }),
      });
      return { items: page.items.map(commandView), ...(page.next === undefined ? {} : { next: page.next }) };
    },
  );
  app.get(
    '/v1/commands/:id',
    {
      schema: {
        tags,
        summary: 'What became of a command',
        operationId: 'getCommand',
        params: RecordPath,
        querystring: NoQuery,
      },
    },
    async ({ params }) => commandView(await recordOf(services, params.id)),
  );
  app.delete(
    '/v1/commands/:id',
    {
      schema: {
        tags,
        summary: 'Cancel a command that has not left',
        operationId: 'cancelCommand',
        params: RecordPath,
        querystring: NoQuery,
      },
    },
    async ({ params }, reply) => {
      const record = await recordOf(services, params.id);
      if (!pipeline.cancel(params.id)) {
        throw new BellcrankError(
          'already-sent',
          `the command has ${record.state === 'ended' ? 'ended' : 'left'} already`,
        );
      }
      return await reply.code(204).send();
    },
  );
}

/** `write:x` is how property writes are recorded; they are sent with PUT on the property. */
function commandName(name: string): string {
  if (!name.startsWith('write:')) return name;
  throw new BellcrankError('command-not-found', 'a property is written with PUT on the property itself');
}

async function recordOf({ store }: Services, id: string): Promise<CommandRecord> {
  const record = await store.commands.get(id);
  if (record !== undefined) return record;
  throw new BellcrankError('not-found', 'there is no such command on record');
}

/** Submits, waits for the end, and answers with the command or with the problem that ended it. */
export async function sendCommand(
  { pipeline }: Services,
  _request: FastifyRequest,
  reply: FastifyReply,
  submission: Omit<Submission, 'by' | 'withdrawn'>,
): Promise<FastifyReply> {
  const record = await pipeline.submit({ ...submission, by: 'anonymous', withdrawn: withdrawal(reply.raw) });
  void reply.header('content-location', `/v1/commands/${record.id}`);
  if (record.outcome === 'succeeded') return await reply.code(200).send(commandView(record));
  const { code, detail, device } = record.error ?? { code: 'internal', detail: 'the command ended without a cause' };
  const error = new BellcrankError(code, detail, {
    ...(device === undefined ? {} : { device }),
    ...(record.reason === undefined ? {} : { reason: record.reason }),
  });
  const context = {
    commandId: record.id,
    simulated: record.simulated,
    ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
  };
  return sendProblem(reply, problemOf(error, context), code === 'device-offline' ? 2000 : undefined);
}
