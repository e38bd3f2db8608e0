import type { Caller } from '../access/caller.ts';
import { needToSend } from '../command/gate.ts';
import { onCommand, onSome } from './access/declared.ts';
import { readableCommands } from './access/commands.ts';
import { demand, refOf } from './access/seen.ts';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import { rawCommand } from '../driver/built-in.ts';
import type { CommandRecord, CommandState } from '../store/record.ts';
import { BellcrankError, type Outcome } from '../errors.ts';
import {
  type App,
  closed,
  cursor,
  defaultPage,
  DevicePath,
  DryRunQuery,
  NoQuery,
  paging,
  type Services,
} from './routes.ts';
import { instantOf } from './instant.ts';
import { dryRun, sendCommand } from './sending.ts';
import { commandView } from './views.ts';

const CommandPath = Type.Composite([DevicePath, Type.Object({ name: Type.String({ maxLength: 100 }) })]);
const uuidPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const RecordPath = Type.Object({ id: Type.String({ maxLength: 100, description: 'A command’s id.' }) });
const HistoryQuery = closed({
  ...paging,
  ...cursor(uuidPattern),
  device: Type.Optional(Type.String({ maxLength: 100 })),
  command: Type.Optional(
    Type.String({ maxLength: 100, description: 'A command, `write:` and a property, or `stop`.' }),
  ),
  by: Type.Optional(Type.String({ maxLength: 200, description: 'Who asked.' })),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Accepted at this time or later (RFC 3339).' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Accepted before this time (RFC 3339).' })),
  outcome: Type.Optional(
    Type.Unsafe<Outcome>({ type: 'string', enum: ['succeeded', 'refused', 'failed', 'not-sent', 'unknown'] }),
  ),
  state: Type.Optional(
    Type.Unsafe<CommandState>({
      type: 'string',
      enum: ['queued', 'sent', 'ended'],
      description: 'As it is on record.',
    }),
  ),
  simulated: Type.Optional(
    Type.Unsafe<'true' | 'false'>({
      type: 'string',
      enum: ['true', 'false'],
      description: 'Whether its device was a simulated one.',
    }),
  ),
});

const tags = ['commands'];

/** Commands are sent to devices … */
export function commandRoutes(app: App, services: Services): void {
  app.post(
    '/v1/devices/:id/commands/:name',
    { config: onCommand, schema: { hide: true, params: CommandPath, querystring: DryRunQuery } },
    (request, reply) => {
      const asked = {
        device: request.params.id,
        command: commandName(request.params.name),
        // A command without parameters needs no body; with one, the body is the parameters.
        params: request.body === undefined ? {} : request.body,
      };
      const send = request.query.dryRun === 'true' ? dryRun : sendCommand;
      return send(services, request, reply, asked);
    },
  );
  recordRoutes(app, services);
}

/** … and are resources of their own from then on. */
function recordRoutes(app: App, services: Services): void {
  const { store, pipeline, registry } = services;
  app.get(
    '/v1/commands',
    {
      config: onSome('read'),
      schema: {
        tags,
        summary: 'The latest commands, newest first',
        operationId: 'listCommands',
        querystring: HistoryQuery,
      },
    },
    async ({ query, caller }) => {
      const { limit, cursor, from, to, simulated, ...filters } = query;
      const asked = {
        ...filters,
        ...timesOf(from, to),
        ...(simulated === undefined ? {} : { simulated: simulated === 'true' }),
        limit: Number(limit ?? defaultPage),
        ...(cursor === undefined ? {} : { before: cursor }),
      };
      const page = await readableCommands(store.commands, asked, caller, registry);
      return { items: page.items.map(commandView), ...(page.next === undefined ? {} : { next: page.next }) };
    },
  );
  app.get(
    '/v1/commands/:id',
    {
      config: onSome('read'),
      schema: {
        tags,
        summary: 'What became of a command',
        operationId: 'getCommand',
        params: RecordPath,
        querystring: NoQuery,
      },
    },
    async ({ params, caller }, reply) => commandView(await recordOf(services, params.id, caller, reply)),
  );
  app.delete(
    '/v1/commands/:id',
    {
      config: onSome('command'),
      schema: {
        tags,
        summary: 'Cancel a command that has not left',
        operationId: 'cancelCommand',
        params: RecordPath,
        querystring: NoQuery,
      },
    },
    async ({ params, caller }, reply) => {
      const record = await recordOf(services, params.id, caller, reply, 'command');
      const cancelled = pipeline.cancel(params.id);
      if (cancelled === 'withdrawn') return await reply.code(204).send();
      // The driver tells the device; what comes of it is the command's outcome.
      if (cancelled === 'asked') return await reply.code(202).send(commandView(record));
      // Its turn has come; that may be on record before the first byte leaves.
      const what = record.state === 'ended' ? 'has ended already' : 'has left, or is about to';
      throw new BellcrankError('already-sent', `the command ${what}; it cannot be withdrawn any more`);
    },
  );
}

/** `write:x` is how property writes are recorded; they are sent with PUT on the property. */
export function commandName(name: string): string {
  if (name === rawCommand)
    throw new BellcrankError('command-not-found', 'what is raw goes to POST …/raw of the device');
  if (!name.startsWith('write:')) return name;
  throw new BellcrankError('command-not-found', 'a property is written with PUT on the property itself');
}

/** One that is under way shows what is on record of it, and no more. */
async function recordOf(
  { store, pipeline, registry }: Services,
  id: string,
  caller: Caller,
  reply: FastifyReply,
  action: 'read' | 'command' = 'read',
): Promise<CommandRecord> {
  const record = pipeline.underWay(id) ?? (await store.commands.get(id));
  if (record === undefined) throw noSuchCommand();
  const device = refOf(registry, record.device);
  demand(caller, action === 'read' ? { action, device } : needToSend(device, record.command), noSuchCommand);
  if (record.simulated) void reply.header('bellcrank-simulated', 'true');
  return record;
}

function noSuchCommand(): BellcrankError {
  return new BellcrankError('not-found', 'there is no such command on record');
}

function timesOf(from: string | undefined, to: string | undefined): { from?: number; to?: number } {
  return {
    ...(from === undefined ? {} : { from: instantOf('from', from) }),
    ...(to === undefined ? {} : { to: instantOf('to', to) }),
  };
}
